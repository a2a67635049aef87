"""Forest plot: paired differences from the baseline on both headline scores."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation, palette
from lastresort.reports.figures import dots, sheet
from lastresort.reports.figures.marks import mark
from lastresort.reports.figures.policies import Key, known
from lastresort.scores import Difference, Verdict

SIDES = {Verdict.BETTER: -1, Verdict.WORSE: 1}
"""Where a clear verdict stands when lower is better, as it is on both headline scores."""


def draw(titles: Sequence[str | Key], scores: Mapping[str, Sequence[Difference]]) -> Figure:
    """Draw one panel per score title, one row per policy title, and the verdict above each dot."""
    keys = known(titles)
    figure, panels = dots.panels(keys, len(scores))
    for axes, (title, differences) in zip(panels, scores.items(), strict=True):
        sides = [SIDES.get(difference.verdict, 0) for difference in differences]
        tips = [_tip(key, difference) for key, difference in zip(keys, differences, strict=True)]
        dots.differences(axes, [difference.estimate for difference in differences], sides, keys=keys, tips=tips)
        axes.set_title(title, pad=10)
        axes.set_xlabel("Difference; below 0: better than the baseline")
        _verdicts(axes, keys, differences)
    return figure


def _tip(key: Key, difference: Difference) -> str:
    found = difference.estimate
    change = notation.with_interval(found.value, found.low, found.high, sign=True)
    return f"{key.title}: {change}, {difference.sentence}"


def _verdicts(axes: Axes, keys: Sequence[Key], differences: Sequence[Difference]) -> None:
    """Words above the dots, kept within the panel."""
    left, right = axes.get_xlim()
    for row, (key, difference) in enumerate(zip(keys, differences, strict=True)):
        value = difference.estimate.value
        if not np.isfinite(value):
            continue
        share = (value - left) / (right - left)
        side = "left" if share < 0.12 else "right" if share > 0.88 else "center"
        word = axes.annotate(
            str(difference.verdict),
            (value, row),
            ({"left": -3, "right": 3}.get(side, 0), 5),
            textcoords="offset points",
            ha=side,
            fontsize=sheet.SMALL,
            color=palette.INK,
        )
        mark(word, key.name)
