"""Small runs written by hand, and comparisons held in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pytest

from lastresort.experiments.folders.results import Results
from lastresort.mechanisms.policy import Policy, Step
from lastresort.simulation.recording.column_families import AT_END, LEVELS, WINDOWS
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario

ACCOUNT: dict[str, Any] = {
    "venue": "alpha",
    "market": "",
    "cohort": "retail",
    "isolated": False,
    "gross_start": 100.0,
    "short_start": 0.0,
    "gross_largest": 100.0,
    "equity_start": 10.0,
    "equity_end": 10.0,
    "direct_loss": 0.0,
    "direct_benefit": 0.0,
    "charged": 0.0,
    "closed": 0.0,
    "moved": 0.0,
    "liquidated": 0.0,
    "hole": 0.0,
    "defaulted": False,
}
LEG: dict[str, Any] = {"account": 0, "market": "BTC", "gross_start": 100.0, "direct_loss": 0.0, "direct_benefit": 0.0}
STRATEGY: dict[str, Any] = {
    "cohort": "basis",
    "gross_start": 100.0,
    "capital": 50.0,
    "neutrality_start": 0.0,
    "pnl": 1.0,
    "first_shared": float("nan"),
    **dict.fromkeys((*LEVELS, *AT_END), 0.0),
    "naked_time": 0.0,
    "naked_from": float("nan"),
    "rehedged_after": float("nan"),
    "orphaned": False,
    "ruined": False,
    "forced_share": 0.0,
    "repaired": 0.0,
    "repair_cost": 0.0,
}
BOOK: dict[str, Any] = {
    "venue": "alpha",
    "market": "BTC",
    "tier": "btc",
    "open_interest_start": 1000.0,
    "open_interest_end": 800.0,
    "trough": -0.2,
    "exogenous_trough": -0.1,
    "liquidated_long": 50.0,
    "liquidated_short": 10.0,
    "deleveraged": 0.0,
    "reduced": 0.0,
    "haircut": 0.0,
    "charged": 0.0,
    "fund_paid": 0.0,
    "fund_received": 0.0,
    "backstop_paid": 0.0,
    "vault_paid": 0.0,
    "capital_paid": 0.0,
    "default_fund_paid": 0.0,
    "unpaid": 0.0,
    "min_depth": 0.5,
    "halted": 0.0,
}
SAMPLE: dict[str, Any] = {
    "price_btc": 1.0,
    "exogenous_btc": 1.0,
    "depth_btc": 1.0,
    "basis_btc": 0.0,
    "open_interest": 1000.0,
    "liquidated_long": 0.0,
    "liquidated_short": 0.0,
    "deleveraged": 0.0,
    "charged": 0.0,
    "fund": 100.0,
    "backstop": 0.0,
    "inventory": 0.0,
    "gap_btc": 0.0,
    "gap_small": 0.0,
    "quoting": 1.0,
}
EVENT: dict[str, Any] = {
    "time": 0.0,
    "venue": "alpha",
    "market": "BTC",
    "kind": "absorption",
    "mechanism": "insurance-fund",
    "contracts": 0.0,
    "dollars": 1.0,
    "price": 1.0,
    "payers": 0,
}
FILL: dict[str, Any] = {
    "time": 60.0,
    "venue": "alpha",
    "market": "BTC",
    "account": 0,
    "cause": "deleveraging",
    "stage": "queue-adl",
    "quantity": 0.0,
    "fee": 0.0,
    "unit_equity": float("nan"),
    "unit_maintenance": float("nan"),
    **dict.fromkeys(("price", "mark", "usual_mark", "mid", *WINDOWS), 100.0),
}


@dataclass(frozen=True)
class InMemory(Results):
    """A comparison whose runs are held in memory; `reads` counts how often each is asked for."""

    runs: Mapping[tuple[str, int], RunRecord] = field(default_factory=dict)
    reads: list[tuple[str, int]] = field(default_factory=list)

    def record(self, policy: str, seed: int) -> RunRecord:
        """Hand out a run."""
        self.reads.append((policy, seed))
        return self.runs[policy, seed]


def _fills(fills: Sequence[Mapping[str, Any]], accounts: pd.DataFrame) -> pd.DataFrame:
    for row in fills:
        assert row.keys() <= FILL.keys() | {"owner"}
    owners = dict(zip(accounts["account"], accounts["owner"], strict=True))
    rows = [FILL | {"owner": owners.get(row.get("account", 0), "nobody")} | dict(row) for row in fills]
    return pd.DataFrame(rows, columns=[*FILL, "owner"])


def _frame(defaults: dict[str, Any], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    for row in rows:
        assert row.keys() <= defaults.keys() | {"owner", "account", "topped_up"}
    found = [{**defaults, "owner": str(place), **row} for place, row in enumerate(rows)]
    return pd.DataFrame(found, columns=None if found else [*defaults, "owner"])


def write_run(
    accounts: Sequence[Mapping[str, Any]] = ({},),
    strategies: Sequence[Mapping[str, Any]] = ({},),
    books: Sequence[Mapping[str, Any]] = ({},),
    deficit: float = 0.0,
    policy: str = "deep-pocket",
    seed: int = 1,
    legs: Sequence[Mapping[str, Any]] = ({},),
    series: Sequence[Mapping[str, Any]] = ({}, {}),
    events: Sequence[Mapping[str, Any]] = (),
    fills: Sequence[Mapping[str, Any]] = (),
) -> RunRecord:
    """A run from the few values that matter; the others are unremarkable, accounts and owners are numbered from 0.

    Samples of the series are a minute apart, the first at one minute. Fills are shared closes at 100 where all prices
    are 100, and of the owner of their account.
    """
    held = _frame(ACCOUNT, [{"account": place, **row} for place, row in enumerate(accounts)])
    return RunRecord(
        scenario="toy",
        policy=policy,
        seed=seed,
        accounts=held,
        legs=_frame(LEG, legs).drop(columns="owner"),
        strategies=_frame(STRATEGY, strategies),
        books=_frame(BOOK, books).drop(columns="owner"),
        series=pd.DataFrame([{"time": 60.0 * minute, **SAMPLE, **row} for minute, row in enumerate(series, 1)]),
        events=pd.DataFrame([{**EVENT, **row} for row in events], columns=list(EVENT)),
        fills=_fills(fills, held),
        totals={
            "deficit": deficit,
            "withheld": 0.0,
            "premiums": 0.0,
            "repaid": 0.0,
            "stood_unpaid": 0.0,
            "cpu_seconds": 0.123,
        },
    )


def name_policy(name: str) -> Policy:
    """A policy of which only name and role matter."""
    role: Literal["reference", "contender"] = "reference" if name in ("deep-pocket", "warehouse") else "contender"
    return Policy(name=name, title=name, summary=name, role=role, waterfall=(Step(use="deep-pocket"),))


def collect(runs: Sequence[RunRecord]) -> InMemory:
    """The runs of a fully crossed comparison, policies and seeds in the order in which they come."""
    return InMemory(
        directory=Path("toy"),
        manifest={},
        scenario=Scenario(name="toy", title="Toy", summary="A scenario of which only the name matters."),
        policies=tuple(name_policy(name) for name in dict.fromkeys(run.policy for run in runs)),
        seeds=tuple(dict.fromkeys(run.seed for run in runs)),
        keys={(run.policy, run.seed): f"{run.policy} {run.seed}" for run in runs},
        runs={(run.policy, run.seed): run for run in runs},
    )


@pytest.fixture
def a_run() -> Callable[..., RunRecord]:
    """Build a run by hand."""
    return write_run


@pytest.fixture
def a_policy() -> Callable[[str], Policy]:
    """Build a policy by name."""
    return name_policy


@pytest.fixture
def a_comparison() -> Callable[[Sequence[RunRecord]], InMemory]:
    """Build the results of a comparison from runs."""
    return collect
