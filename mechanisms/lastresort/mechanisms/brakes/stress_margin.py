"""K14: maintenance margin rises with volatility."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.brakes.tiers import by_tier
from lastresort.mechanisms.contract import Evidence, MarginTerms, MarginView, Mechanism


class StressMargin(Mechanism):
    """Scale maintenance margins by volatility over `threshold`, in steps, up to `most` times the normal rate.

    Scale = clip(1 + step x floor((volatility / threshold - 1) / step), 1, most). It is procyclical: accounts breach
    because the margin rises while the price falls. The rule replaces the venue's cross-margin rates by `cross`.
    """

    name: ClassVar[str] = "stress-margin"
    source: ClassVar[str] = "own schedule; venues raise margins on notice (Binance leverage and margin tier updates)"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    threshold: float = Field(
        4.0, gt=0, description="volatility at which margins start to rise, multiple of normal (guess)"
    )
    most: float = Field(2.0, ge=1, description="largest margin, multiple of normal (guess)")
    step: float = Field(0.25, gt=0, description="margins change by multiples of this share of normal (guess)")
    cross: tuple[float, ...] = Field(
        (0.01, 0.02, 0.04), min_length=1, description="normal cross-margin rate per tier, fraction of notional"
    )
    tiers: tuple[int, ...] = Field((2, 8), description="first market of the second tier, of the third, and so on")

    def require_margin(self, view: MarginView) -> MarginTerms | None:
        """Raise the margins of loud markets."""
        steps = np.floor((view.volatility / self.threshold - 1) / self.step)
        scale = np.clip(1 + self.step * steps, 1.0, self.most)
        if scale.max(initial=1.0) <= 1:
            return None
        return MarginTerms(isolated_scale=scale, cross_rate=scale * by_tier(self.cross, self.tiers, len(scale)))
