"""Reference: an unlimited outside backstop pays every residual; the engine still sells into the book."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, Payer, ResidualView


class DeepPocket(Mechanism):
    """Pay every loss the moment it exists and promise every loss to come, so that no account is asked for anything."""

    name: ClassVar[str] = "deep-pocket"
    source: ClassVar[str] = "reference policy of both headline scores; no venue could run it"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay the deficit, promise the shortfall."""
        ahead = view.shortfall - view.deficit
        return Absorption(payer=Payer.BACKSTOP, pay=view.deficit, standby=ahead, take=np.zeros(len(ahead)))
