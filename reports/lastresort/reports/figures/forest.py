"""Forest plot: paired differences from the baseline on both headline scores."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports.figures import dots
from lastresort.scores import Difference, Verdict

SIDES = {Verdict.BETTER: -1, Verdict.WORSE: 1}
"""Where a clear verdict stands when lower is better, as it is on both headline scores."""


def draw(titles: Sequence[str], scores: Mapping[str, Sequence[Difference]]) -> Figure:
    """Draw one panel per score title, one row per policy title, and the verdict above each dot."""
    figure, panels = dots.panels(titles, len(scores))
    for axes, (title, differences) in zip(panels, scores.items(), strict=True):
        sides = [SIDES.get(difference.verdict, 0) for difference in differences]
        dots.differences(axes, [difference.estimate for difference in differences], sides)
        axes.set_title(title, pad=10)
        axes.set_xlabel("Difference; below 0: better than the baseline")
        _verdicts(axes, differences)
    return figure


def _verdicts(axes: Axes, differences: Sequence[Difference]) -> None:
    for row, difference in enumerate(differences):
        place = (difference.estimate.value, row)
        axes.annotate(str(difference.verdict), place, (0, 6), textcoords="offset points", ha="center", fontsize=7.5)
