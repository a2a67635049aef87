"""The form of a record that was read from a folder: every column that readers of records rely on, of its kind."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.column_families import AT_END, LEVELS, WINDOWS
from lastresort.simulation.recording.record import LAYERS, POOLS, RunRecord

if TYPE_CHECKING:
    import pandas as pd

Kind = Callable[[Any], bool]

BY_TIER = ("price", "exogenous", "depth", "basis", "premium")
"""Columns of the series that come once per tier of the books, as in price_btc."""

NUMBERS: Mapping[str, tuple[str, ...]] = {
    "accounts": (
        *("gross_start", "equity_start", "equity_end", "direct_loss", "direct_benefit"),
        *("gross_largest", "charged", "closed", "moved", "liquidated", "hole", "topped_up"),
    ),
    "legs": ("account", "gross_start", "direct_loss", "direct_benefit"),
    "strategies": (
        *("gross_start", "capital", "neutrality_start", "pnl", *LEVELS, *AT_END),
        *("first_shared", "naked_time", "naked_from", "rehedged_after", "forced_share", "repaired", "repair_cost"),
    ),
    "books": (
        *("open_interest_start", "open_interest_end", "trough", "exogenous_trough", "min_depth", "halted"),
        *("liquidated_long", "liquidated_short", "deleveraged", "reduced", *LAYERS),
    ),
    "series": (
        *("time", "open_interest", "liquidated_long", "liquidated_short", "deleveraged", "charged", "fund"),
        *("backstop", "inventory", "gap_btc", "gap_small", "quoting"),
    ),
    "pools": ("time", *(f"fund_{pool}" for pool in POOLS), "capital", "default_fund", "treasury", "claims"),
    "events": ("time", "contracts", "dollars", "price", "payers"),
    "fills": (
        *("time", "account", "quantity", "price", "mark", "mid", "fee", "usual_mark"),
        *("unit_equity", "unit_maintenance", *WINDOWS),
    ),
}
TEXTS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("venue", "market", "cohort"),
    "legs": ("market",),
    "strategies": ("cohort",),
    "books": ("venue", "market", "tier"),
    "pools": ("venue",),
    "events": ("venue", "market", "kind", "mechanism"),
    "fills": ("venue", "market", "cause", "stage"),
}
FLAGS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("isolated", "defaulted"),
    "strategies": ("orphaned", "ruined"),
}
OWNED = ("accounts", "strategies", "fills")
LATER = ("topped_up",)
"""Columns that records of earlier versions lack."""
TOTALS = (
    *("deficit", *LAYERS, "fund_received", "repaid", "withheld", "premiums", "stood_unpaid"),
    *("ticks", "conservation_error", "cpu_seconds"),
)


def checked(record: RunRecord) -> RunRecord:
    """Return a record as it is; InputError where it lacks a column or total, or one is of another kind."""
    wrong = _misfit(record)
    if wrong:
        raise InputError(f"the run of policy '{record.policy}' with seed {record.seed} is of another form: {wrong}")
    return record


def _misfit(record: RunRecord) -> str:
    from pandas.api.types import is_bool_dtype, is_string_dtype

    kinds: tuple[tuple[Mapping[str, tuple[str, ...]], Kind, str], ...] = (
        (NUMBERS, _is_number, "numbers"),
        (TEXTS, is_string_dtype, "texts"),
        (FLAGS, is_bool_dtype, "true or false"),
        (dict.fromkeys(OWNED, ("owner",)), _is_owner, "numbers or texts"),
    )
    for columns, fits, allowed in kinds:
        for table, names in columns.items():
            frame: pd.DataFrame = getattr(record, table)
            for name in names:
                if name in LATER and name not in frame:
                    continue
                if name not in frame or (len(frame) and not fits(frame[name].dtype)):
                    return f"column '{name}' of its {table} should hold {allowed}"
    tiers = record.books["tier"].unique()
    for name in (f"{kind}_{tier}" for kind in BY_TIER for tier in tiers):
        if name not in record.series or not _is_number(record.series[name].dtype):
            return f"column '{name}' of its series should hold numbers"
    lacking = [table for table in ("accounts", "books", "series") if getattr(record, table).empty]
    if lacking:
        return f"its {lacking[0]} are empty"
    unsaid = [name for name in TOTALS if type(record.totals.get(name)) not in (int, float)]
    return f"its total '{unsaid[0]}' should be a number" if unsaid else ""


def _is_number(dtype: Any) -> bool:
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return is_numeric_dtype(dtype) and not is_bool_dtype(dtype)


def _is_owner(dtype: Any) -> bool:
    from pandas.api.types import is_string_dtype

    return _is_number(dtype) or is_string_dtype(dtype)
