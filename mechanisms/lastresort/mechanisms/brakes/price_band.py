"""K8, K9: nothing trades further than a fixed distance from the index or the mark."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.contract import Evidence, Mechanism, Phases, PhaseView


class BandCentre(StrEnum):
    """Price in the middle of a band."""

    INDEX = "index"
    MARK = "mark"


class PriceBand(Mechanism):
    """Cut what would trade outside centre x (1 -+ `width`).

    Deribit: 1.5 % around the mark for its bitcoin perpetual; Binance: a ratio per symbol around the mark, 15 % and
    later 50 % for alternative coins. Both venues move an order's price to the band; here the part beyond it is cut.
    """

    name: ClassVar[str] = "price-band"
    source: ClassVar[str] = (
        "Deribit Insights, Trading Bandwidths and Limits; Binance, cap and floor ratios (support, 2025-04-02)"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    centre: BandCentre = Field(BandCentre.MARK, description="price in the middle of the band: index or mark")
    width: float = Field(0.015, gt=0, lt=1, description="half-width of the band, fraction")

    def set_phase(self, view: PhaseView) -> Phases:
        """Set this tick's band."""
        centre = view.index if self.centre is BandCentre.INDEX else view.mark
        return Phases(view.phase, view.until, low=centre * (1 - self.width), high=centre * (1 + self.width))
