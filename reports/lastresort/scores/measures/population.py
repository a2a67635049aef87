"""Who may be asked to bear others' losses, and how large each of them is."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Self

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.scores.measures.owners import Owners, equity_kept, numbers
from lastresort.simulation.recording.record import RunRecord

ENDOWMENT_FLOOR = 0.004
"""Floor of the endowment over starting notional: the lowest maintenance margin rate of the model."""

DECILES = 10

Endowment = Literal["equity", "pnl", "notional"]
"""What the size of an owner is: equity or gross notional at the start, or profit over the reference run."""


@dataclass(frozen=True)
class Population:
    """Owners with open positions at the start and no default in the reference run, `[n]` in the order of `owners`.

    `member` `[o]` says which owners they are; an owner is out if any of its accounts defaulted. `endowment` (USD, > 0),
    `gross` (starting notional, USD), `cohort` (place in `owners.cohorts`); `floored` says whose equity was below
    `ENDOWMENT_FLOOR` of the starting notional and is counted as that. Own definition.
    """

    owners: Owners
    member: Bools
    endowment: Floats
    gross: Floats
    floored: Bools
    cohort: Ints = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cohort", self.owners.cohort[self.member])

    @classmethod
    def of(cls, reference: RunRecord, owners: Owners, endowment: Endowment = "equity") -> Self:
        """The population of a reference run; `endowment` as `population` explains it."""
        accounts = reference.accounts
        gross, equity = owners.total(numbers(accounts, "gross_start")), owners.total(numbers(accounts, "equity_start"))
        size = _size(reference, owners, endowment, gross, equity)
        member = (gross > 0) & (owners.total(numbers(accounts, "defaulted")) == 0) & (size > 0)
        floored = (equity < ENDOWMENT_FLOOR * gross) & (endowment == "equity")
        return cls(owners, member, size[member], gross[member], floored[member])

    def __len__(self) -> int:
        """Number of owners."""
        return len(self.endowment)

    def total(self, column: Floats) -> Floats:
        """Sums of a column of accounts over each owner of the population, `[n]`."""
        return self.owners.total(column)[self.member]

    @cached_property
    def rank(self) -> Floats:
        """Rank of each owner by endowment, `[n]`, the smallest 1; equal owners share the mean of their ranks."""
        return np.asarray(rankdata(self.endowment), np.float64)

    @cached_property
    def decile(self) -> Ints:
        """Size class of each owner, `[n]`, 0 for the smallest tenth to 9; as many owners in each, ties in order."""
        place = np.empty(len(self), np.int64)
        place[np.argsort(self.endowment, kind="stable")] = np.arange(len(self))
        return place * DECILES // max(1, len(self))

    @cached_property
    def type(self) -> Ints:
        """What is known of each owner beforehand, `[n]`: ten times the place of its cohort, plus its size class."""
        return self.cohort * DECILES + self.decile

    @cached_property
    def log_leverage(self) -> Floats:
        """Logarithm of starting notional over endowment, `[n]`: what anyone who sees an account knows of its risk."""
        return np.log(self.gross / self.endowment)

    @cached_property
    def leverage_rank(self) -> Floats:
        """Rank of each owner by leverage, `[n]`, ties shared."""
        return np.asarray(rankdata(self.log_leverage), np.float64)


def population(reference: RunRecord, endowment: Endowment = "equity") -> pd.DataFrame:
    """Owners who may be asked to bear others' losses: open positions at the start, no default in the reference run.

    Indexed by `owner`; columns `cohort`, `endowment` (USD) and `floored`. The endowment is the `equity` of all the
    owner's accounts at the start, at least `ENDOWMENT_FLOOR` of the starting notional; or the starting `notional`; or
    `pnl`, the smaller of profit over the reference run and equity at its end, owners without profit left out (records
    hold no profit at the moment of deleveraging, so the end of the reference run stands in: an assumption).
    """
    owners = Owners.of(reference)
    found = Population.of(reference, owners, endowment)
    index = pd.Index(owners.names[found.member], name="owner")
    cohort = np.array(owners.cohorts, object)[found.cohort]
    return pd.DataFrame({"cohort": cohort, "endowment": found.endowment, "floored": found.floored}, index=index)


def losses_by_owner(run: RunRecord, reference: RunRecord) -> "pd.Series[float]":
    """Direct loss (USD, >= 0) of each owner, indexed by `owner`; InputError if the two runs hold different owners."""
    owners = Owners.of(reference)
    owners.check(run, reference)
    losses = owners.total(numbers(run.accounts, "direct_loss"))
    return pd.Series(losses, index=pd.Index(owners.names, name="owner"), name="direct_loss")


def _size(reference: RunRecord, owners: Owners, endowment: Endowment, gross: Floats, equity: Floats) -> Floats:
    if endowment == "notional":
        return gross
    if endowment == "equity":
        return np.maximum(equity, ENDOWMENT_FLOOR * gross)
    end, kept = owners.total(numbers(reference.accounts, "equity_end")), owners.total(equity_kept(reference))
    return np.minimum(np.maximum(kept - equity, 0.0), np.maximum(end, 0.0))
