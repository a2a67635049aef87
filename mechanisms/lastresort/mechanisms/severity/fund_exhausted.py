"""T0: losses are shared only once the fund is gone."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.building_blocks.pools import at_floor
from lastresort.mechanisms.building_blocks.scaling import scaled
from lastresort.mechanisms.contract import Evidence, LossSharing, Mechanism, ResidualView


class FundExhausted(Mechanism):
    """Leave the severity in force where the market's pool is down to `floor` of its peak; share nothing elsewhere.

    A fund that stops paying above `floor` keeps this trigger from ever firing: give both the same floor.
    """

    name: ClassVar[str] = "fund-exhausted"
    source: ClassVar[str] = "Binance support/faq 360033525471; BitMEX support 18589621443357; Ethereal docs, ADL"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    floor: float = Field(0.0, ge=0, le=1, description="balance at which the fund counts as gone, share of its peak")

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Share where the fund is gone."""
        return scaled(view, at_floor(view.pool_balance, view.pool_peak, self.floor)[view.pool])
