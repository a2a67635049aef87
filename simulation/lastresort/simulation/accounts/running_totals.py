"""What many accounts own together, kept up while single ones change, so that nobody has to add them all up again."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.population import PAIRS
from lastresort.simulation.kernels.balance import follow


class RunningTotals:
    """Contracts and cash of all cross-margin accounts; those that trade all the time are few.

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

    @property
    def pairs(self) -> tuple[Floats, Floats]:
        """Contracts per book `[V, M]` and cash per venue `[V]` of all pairs; cash includes minus the cost basis."""
        return self._contracts, self._cash

    @property
    def traders(self) -> tuple[Floats, Floats]:
        """Positions `[n, M]` and cash `[n]` of all others, who stand venue by venue."""
        return self._cross.quantity[self._pairs :], self._cross.cash[self._pairs :]

    def follow(self, rows: Ints, market: Ints, moved: Floats, got: Floats) -> None:
        """Take in by how much positions and cash of accounts `[n]` have changed."""
        follow(self.pairs, self._cross.venue, rows, market, moved, got, self._pairs)

    def _sums(self) -> tuple[Floats, Floats]:
        cross, venues = self._cross, self._cross.shape[0]
        venue = cross.venue[: self._pairs]
        rows = (venue == np.arange(venues)[:, None]).astype(np.float64)
        cash: Floats = np.bincount(venue, cross.cash[: self._pairs], venues).astype(np.float64)
        return rows @ cross.quantity[: self._pairs], cash
