"""K16: the engine sells at most a share of a market's open interest per minute."""

import math
from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import Admission, Evidence, Floats, Mechanism, OrderKind, OrderView


class LiquidationRateLimit(Mechanism):
    """Keep the exponentially averaged flow of the engine's orders in a market below `share` of its open interest.

    flow <- flow x exp(-dt / window) + passed; passed <= share x open interest at the start - flow, so that a steady
    flow is at most `share` per `window`. QFEX throttles the notional it liquidates by the same 60-second average
    before it takes anything over; here what was taken over waits with the engine.
    """

    name: ClassVar[str] = "liquidation-rate-limit"
    source: ClassVar[str] = "QFEX docs, margin call: orderbook liquidation limit on a 60-second average"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    share: float = Field(0.002, gt=0, description="most contracts per window, share of open interest (guess)")
    window: float = Field(60.0, gt=0, description="averaging time of the flow, seconds")

    _time: float = PrivateAttr(0.0)
    _flow: Floats = PrivateAttr(default_factory=lambda: np.zeros(0))

    def admit(self, view: OrderView) -> Admission | None:
        """Cut the engine's orders to what the average leaves room for."""
        rows = np.flatnonzero((view.kind == OrderKind.LIQUIDATION) & (view.quantity != 0))
        if not len(rows):
            return None
        market, size = view.market[rows], np.abs(view.quantity[rows])
        self._decay(view.time, int(market.max()) + 1)
        room = np.maximum(self.share * view.initial_open_interest[rows] - self._flow[market], 0.0)
        fraction = np.ones(len(view.kind))
        fraction[rows] = np.minimum(room, size) / size
        self._flow[market] += fraction[rows] * size
        return Admission(fraction)

    def _decay(self, time: float, markets: int) -> None:
        """Age the flow to `time`, with a row for each of `markets`."""
        self._flow = np.pad(self._flow, (0, max(0, markets - len(self._flow))))
        self._flow *= math.exp((self._time - time) / self.window)
        self._time = time
