"""Both headline scores at once: LC* across, MNF up, with the interval of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import palette
from lastresort.reports.figures.canvas import WIDTH
from lastresort.scores import Estimate

SPACING = 0.33
"""Least distance between two labels, in inches; many labels make the figure taller."""


@dataclass(frozen=True, slots=True)
class Point:
    """One policy: its title, its two estimates, and the probability that no other policy dominates it."""

    title: str
    centralization: Estimate
    failure: Estimate
    undominated: float


def draw(points: Sequence[Point]) -> Figure:
    """Draw the policies in the plane of the two scores, labelled at the right; the origin is the deep pocket."""
    height = max(4.4, SPACING * len(points) + 1)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    for point in points:
        _cross(axes, point)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("Loss centralization LC*: less concentrated to the left")
    axes.set_ylabel("Market-neutral failure MNF: fewer broken hedges below")
    axes.grid()
    axes.set_axisbelow(True)
    _labels(axes, points, SPACING / height)
    return figure


def _cross(axes: Axes, point: Point) -> None:
    x, y = point.centralization, point.failure
    colour = palette.ACCENT if point.undominated >= 0.5 else palette.MUTED
    axes.plot([x.low, x.high], [y.value, y.value], color=colour, linewidth=1.4, solid_capstyle="butt")
    axes.plot([x.value, x.value], [y.low, y.high], color=colour, linewidth=1.4, solid_capstyle="butt")
    axes.plot([x.value], [y.value], "o", color=colour, markersize=6.5)


def _labels(axes: Axes, points: Sequence[Point], spacing: float) -> None:
    """Labels in a column at the right, in the order of the points, pushed apart and joined to them by thin lines."""
    order = sorted(points, key=lambda point: point.failure.value)
    top = axes.get_ylim()[1]
    heights = _apart([point.failure.value / top for point in order], spacing)
    for point, height in zip(order, heights, strict=True):
        axes.annotate(
            point.title,
            (point.centralization.value, point.failure.value),
            xytext=(1.04, height),
            textcoords="axes fraction",
            va="center",
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": palette.MUTED, "linewidth": 0.5, "shrinkB": 5, "relpos": (0, 0.5)},
        )


def _apart(wanted: Sequence[float], spacing: float) -> list[float]:
    """Move sorted heights up until each keeps its distance, then down as far as the topmost overshoots."""
    heights = np.array(wanted, dtype=np.float64)
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + spacing)
    overshoot = max(0.0, heights[-1] - 1.0) if len(heights) else 0.0
    return [float(height) for height in heights - overshoot]
