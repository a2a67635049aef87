"""The owners whom a run concerned, and how large each of them is."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import scipy

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.scores.measures.beneficial_owners import Owners, numbers
from lastresort.simulation.recording.record import RunRecord

EQUITY_FLOOR = 0.004
"""Floor of an owner's equity over the largest notional it held: the lowest maintenance margin rate of the model."""

DECILES = 10

OUTSIDERS = ("value",)
"""Cohorts that are no users: the money that waits outside to buy the fall."""


@dataclass(frozen=True)
class Population:
    """The owners whom a run concerned, `[n]` in the order of `owners`: those who open later and who default included.

    `who` are their places among all owners `[o]`: who held a position at some time, or whom the rule cost anything.
    `endowment` (USD) is the equity of all its accounts at the start, at least `EQUITY_FLOOR` of the largest notional
    that these held, which is `gross`. Own definition.
    """

    owners: Owners
    who: Ints
    endowment: Floats
    gross: Floats

    @classmethod
    def of(cls, run: RunRecord, owners: Owners, cost: Floats) -> Self:
        """The owners of a run whom it concerned, given what the rule cost each, `[o]` USD."""
        equity, gross = (owners.total(numbers(run.accounts, name)) for name in ("equity_start", "gross_largest"))
        who = np.flatnonzero((gross > 0) | (cost != 0))
        return cls(owners, who, np.maximum(equity, EQUITY_FLOOR * gross)[who], gross[who])

    def __len__(self) -> int:
        """Number of owners."""
        return len(self.endowment)

    @property
    def cohort(self) -> Ints:
        """Place of each owner's cohort in `owners.cohorts`, `[n]`."""
        return self.owners.cohort[self.who]

    @cached_property
    def user(self) -> Bools:
        """Who is a user of the venues, `[n]`."""
        outside = [place for place, name in enumerate(self.owners.cohorts) if name in OUTSIDERS]
        return ~np.isin(self.cohort, outside)

    def burden(self, loss: Floats) -> Floats:
        """Share of its endowment that each owner lost, `[n]`, at most 1; who has nothing and loses something, all."""
        share = np.divide(loss, self.endowment, out=(loss > 0).astype(np.float64), where=self.endowment > 0)
        return np.minimum(share, 1.0)

    @cached_property
    def rank(self) -> Floats:
        """Rank of each owner by endowment, `[n]`, the smallest 1; equal owners share the mean of their ranks."""
        return np.asarray(scipy.stats.rankdata(self.endowment), np.float64)

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
    def levered(self) -> Bools:
        """Who held a position and had something to lose, `[n]`."""
        return np.asarray((self.gross > 0) & (self.endowment > 0), np.bool_)

    @cached_property
    def log_leverage(self) -> Floats:
        """Logarithm of largest notional over endowment of those who are `levered`: what anyone sees of their risk."""
        return np.log(self.gross[self.levered] / self.endowment[self.levered])
