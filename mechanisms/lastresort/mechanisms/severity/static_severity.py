"""A30 (static): the same share of every loss."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.building_blocks.scaling import scaled
from lastresort.mechanisms.contract import Evidence, LossSharing, Mechanism, ResidualView


class StaticSeverity(Mechanism):
    """Share `theta` of what would be shared, B = theta x D; the rest stays with the engine.

    The engine asks again while a loss is left, so after k rounds 1 - (1 - theta)^k of a standing loss is shared.
    """

    name: ClassVar[str] = "static-severity"
    source: ClassVar[str] = "arXiv 2512.01112, severity policies"
    evidence: ClassVar[Evidence] = Evidence.PAPER
    throttled: ClassVar[bool] = True

    theta: float = Field(0.5, ge=0, le=1, description="share of the severity in force (guess)")

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Theta times the severity in force."""
        return scaled(view, self.theta)
