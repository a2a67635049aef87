"""S13: the service ends: every contract of every market of the venue is closed."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.contract import Evidence, Mechanism, Phase, Phases, PhaseView, ResidualView


class FullTearUp(Mechanism):
    """Settle all markets of the venue for good once unpaid losses exceed `limit` of what its accounts own.

    Place it last: it looks at what every stage above has left unpaid. A clearing house tears up at the last settlement
    price; here positions close at the settlement price in force. What is unpaid then stays unpaid.
    """

    name: ClassVar[str] = "full-tear-up"
    source: ClassVar[str] = "CME filing 16-354 (2016, full tear-up with limited recourse)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    limit: float = Field(0.01, ge=0, description="unpaid losses that end it, share of all accounts' equity (guess)")

    _over: bool = PrivateAttr(default=False)

    def share_loss(self, view: ResidualView) -> None:
        """Ask for nothing; note what is unpaid."""
        unpaid = float(np.minimum(view.deficit, view.uncovered).sum())
        self._over = self._over or unpaid > self.limit * view.venue_equity

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Settle everything, from the moment it is over."""
        if not self._over:
            return None
        return Phases(phase=np.full_like(view.phase, Phase.SETTLE), until=np.full_like(view.until, np.inf))
