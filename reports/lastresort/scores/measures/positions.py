"""The endowment and the loss of owners divided over their accounts and positions: for who pays where, and on what."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError
from lastresort.scores.measures.entropies import by_group
from lastresort.scores.measures.owners import Labels, check_amounts, numbered, numbers
from lastresort.scores.measures.population import ENDOWMENT_FLOOR, Population
from lastresort.simulation.recording.record import RunRecord

SMALLEST = 1.0
"""What an account or position that bears a loss without any endowment is taken to have, USD: an assumption."""


@dataclass(frozen=True, slots=True)
class Units:
    """Parts of owners `[u]` among which a loss is divided: `loss` and `endowment` in USD, and the `group` of each."""

    loss: Floats
    endowment: Floats
    group: Ints


@dataclass(frozen=True)
class Positions:
    """Accounts of a population and their positions: one of each isolated account, one per market of each other.

    An account's endowment is its equity at the start, at least `ENDOWMENT_FLOOR` of its notional; over the markets of a
    cross-margin account it is divided by starting notional, evenly over all markets where it held none. Own definition.
    """

    population: Population
    reference: RunRecord

    @cached_property
    def markets(self) -> Labels:
        """Labels of the markets, sorted."""
        return numbered(self.reference.books["market"])[1]

    def accounts(self, loss: Floats) -> Units:
        """Accounts of the population with the loss (USD) of every account `[a]` of the record, grouped by venue."""
        return _held(np.where(self._inside, loss, 0.0), self._endowment, self.population.owners.venue)

    def positions(self, run: RunRecord, loss: Floats) -> Units:
        """Positions of the population with what each bore of the loss of its account `[a]`, grouped by market.

        What is in no leg (withheld transfers, repaid IOUs) is spread as the endowment is, so that the positions of an
        account bear what the account bears.
        """
        loss = np.where(self._inside, loss, 0.0)
        whole = loss[self._cross]
        legs = self._by_leg(run, "direct_loss")
        named = legs.sum(axis=1)
        legs *= np.divide(whole, named, out=np.ones_like(named), where=named > whole)[:, None]
        legs += np.maximum(whole - named, 0.0)[:, None] * self._shares
        return _held(self._flat(loss[self._alone], legs), self._position_endowment, self._position_market)

    @cached_property
    def _inside(self) -> Bools:
        """Which accounts `[a]` belong to the population."""
        return np.asarray(self.population.member[self.population.owners.of_account], np.bool_)

    @cached_property
    def _endowment(self) -> Floats:
        """USD by account, `[a]`; 0 outside the population."""
        accounts = self.reference.accounts
        floor = ENDOWMENT_FLOOR * numbers(accounts, "gross_start")
        return np.where(self._inside, np.maximum(numbers(accounts, "equity_start"), floor), 0.0)

    @cached_property
    def _market(self) -> Ints:
        """Market of each account with isolated margin, -1 of the others, `[a]`."""
        return self._place(self.reference.accounts["market"])

    @cached_property
    def _alone(self) -> Ints:
        """Accounts with isolated margin."""
        return np.flatnonzero(self._market >= 0)

    @cached_property
    def _cross(self) -> Ints:
        """Accounts with cross margin, `[c]`."""
        return np.flatnonzero(self._market < 0)

    @cached_property
    def _shares(self) -> Floats:
        """Share of each market in the starting notional of each cross-margin account, `[c, m]`."""
        gross = self._by_leg(self.reference, "gross_start")
        total = gross.sum(axis=1, keepdims=True)
        evenly = np.full_like(gross, 1.0 / gross.shape[1])
        return np.asarray(np.divide(gross, total, out=evenly, where=total > 0), np.float64)

    @cached_property
    def _position_endowment(self) -> Floats:
        return self._flat(self._endowment[self._alone], self._endowment[self._cross][:, None] * self._shares)

    @cached_property
    def _position_market(self) -> Ints:
        markets = np.tile(np.arange(len(self.markets)), len(self._cross))
        return np.concatenate([self._market[self._alone], markets])

    def _by_leg(self, run: RunRecord, name: str) -> Floats:
        """A column of the legs of a run over cross-margin accounts and markets, `[c, m]`."""
        legs = run.legs
        check_amounts(run, legs, {name: 0.0})
        names = pd.Index(self.reference.accounts["account"].to_numpy()[self._cross])
        row = np.asarray(names.get_indexer(pd.Index(legs["account"].to_numpy())), np.int64)
        market = self._place(legs["market"])
        if min(row.min(initial=0), market.min(initial=0)) < 0:
            raise InputError(f"the legs of a run with seed {self.reference.seed} are of accounts or markets it lacks")
        shape = (len(names), len(self.markets))
        flat = by_group(numbers(legs, name), row * shape[1] + market, shape[0] * shape[1])
        return np.asarray(flat.reshape(shape), np.float64)

    def _place(self, market: "pd.Series[str]") -> Ints:
        return np.asarray(pd.Index(self.markets, dtype=object).get_indexer(pd.Index(market, dtype=object)), np.int64)

    @staticmethod
    def _flat(alone: Floats, cross: Floats) -> Floats:
        return np.concatenate([alone, cross.ravel()])


def _held(loss: Floats, endowment: Floats, group: Ints) -> Units:
    """What holds an endowment or bears a loss."""
    held = np.flatnonzero((endowment > 0) | (loss > 0))
    size = endowment[held]
    return Units(loss[held], np.where(size > 0, size, SMALLEST), group[held])
