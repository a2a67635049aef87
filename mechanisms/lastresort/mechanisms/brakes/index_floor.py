"""K19: prices that count do not fall further below their recent average than a floor."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.rolling import TimeAverage
from lastresort.mechanisms.contract import Evidence, Mechanism, Prices, PriceView


class IndexFloor(Mechanism):
    """Check and value margins at max(mark, `floor` x mean index of the last `window` seconds).

    Binance put a minimum price into its index of one stablecoin used as collateral, after October 2025. Collateral is
    USD here, so that the floor is put under the positions instead; it postpones liquidations and does not make losses
    smaller. Shared losses are settled at the mark itself.
    """

    name: ClassVar[str] = "index-floor"
    source: ClassVar[str] = "own design after Binance's minimum price in the USDe index (October 2025)"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    floor: float = Field(0.9, gt=0, lt=1, description="lowest price, share of the average (guess)")
    window: float = Field(3600.0, gt=0, description="averaging time, seconds (guess)")

    _average: TimeAverage = PrivateAttr(default_factory=TimeAverage)

    def set_prices(self, view: PriceView) -> Prices | None:
        """Raise marks below the floor."""
        floor = self.floor * self._average.add(view.time, view.index, self.window)
        if not (view.mark < floor).any():
            return None
        price = np.maximum(view.mark, floor)
        return Prices(trigger=price, valuation=price, settlement=view.mark)
