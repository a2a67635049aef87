"""Does a rule amplify the crash? Excess drawdown of each policy against the two reference runs."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from lastresort.reports.figures import dots
from lastresort.scores import Estimate


def draw(titles: Sequence[str], references: Mapping[str, Sequence[Estimate]]) -> Figure:
    """Draw one panel per reference title, one row per policy title, in percentage points of price."""
    figure, panels = dots.panels(titles, len(references))
    for axes, (title, estimates) in zip(panels, references.items(), strict=True):
        dots.differences(axes, estimates, [dots.side(estimate) for estimate in estimates], unit=0.01)
        axes.set_title(f"Against: {title}", pad=10)
        axes.set_xlabel("Points of price; above 0: deeper crash")
    return figure
