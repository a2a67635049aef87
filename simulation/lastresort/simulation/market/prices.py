"""Prices: displacements of every book from the fundamental, index, mark, and how they recover."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.recovery import marked, quoted, recover
from lastresort.simulation.universe import Universe


class Prices:
    """Log displacement of every book from the fundamental, `[V + 1, M]` with spot last, and the prices that follow.

    `x` `[V, M]` and `y` `[M]` are its views of perpetuals and spot.
    `mid`, `index`, `mark` are USD per contract; `mark` is what margins are checked at, `valuation` what equity is
    counted at, `settlement` what shared losses are settled at (all three the same unless a mechanism says otherwise).
    """

    def __init__(self, universe: Universe) -> None:
        shape = universe.shape
        books = universe.scenario.books
        self._recovery = np.log(2) / books.recovery
        self._average = books.mark_average
        self._memory = universe.scenario.retail.memory
        self._clamp = universe.by_market(books.mark_clamp)
        self.fundamental = np.zeros(shape[1])
        self.displacement = np.zeros((shape[0] + 1, shape[1]))
        self.premium = np.zeros(shape)
        self.index = np.ones(shape[1])
        self.mid = np.ones(shape)
        self.mark = np.ones(shape)
        self.previous_mark = np.ones(shape)
        self.valuation = self.mark
        self.settlement = self.mark
        self.high = np.ones(shape)

    def recover(self, fundamental: Floats, dt: float, depth: Floats, trading: Floats) -> None:
        """Move the fundamental, and let displacements recover by implicit Euler: dx/dt = -rho g x.

        g is depth over normal depth (`[V + 1, M]`, spot last): the book refills only as far as somebody quotes.
        `trading` is 0 where a market is halted: its displacement moves against the fundamental, its price stands still.
        """
        recover(self.displacement, fundamental - self.fundamental, self._recovery * dt, depth, trading)
        self.fundamental = fundamental

    def renew_marks(self, dt: float) -> None:
        """Recompute mids, index, premium, marks and recent highs from the displacements."""
        self.previous_mark = self.mark
        self.mid, self.index, self.mark, self.high = marked(
            self.displacement,
            self.fundamental,
            self.premium,
            self.high,
            self._clamp,
            (-dt / self._average, -dt / self._memory),
        )
        self.valuation = self.settlement = self.mark

    @property
    def x(self) -> Floats:
        """Displacement of the perpetuals, `[V, M]`."""
        return self.displacement[:-1]

    @property
    def y(self) -> Floats:
        """Displacement of spot, `[M]`."""
        spot: Floats = self.displacement[-1]
        return spot

    def refresh_mids(self) -> None:
        """Recompute mids and index from the displacements."""
        self.mid, self.index = quoted(self.displacement, self.fundamental)

    @property
    def drawdown(self) -> Floats:
        """Fall of the mark from its recent high, `[V, M]` in [0, 1)."""
        return 1 - self.mark / self.high
