"""B17: the venue risks a part of its own money before its members'."""

from typing import ClassVar

from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.pools import from_pot
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, Payer, ResidualView


class SkinInTheGame(Mechanism):
    """Pay every market's loss from the venue's capital until it has lost `share` of it, pro rata where that is scarce.

    M = (capital - (1 - share) x highest capital)+. EMIR sets the tranche to a quarter of the clearing house's required
    capital; here it is a share of all the capital the venue has.
    """

    name: ClassVar[str] = "skin-in-the-game"
    source: ClassVar[str] = "Commission Delegated Regulation (EU) 153/2013, article 35: 25 % of the capital"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    share: float = Field(0.25, ge=0, le=1, description="share of the venue's capital at stake (remembered)")

    _peak: float = PrivateAttr(0.0)

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay deficits now, promise the rest against shortfalls."""
        self._peak = max(self._peak, view.capital)
        return from_pot(view, Payer.CAPITAL, view.capital - (1 - self.share) * self._peak)
