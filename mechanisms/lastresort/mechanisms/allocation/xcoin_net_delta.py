"""A14: Xcoin's rank by net delta, which never touches a flat account."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.ranking import margin_ratio, profit_rate, ratio
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class XcoinNetDelta(Deleveraging):
    """Close by profit rate x margin use where isolated, by profit rate x net delta otherwise; flat accounts never.

    Rank = profit rate x maintenance margin ratio of ordinary accounts, profit rate x |net delta| of those margined as a
    portfolio, who are not ranked at all where net delta is 0. Ordinary are the isolated accounts here, portfolios all
    others. As coins and ratios do not compare, net delta is taken relative to the account's notional and times the same
    margin ratio; it is weighted by beta and counts in dollars of this market, so that an account with one position has
    1 whatever its beta. Below `flat` it counts as 0, as beta-weighted legs never cancel to the last dollar.
    """

    name: ClassVar[str] = "xcoin-net-delta"
    source: ClassVar[str] = "Xcoin help centre, Auto-Deleveraging (portfolio margin ranked by net delta)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    flat: float = Field(0.01, ge=0, le=1, description="net delta over notional that counts as none, fraction (guess)")

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        delta = ratio(np.abs(holders.net_delta), event.beta * holders.leverage * holders.equity, otherwise=1.0)
        exposed = np.where(holders.isolated, 1.0, delta)
        score = profit_rate(holders) * margin_ratio(holders) * exposed
        return in_order(abs(event.contracts), np.where(exposed > self.flat, size, 0.0), score)
