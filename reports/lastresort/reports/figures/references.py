"""Does a rule amplify the crash? Excess drawdown of each policy against the two reference runs."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from lastresort.reports.figures import dots
from lastresort.reports.figures.policies import Key, known
from lastresort.reports.figures.words import tip
from lastresort.scores import Estimate


def draw(titles: Sequence[str | Key], references: Mapping[str, Sequence[Estimate]]) -> Figure:
    """Draw one panel per reference title, one row per policy title, in percentage points of price."""
    keys = known(titles)
    figure, panels = dots.panels(keys, len(references))
    for axes, (title, estimates) in zip(panels, references.items(), strict=True):
        tips = [
            tip(key.title, "points of price", 100 * found.value, 100 * found.low, 100 * found.high, 2)
            for key, found in zip(keys, estimates, strict=True)
        ]
        dots.differences(axes, estimates, [dots.side(found) for found in estimates], unit=0.01, keys=keys, tips=tips)
        axes.set_title(f"Against: {title}", pad=10)
        axes.set_xlabel("Points of price; above 0: deeper crash")
    return figure
