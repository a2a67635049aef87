"""The frame of every auto-deleveraging rule: who is closed is the rule's own, prices and capacities are everybody's."""

from abc import abstractmethod

from pydantic import Field

from lastresort.mechanisms.building_blocks.pricing import PriceRule, capacity, closes_within, two_prices
from lastresort.mechanisms.contract import Allocation, Floats, LossEvent, Mechanism


class Deleveraging(Mechanism):
    """A rule that closes opposite positions; a subclass says whom in `_close` and may change the default price."""

    price: PriceRule = Field(PriceRule.BANKRUPTCY, description="prices of forced closes, see PriceRule")

    def allocate(self, event: LossEvent) -> Allocation:
        """Close what the rule picks, at the prices of `price`."""
        winner, loser = self._prices(event)
        size = capacity(event, winner)
        return closes_within(size, self._close(event, size), winner, loser)

    def _prices(self, event: LossEvent) -> tuple[float, float]:
        """Prices for those closed and for the engine, USD per contract."""
        return two_prices(event, self.price)

    @abstractmethod
    def _close(self, event: LossEvent, size: Floats) -> Floats:
        """Contracts to close `[n]`, at most `size` each and `|event.contracts|` together."""
