"""A5: Bybit's queue by leveraged return, at the price its fund's floor implies."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule, two_prices
from lastresort.mechanisms.building_blocks.ranking import profit_times_leverage
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class BybitAdl(Deleveraging):
    """Close the highest leveraged return first; the fund pays for the price down to its floor.

    Rank = profit rate x leverage in profit, profit rate / leverage at a loss. The price leaves the insurance
    fund at 70 % of its peak (P6); `bankruptcy` gives the classic rule (P1). Bybit measures the draw-down per symbol
    over eight hours, here it is the pool's since the start. Its fees for such closes are left out.

    Where bankruptcy price and mark are more than `apart` from each other, the close settles at the mark, and the loss
    stays for the stages that follow. A mirror of the help page says 5 %, and not of which price: here of the mark.
    """

    name: ClassVar[str] = "bybit-adl"
    source: ClassVar[str] = "Bybit, Auto-Deleveraging (ADL) help page; v5 API, ADL alert (draw-down of 30 %)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    price: PriceRule = Field(PriceRule.FUND_FLOOR, description="prices of forced closes, see PriceRule")
    apart: float | None = Field(
        None,
        ge=0,
        description="gap between bankruptcy price and mark beyond which closes settle at the mark; none: never",
    )

    def _prices(self, event: LossEvent) -> tuple[float, float]:
        far = self.apart is not None and abs(event.bankruptcy_price - event.mark) > self.apart * event.mark
        return two_prices(event, PriceRule.MARK if far else self.price)

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), size, profit_times_leverage(event.candidates))
