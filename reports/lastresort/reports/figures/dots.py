"""One row per policy: a dot for the estimate and a bar for its 95 % interval."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import palette
from lastresort.reports.figures.canvas import WIDTH, bare
from lastresort.scores import Estimate

CLEAR = {-1: palette.FUND, 1: palette.HAIRCUT}
"""Colour of a difference that is clearly below or above zero; the others are hollow and grey."""


def panels(titles: Sequence[str], count: int) -> tuple[Figure, list[Axes]]:
    """Return `count` panels side by side that share one row per title, the first title on top."""
    figure = Figure(figsize=(WIDTH, 0.95 + 0.42 * len(titles)), layout="constrained")
    axes = list(figure.subplots(1, count, sharey=True, squeeze=False).flat)
    axes[0].set_yticks(range(len(titles)), titles)
    axes[0].set_ylim(len(titles) - 0.5, -0.5)
    for panel in axes:
        bare(panel)
    axes[0].tick_params(axis="y", labelcolor=palette.INK)
    return figure, axes


def differences(axes: Axes, estimates: Sequence[Estimate], sides: Sequence[int], unit: float = 1.0) -> None:
    """Draw differences, each divided by `unit`, against a line at zero; `sides` tells the clear ones, as in `side`."""
    axes.axvline(0, color=palette.INK, linewidth=0.9)
    for row, (estimate, clear) in enumerate(zip(estimates, sides, strict=True)):
        _dot(axes, row, estimate, clear, unit)
    axes.margins(x=0.15)


def side(estimate: Estimate) -> int:
    """Where the interval of a difference lies: -1 below zero, 1 above, 0 on both sides or unknown."""
    return int(estimate.low > 0) - int(estimate.high < 0)


def _dot(axes: Axes, row: int, estimate: Estimate, clear: int, unit: float) -> None:
    colour = CLEAR.get(clear, palette.MUTED)
    face = colour if clear else palette.PAPER
    ends = [estimate.low / unit, estimate.high / unit]
    axes.plot(ends, [row, row], color=colour, linewidth=1.8, solid_capstyle="butt")
    axes.plot([estimate.value / unit], [row], "o", markersize=6, markerfacecolor=face, markeredgecolor=colour)
