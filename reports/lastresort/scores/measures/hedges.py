"""The market-neutral strategies of a run as columns, and those that were hedged beside the reference run's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError
from lastresort.scores.measures.beneficial_owners import Labels, numbered, numbers
from lastresort.scores.measures.thresholds import DEFAULT, Thresholds
from lastresort.simulation.recording.column_families import AT_END, LEVELS
from lastresort.simulation.recording.record import RunRecord

COLUMNS = (
    *("gross_start", "capital", "neutrality_start", "pnl", "first_shared", "naked_time", "naked_from"),
    "rehedged_after",
    *("forced_share", "orphaned", "ruined", "repaired", "repair_cost", *LEVELS, *AT_END),
)


@dataclass(frozen=True, slots=True)
class Hedges:
    """Strategies `[k]` of a run: `columns` of the record by name (flags as 0 and 1), `cohort` as places in `cohorts`.

    `owner` names each strategy; `cohorts` are the sorted labels that occur.
    """

    owner: NDArray[Any]
    cohort: Ints
    cohorts: Labels
    columns: Mapping[str, Floats]

    @classmethod
    def of(cls, run: RunRecord) -> Self:
        """The strategies of a run, in the order of its record."""
        table = run.strategies
        cohort, cohorts = numbered(table["cohort"])
        return cls(table["owner"].to_numpy(), cohort, cohorts, {name: numbers(table, name) for name in COLUMNS})

    def __len__(self) -> int:
        """Number of strategies."""
        return len(self.owner)

    def __getitem__(self, name: str) -> Floats:
        """A column of the record, `[k]`."""
        return self.columns[name]

    def take(self, which: Bools | Ints) -> Self:
        """Some of the strategies, in the order given."""
        columns = {name: column[which] for name, column in self.columns.items()}
        return type(self)(self.owner[which], self.cohort[which], self.cohorts, columns)

    def members(self, cohort: str) -> Bools:
        """Which strategies are of a cohort; none where it does not occur."""
        place = self.cohorts.index(cohort) if cohort in self.cohorts else -1
        return np.asarray(self.cohort == place, np.bool_)


def beside(run: RunRecord, reference: RunRecord, theirs: Hedges) -> Hedges:
    """Strategies of a run in the order of those of the reference run; InputError unless they are the same owners'."""
    ours = Hedges.of(run)
    mine, places = np.argsort(ours.owner, kind="stable"), np.argsort(theirs.owner, kind="stable")
    if len(np.unique(ours.owner)) != len(ours) or not np.array_equal(ours.owner[mine], theirs.owner[places]):
        raise InputError(
            f"the runs of '{run.policy}' and '{reference.policy}' with seed {run.seed} hold different market-neutral "
            "strategies: paired scores need the same scenario and the same version in both"
        )
    order = np.empty(len(ours), np.int64)
    order[places] = mine
    return ours.take(order)


@dataclass(frozen=True, slots=True)
class HedgedPair:
    """Strategies hedged at the start of the reference run: in a run, in the reference run, and their weights `[k]`.

    The weights are shares of their starting gross notional; `everybody` are the run's strategies, hedged or not.
    """

    ours: Hedges
    theirs: Hedges
    weight: Floats
    everybody: Hedges

    @classmethod
    def of(cls, run: RunRecord, reference: RunRecord, theirs: Hedges, thresholds: Thresholds = DEFAULT) -> "HedgedPair":
        """Pair the strategies of a run with the reference's; InputError unless they are the same owners'."""
        ours = beside(run, reference, theirs)
        hedged = (np.abs(theirs["neutrality_start"]) <= thresholds.neutrality) & (theirs["gross_start"] > 0)
        kept = theirs.take(hedged)
        return cls(ours.take(hedged), kept, shares(kept["gross_start"]), ours)


def shares(gross: Floats) -> Floats:
    """Each strategy's share of a column `[k]`."""
    return gross / gross.sum() if len(gross) else gross
