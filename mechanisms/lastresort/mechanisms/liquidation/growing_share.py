"""L9: the share of the margin shortage that may be freed grows with the age of the breach."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.memory import LastTimes
from lastresort.mechanisms.contract import BreachView, Evidence, Floats, Liquidation, Mechanism
from lastresort.mechanisms.liquidation.margin_unit import share_to_restore


class GrowingShare(Mechanism):
    """Free the share min(1, initial + age / duration) of the shortage to maintenance + buffer by orders in the book.

    Between two orders the share grows from a to b, which is (b - a) / (1 - a) of the shortage that is left. Shortages
    below `small` are freed at once. Modelled as Drift's liquidation with fill, without the fees of its liquidators;
    orders stop at the bankruptcy price. It ends once maintenance is met, where Drift's goes on to the buffer.
    Accounts without equity are left to the next stage.
    """

    name: ClassVar[str] = "growing-share"
    source: ClassVar[str] = "drift-labs/protocol-v2@0ae3e3b, max_pct_to_liquidate, liquidate_perp_with_fill"
    evidence: ClassVar[Evidence] = Evidence.SOURCE_CODE

    initial: float = Field(0.0, ge=0, le=1, description="share of the shortage freed at once")
    duration: float = Field(60.0, gt=0, description="time in which the share grows by one, seconds (guess)")
    small: float = Field(50.0, ge=0, description="shortage freed at once, USD")
    buffer: float = Field(0.02, ge=0, description="margin beyond maintenance to reach, fraction of notional")

    _freed: LastTimes = PrivateAttr(default_factory=LastTimes)

    def liquidate(self, view: BreachView) -> Liquidation:
        """Order what may be freed by now."""
        solvent = view.equity > 0
        need = view.maintenance + self.buffer * view.unit_notional
        grown = np.where(need - view.equity < self.small, 1.0, self._grown(view))
        self._freed.note(view.account[solvent], view.time)
        return Liquidation(
            seize=np.zeros(len(need)),
            penalty=1.0,
            order=np.where(solvent, grown * share_to_restore(view, need), 0.0),
            limit=view.bankruptcy_price,
            wait=solvent,
        )

    def _grown(self, view: BreachView) -> Floats:
        """Part of the shortage left that may be freed now."""
        ago = view.time - self._freed.of(view.account)
        again = ago <= view.since
        before = np.where(again, self._allowed(np.where(again, view.since - ago, 0.0)), 0.0)
        now = self._allowed(view.since)
        return np.asarray(np.divide(now - before, 1 - before, out=np.ones(len(now)), where=before < 1))

    def _allowed(self, age: Floats) -> Floats:
        return np.asarray(np.minimum(self.initial + age / self.duration, 1.0))
