"""K12, HIP-3: an index that strays from its own average is held, and the mark moves in small steps."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.rolling import TimeAverage
from lastresort.mechanisms.contract import Evidence, Floats, Mechanism, Prices, PriceView


class OracleGuard(Mechanism):
    """Mark = last valid index x mark / index, moved by at most `move` per update.

    An index is valid within `deviation` of its mean over `window` (Drift: 50 % of five minutes); updates come every
    `spacing` seconds (Hyperliquid's builder markets: 1 % per update, 2.5 seconds apart), and a longer tick holds as
    many updates as fit. Drift freezes trading on an invalid oracle; here the last valid price stays.
    """

    name: ClassVar[str] = "oracle-guard"
    source: ClassVar[str] = "drift-labs/protocol-v2@0ae3e3b, oracle guard rails; Hyperliquid HIP-3 oracle updates"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    deviation: float = Field(0.5, gt=0, description="largest distance of a valid index from its mean, fraction")
    window: float = Field(300.0, gt=0, description="averaging time of the index, seconds")
    move: float = Field(0.01, gt=0, lt=1, description="largest move of the mark per update, fraction")
    spacing: float = Field(2.5, gt=0, description="time between updates, seconds")

    _average: TimeAverage = PrivateAttr(default_factory=TimeAverage)
    _index: Floats = PrivateAttr(default_factory=lambda: np.array(np.nan))
    _mark: Floats | None = PrivateAttr(None)
    _time: float = PrivateAttr(0.0)

    def set_prices(self, view: PriceView) -> Prices:
        """The same mark for triggers, valuation and settlement."""
        mean = self._average.add(view.time, view.index, self.window)
        valid = np.abs(view.index / mean - 1) <= self.deviation
        self._index = np.where(valid, view.index, self._index)
        mark = self._step(view.time, view.mark * self._index / view.index)
        return Prices(mark, mark, mark)

    def _step(self, time: float, target: Floats) -> Floats:
        """Move towards `target` by as many updates as have come since the last."""
        if self._mark is None:
            self._mark, self._time = target, time
        updates = (time - self._time) // self.spacing
        if updates > 0:
            low, high = (1 - self.move) ** updates, (1 + self.move) ** updates
            self._mark, self._time = np.clip(target, self._mark * low, self._mark * high), time
        return self._mark
