"""B17: the venue risks a part of its own money before its members', or a second part after it."""

from typing import ClassVar

from pydantic import Field, PrivateAttr, model_validator

from lastresort.mechanisms.building_blocks.pools import from_pot
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, Payer, ResidualView


class SkinInTheGame(Mechanism):
    """Pay every market's loss from the venue's capital until it has lost `share` of it, pro rata where that is scarce.

    M = (capital - (1 - after - share) x C)+, at most share x C; C is the capital at the start. Standing
    twice, each tranche has its own share and pays no more than that: the second says in `after` what share is at stake
    in the tranches above it. Losses reach it only when those have nothing left, so what it then sees is at most (1 -
    after) x C, from which it knows C; what it promises before that counts from the most capital it saw, which is C or
    less. EMIR sets the first tranche to a quarter of the clearing house's required capital; here it is a share of all
    the capital the venue has.
    """

    name: ClassVar[str] = "skin-in-the-game"
    source: ClassVar[str] = "Commission Delegated Regulation (EU) 153/2013, article 35: 25 % of the capital"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    share: float = Field(0.25, ge=0, le=1, description="share of the venue's capital at stake (remembered)")
    after: float = Field(0.0, ge=0, lt=1, description="share at stake in the tranches above this one")

    _start: float = PrivateAttr(0.0)

    @model_validator(mode="after")
    def _stakes_no_more_than_there_is(self) -> "SkinInTheGame":
        if self.share + self.after > 1:
            raise ValueError("'share' and 'after' together must not exceed 1")
        return self

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay deficits now, promise the rest against shortfalls."""
        above_are_gone = bool(view.deficit.any())
        self._start = max(self._start, view.capital / (1 - self.after if above_are_gone else 1))
        left = view.capital - (1 - self.after - self.share) * self._start
        return from_pot(view, Payer.CAPITAL, min(left, self.share * self._start))
