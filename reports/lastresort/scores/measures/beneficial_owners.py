"""Which accounts belong to whom: beneficial owners of one run's accounts, with cohorts and venues as numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd

Labels = tuple[str, ...]

AMOUNTS: Mapping[str, float] = {
    **dict.fromkeys(("gross_start", "gross_largest", "hole"), 0.0),
    **dict.fromkeys(("equity_start", "equity_end", "charged"), -math.inf),
}
"""Columns of accounts that are measured, and the least that each may hold."""
SENT: Mapping[str, float] = {"topped_up": 0.0}
"""Columns that records of earlier versions lack."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Owners `[o]`, sorted by name, and their accounts `[a]` in the order of the record.

    `of_account` `[a]` is the place of each account's owner, `cohort` `[o]` and `venue` `[a]` are places in the sorted
    labels `cohorts` and `venues`; an owner is of the cohort of its first account.
    """

    names: NDArray[Any]
    of_account: Ints
    cohort: Ints
    cohorts: Labels
    venue: Ints
    venues: Labels

    @classmethod
    def of(cls, run: RunRecord) -> Self:
        """Owners of the accounts of a run; InputError where one holds what no run leaves behind."""
        _check_accounts(run)
        names, first, of_account = np.unique(run.accounts["owner"].to_numpy(), return_index=True, return_inverse=True)
        cohort, cohorts = numbered(run.accounts["cohort"])
        venue, venues = numbered(run.accounts["venue"])
        return cls(names, of_account.astype(np.int64), cohort[first], cohorts, venue, venues)

    def total(self, column: Floats) -> Floats:
        """Sums of a column of accounts over each owner, `[o]`."""
        return by_group(column, self.of_account, len(self.names))

    def places(self, names: NDArray[Any]) -> Ints:
        """Place of each of some owners, by name; InputError for one who holds no account."""
        found = np.minimum(np.searchsorted(self.names, names), len(self.names) - 1)
        if len(names) and (self.names[found] != names).any():
            raise InputError(f"owner {names[self.names[found] != names][0]!r} of the record holds no account")
        return np.asarray(found, np.int64)

    def check(self, run: RunRecord, reference: RunRecord) -> None:
        """Raise InputError unless the accounts of a run are these, those of `reference`, in the same order."""
        _check_accounts(run)
        if not np.array_equal(run.accounts["owner"].to_numpy(), reference.accounts["owner"].to_numpy()):
            raise InputError(
                f"the runs of '{run.policy}' and '{reference.policy}' with seed {run.seed} hold different owners: "
                "paired scores need the same scenario and the same version in both"
            )


def check_amounts(run: RunRecord, table: "pd.DataFrame", columns: Mapping[str, float]) -> None:
    """Raise InputError unless columns of a table hold finite numbers, none below the least that each may hold."""
    for name, least in columns.items():
        amounts = numbers(table, name)
        if not (np.all(np.isfinite(amounts)) and np.min(amounts, initial=math.inf) >= least):
            raise InputError(
                f"the run of policy '{run.policy}' with seed {run.seed} is of another form: "
                f"column '{name}' should hold finite numbers{'' if math.isinf(least) else ' of at least 0'}"
            )


def equity_kept(run: RunRecord) -> Floats:
    """Equity of each account at the end `[a]`, USD, less what its holder sent as margin during the run."""
    end = numbers(run.accounts, "equity_end")
    return end - numbers(run.accounts, "topped_up") if "topped_up" in run.accounts else end


def numbered(texts: "pd.Series[str]") -> tuple[Ints, Labels]:
    """Place of each text `[n]` among the sorted labels that occur, and these labels."""
    import pandas as pd

    codes, labels = pd.factorize(texts.to_numpy(object), sort=True)
    return codes.astype(np.int64), tuple(str(label) for label in labels)


def numbers(table: "pd.DataFrame", name: str) -> Floats:
    """A column of a record as floats `[n]`."""
    return table[name].to_numpy(np.float64)


def by_group(amount: Floats, group: Ints, groups: int = 0) -> Floats:
    """Sums of a column `[n]` over groups numbered from 0; at least `groups` of them."""
    return np.bincount(group, weights=amount, minlength=groups).astype(np.float64)


def _check_accounts(run: RunRecord) -> None:
    sent = {name: least for name, least in SENT.items() if name in run.accounts}
    check_amounts(run, run.accounts, {**AMOUNTS, **sent})
