"""What many accounts own together, kept up while single ones change, so that nobody has to add them all up again."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.population import PAIRS


class RunningTotals:
    """Contracts `[V, M]` and cash `[V]` of all cross-margin accounts; those that trade all the time are few.

    Of the pairs, of which there are many, the totals follow what postings have changed: not what they meant to change,
    so that what is lost on the way is missing from them too.
    """

    def __init__(self, cross: Cross) -> None:
        self._cross, self._pairs = cross, cross.rows[PAIRS].stop
        self.renew()

    def renew(self) -> None:
        """Add all pairs up again."""
        self._contracts, self._cash = self._sums()

    def drift(self) -> tuple[Floats, Floats]:
        """How far the totals are from the sums over all accounts, contracts `[V, M]` and USD `[V]`, >= 0."""
        contracts, cash = self._sums()
        return np.abs(contracts - self._contracts), np.abs(cash - self._cash)

    def contracts(self) -> Floats:
        """Contracts per book, `[V, M]`."""
        traders = self._cross.quantity[self._pairs :].reshape(-1, *self._cross.shape)
        total: Floats = np.add.reduce(traders) + self._contracts
        return total

    def cash(self) -> Floats:
        """Cash per venue, `[V]` USD; it includes minus the cost basis."""
        traders = self._cross.cash[self._pairs :].reshape(-1, self._cross.shape[0])
        total: Floats = np.add.reduce(traders) + self._cash
        return total

    def before(self, rows: Ints) -> tuple[Ints, Floats, Floats]:
        """The pairs among some rows, each once, and what they own before a posting."""
        pairs = rows[rows < self._pairs]
        pairs = np.unique(pairs) if len(pairs) > 1 else pairs
        return pairs, self._cross.quantity[pairs], self._cross.cash[pairs]

    def follow(self, pairs: Ints, quantity: Floats, cash: Floats) -> None:
        """Take in what has become of pairs that owned so much `before`."""
        if len(pairs):
            venue = self._cross.venue[pairs]
            np.add.at(self._contracts, venue, self._cross.quantity[pairs] - quantity)
            np.add.at(self._cash, venue, self._cross.cash[pairs] - cash)

    def _sums(self) -> tuple[Floats, Floats]:
        cross, venues = self._cross, self._cross.shape[0]
        venue = cross.venue[: self._pairs]
        rows = (venue == np.arange(venues)[:, None]).astype(np.float64)
        cash: Floats = np.bincount(venue, cross.cash[: self._pairs], venues).astype(np.float64)
        return rows @ cross.quantity[: self._pairs], cash
