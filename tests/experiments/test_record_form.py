"""A record of another form is refused in one sentence that names the column."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lastresort.experiments import Results, Study, run_study
from lastresort.experiments.folders.record_form import checked
from lastresort.plugins.errors import InputError

COLUMNS = {
    "accounts": ("market", "hole", "direct_loss"),
    "legs": ("account", "market", "gross_start", "direct_loss", "direct_benefit"),
    "strategies": ("naked_longest", "naked_longest_05", "naked_from", "rehedged_after", "repaired", "repair_cost"),
    "series": ("quoting", "basis_btc", "premium_btc", "depth_btc"),
    "pools": ("venue", "fund_majors", "claims"),
    "fills": ("account", "cause", "price", "unit_equity", "mid_3m"),
}


def test_a_missing_column_or_one_of_another_kind_is_refused(small_scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_study(Study(str(small_scenario), (1,), out, ("deep-pocket",)))
    record = Results.open(out).record("deep-pocket", 1)
    assert checked(record) is record
    for table, column in ((table, column) for table, columns in COLUMNS.items() for column in columns):
        rows = getattr(record, table)
        sentence = f"is of another form: column '{column}' of its {table} should hold"
        for other in (rows.drop(columns=column), rows.assign(**{column: True})):
            harmed: dict[str, Any] = {table: other}
            with pytest.raises(InputError, match=sentence):
                checked(replace(record, **harmed))


def test_a_column_that_earlier_versions_lack_may_be_missing_but_not_of_another_kind(
    small_scenario: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_study(Study(str(small_scenario), (1,), out, ("deep-pocket",)))
    record = Results.open(out).record("deep-pocket", 1)
    earlier = replace(record, accounts=record.accounts.drop(columns="topped_up"))
    assert checked(earlier) is earlier
    with pytest.raises(InputError, match="column 'topped_up' of its accounts should hold numbers"):
        checked(replace(record, accounts=record.accounts.assign(topped_up="4")))


@pytest.mark.parametrize("total", ["deficit", "stood_unpaid", "unpaid", "ticks"])
def test_a_total_that_is_missing_or_no_number_is_refused(small_scenario: Path, tmp_path: Path, total: str) -> None:
    out = tmp_path / "out"
    run_study(Study(str(small_scenario), (1,), out, ("deep-pocket",)))
    record = Results.open(out).record("deep-pocket", 1)
    others: list[Any] = [{}, "4", True, None]
    for other in others:
        with pytest.raises(InputError, match=f"its total '{total}' should be a number"):
            checked(replace(record, totals=record.totals | {total: other}))
