"""K11: a mark that no single price can move: the median of three."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.rolling import ExponentialAverage
from lastresort.mechanisms.contract import Evidence, Mechanism, Prices, PriceView


class MedianMark(Mechanism):
    """Mark = median of the index plus the average premium, the mid, and the index.

    Hyperliquid takes the median of its oracle plus the average of mid - oracle, its own book, and the median of other
    venues' perpetuals. Other venues are invisible here, so that the index stands in for them.
    """

    name: ClassVar[str] = "median-mark"
    source: ClassVar[str] = "Hyperliquid docs, robust price indices"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    constant: float = Field(150.0, gt=0, description="time constant of the average premium, seconds (remembered)")

    _gap: ExponentialAverage = PrivateAttr(default_factory=ExponentialAverage)

    def set_prices(self, view: PriceView) -> Prices:
        """The same mark for triggers, valuation and settlement."""
        slow = view.index + self._gap.add(view.time, view.mid - view.index, self.constant)
        low, high = np.minimum(view.mid, view.index), np.maximum(view.mid, view.index)
        mark = np.clip(slow, low, high)  # the median of three is one of them clipped to the other two
        return Prices(mark, mark, mark)
