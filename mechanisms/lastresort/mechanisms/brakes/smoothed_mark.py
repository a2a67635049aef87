"""K11: a mark that follows the book slowly, around the index."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.rolling import ExponentialAverage
from lastresort.mechanisms.contract import Evidence, Mechanism, Prices, PriceView


class SmoothedMark(Mechanism):
    """Mark = index + exponential average of (fair price - index), at most `clamp` from the index.

    The fair price is the mid here; Deribit's comes from the book at a small size.
    """

    name: ClassVar[str] = "smoothed-mark"
    source: ClassVar[str] = "Deribit docs, mark price: 30-second average, at most 10 % from the index"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    constant: float = Field(30.0, gt=0, description="time constant of the average, seconds")
    clamp: float = Field(0.10, gt=0, lt=1, description="largest distance of the mark from the index, fraction")

    _gap: ExponentialAverage = PrivateAttr(default_factory=ExponentialAverage)

    def set_prices(self, view: PriceView) -> Prices:
        """The same mark for triggers, valuation and settlement."""
        gap = self._gap.add(view.time, view.mid - view.index, self.constant)
        mark = np.clip(view.index + gap, view.index * (1 - self.clamp), view.index * (1 + self.clamp))
        return Prices(mark, mark, mark)
