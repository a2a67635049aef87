"""One row per policy: a dot for the estimate and a bar for its 95 % interval."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports.plotting import palette, rows, sheet
from lastresort.reports.plotting.canvas import bare
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import NOBODY, Key, known
from lastresort.scores import Estimate

CLEAR = {-1: palette.FUND, 1: palette.HAIRCUT}
"""Colour of a difference that is clearly below or above zero; the others are hollow and grey."""


def panels(titles: Sequence[str | Key], count: int) -> tuple[Figure, list[Axes]]:
    """Return `count` panels side by side that share one row per title, the first title on top."""
    keys = known(titles)
    row, left, gap = rows.row_height(len(keys)), rows.room(keys), 0.25
    figure = sheet.sheet(0.85 + row * max(len(keys), 1))
    width = (sheet.WIDTH - left - gap * (count - 1) - 0.12) / max(count, 1)
    axes = [
        sheet.panel(figure, left + place * (width + gap), 0.38, width, row * max(len(keys), 1))
        for place in range(count)
    ]
    for place, panel in enumerate(axes):
        bare(panel)
        rows.write(panel, keys) if place == 0 else panel.set(yticks=[], ylim=axes[0].get_ylim())
        panel.locator_params(axis="x", nbins=6)
    return figure, axes


def differences(
    axes: Axes,
    estimates: Sequence[Estimate],
    sides: Sequence[int],
    unit: float = 1.0,
    keys: Sequence[Key] = (),
    tips: Sequence[str] = (),
) -> None:
    """Draw differences, each divided by `unit`, against a line at zero; `sides` tells the clear ones, as in `side`."""
    axes.axvline(0, color=palette.INK, linewidth=0.9)
    for row, (estimate, clear) in enumerate(zip(estimates, sides, strict=True)):
        _dot(axes, row, estimate, clear, unit, keys[row] if keys else NOBODY, tips[row] if tips else "")
    axes.margins(x=0.15)


def side(estimate: Estimate) -> int:
    """Where the interval of a difference lies: -1 below zero, 1 above, 0 on both sides or unknown."""
    return int(estimate.low > 0) - int(estimate.high < 0)


def _dot(axes: Axes, row: int, estimate: Estimate, clear: int, unit: float, key: Key, tip: str) -> None:
    colour = CLEAR.get(clear, palette.MUTED)
    face = colour if clear else palette.PAPER
    ends = [estimate.low / unit, estimate.high / unit]
    if rows.finite(ends):
        (bar,) = axes.plot(ends, [row, row], color=colour, linewidth=1.8, solid_capstyle="butt")
        mark(bar, key.name, tip)
    if rows.finite([estimate.value]):
        (dot,) = axes.plot(
            [estimate.value / unit], [row], "o", markersize=6, markerfacecolor=face, markeredgecolor=colour
        )
        mark(dot, key.name, tip)
