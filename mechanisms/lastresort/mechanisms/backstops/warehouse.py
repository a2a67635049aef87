"""Reference: an unlimited outside backstop takes the engine's whole inventory and holds it to the end."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, Payer, ResidualView


class Warehouse(Mechanism):
    """Take every seized position at its bankruptcy price and never sell it, so that liquidations make no pressure."""

    name: ClassVar[str] = "warehouse"
    source: ClassVar[str] = "second reference policy; no venue could run it"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def absorb(self, view: ResidualView) -> Absorption:
        """Take all of it."""
        nothing = np.zeros(len(view.market))
        return Absorption(payer=Payer.BACKSTOP, pay=nothing, standby=nothing, take=np.ones(len(nothing)))
