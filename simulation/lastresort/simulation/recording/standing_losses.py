"""How long losses stand before somebody pays them: a venue that waits for better prices owes what it does not have."""

from collections import deque

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market.prices import Prices

BETWEEN_LOOKS = 300.0
"""Seconds between two looks at what is owed."""

STANDING = 900.0
"""Seconds for which a loss must stand to count as left unpaid."""


class StandingLosses:
    """The largest loss of each venue that stood unpaid for a quarter of an hour, `largest` `[V]`, USD.

    What engines have lost at the mid and accounts owe beyond their margin is looked at every five minutes; a sum has
    stood for a quarter of an hour where it was owed at four looks in a row.
    """

    def __init__(self, venues: int) -> None:
        self.largest = np.zeros(venues)
        self._owed: deque[Floats] = deque(maxlen=round(STANDING / BETWEEN_LOOKS) + 1)
        self._next = 0.0

    def look(self, time: float, ledger: Ledger, prices: Prices) -> None:
        """Take down what is owed, if five minutes have passed."""
        if time < self._next:
            return
        self._next = (time // BETWEEN_LOOKS + 1) * BETWEEN_LOOKS
        self._owed.append((ledger.losses(prices.mid) + ledger.debts(prices.valuation)).sum(axis=1))
        if len(self._owed) == self._owed.maxlen:
            np.maximum(self.largest, np.min(self._owed, axis=0), out=self.largest)
