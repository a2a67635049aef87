"""K15: the largest funding rate a payment may have, and how often payments come."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.brakes.tiers import by_tier
from lastresort.mechanisms.contract import Evidence, Mechanism, Prices, PriceView


class FundingCap(Mechanism):
    """Cap the funding rate of each payment at `multiplier` x the tier's `rate`.

    Binance: 0.75 x maintenance margin rate every 8 hours. Kraken's 0.5 % per hour is rate 0.005, multiplier 1 and
    interval 3600; Drift's 3, 5 and 10 % of premium by tier, a 24th of it every hour, are rate 0.03, 0.05, 0.10,
    multiplier 1/24 and interval 3600.
    """

    name: ClassVar[str] = "funding-cap"
    source: ClassVar[str] = (
        "Binance, funding rate caps and floors; Kraken contract specifications; Drift contract tiers"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    rate: tuple[float, ...] = Field(
        (0.004, 0.0065, 0.01), min_length=1, description="maintenance margin rate per tier, fraction of notional"
    )
    tiers: tuple[int, ...] = Field((2, 8), description="first market of the second tier, of the third, and so on")
    multiplier: float = Field(0.75, gt=0, description="largest funding rate per payment, multiple of the tier's rate")
    interval: float | None = Field(None, gt=0, description="time between payments, seconds; none: the venue's own")

    def set_prices(self, view: PriceView) -> Prices:
        """Cap funding and leave the prices alone."""
        cap = self.multiplier * by_tier(self.rate, self.tiers, len(view.mark))
        return Prices(view.mark, view.mark, view.mark, funding_cap=cap, funding_interval=self.interval)
