"""Hazards of whole cells: panic, profit taking, and the voluntary unwinding of basis trades."""

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.hazards import closing
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe


class Crowd:
    """Fraction of every cell that closes in one tick."""

    def __init__(self, universe: Universe) -> None:
        s = universe.scenario
        self._panic_start = universe.by_market(s.retail.panic_start)
        self._profit_start = universe.by_market(s.shorts.take_profit_start)
        self._profit_time = universe.by_market(s.shorts.take_profit_scale) * s.shorts.take_profit_time
        self._rates = (
            s.retail.panic_time,
            s.retail.institutional_panic,
            s.desks.basis_rate,
            s.desks.basis_threshold,
        )

    def closing(self, prices: Prices, dt: float, trading: Floats) -> Floats | None:
        """Fractions `[K, V, M]` of cells; None if nobody closes. `trading` `[V, M]` is 0 where a market is halted."""
        anybody, fraction = closing(
            prices.mark,
            prices.high,
            prices.index,
            prices.mid,
            trading,
            dt,
            self._panic_start,
            self._profit_start,
            self._profit_time,
            self._rates,
        )
        return fraction if anybody else None
