"""Labels in a column beside a panel, pushed apart, and joined by thin lines to what they name."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from scipy.optimize import isotonic_regression

from lastresort.reports.plotting import palette, sheet
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key

WIDEST = 2.3
"""Most room for labels in inches; longer ones take a second line."""

AWAY = 0.3
"""Distance of the labels from the panel, in inches."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text for the place (`x`, `y`) of a panel, in its data; `key` has the looks of a policy, None shows none."""

    x: float
    y: float
    text: str
    policy: str = ""
    key: Key | None = None


def wrapped(texts: Sequence[str]) -> list[str]:
    """Texts broken where they are too long."""
    return [sheet.wrapped(text, WIDEST) for text in texts]


def room(texts: Sequence[str]) -> float:
    """Room that labels take beside the panel, in inches."""
    return sheet.room(wrapped(texts)) + AWAY + 0.25


def tall(texts: Sequence[str]) -> float:
    """Height of all labels one under another, in inches: the panel is at least as high."""
    return sum(_height(text) for text in wrapped(texts))


def column(axes: Axes, labels: Sequence[Label]) -> None:
    """Write labels at the right, in the order of their heights; the limits of the panel must be final."""
    size = axes.get_position().size * axes.figure.get_figure(root=True).get_size_inches()
    places = [_fraction(axes, label) for label in labels]
    order = sorted(range(len(labels)), key=lambda place: (places[place][1], -places[place][0]))
    texts = wrapped([labels[place].text for place in order])
    heights = apart([places[place][1] for place in order], [_height(text) / size[1] for text in texts])
    for place, text, height in zip(order, texts, heights, strict=True):
        _write(axes, labels[place], text, places[place], height, 1 / size[0])


def apart(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Middles of labels of these heights, in their order from below, none upon another, all within 0 and 1 if they fit.

    They are as near to where they are wanted as that allows, in the sense of least squares: less the room for those
    below, their middles only have to ascend.
    """
    if not len(wanted):
        return []
    below = np.concatenate([[0.0], np.cumsum([(low + high) / 2 for low, high in pairwise(sizes)])])
    ascending = isotonic_regression(np.asarray(wanted) - below).x
    least, most = sizes[0] / 2, 1 - sizes[-1] / 2 - below[-1]
    return [float(middle) for middle in np.clip(ascending, min(least, most), most) + below]


def _write(axes: Axes, label: Label, text: str, place: tuple[float, float], height: float, inch: float) -> None:
    across = 1 + AWAY * inch
    thread = Line2D(
        [min(max(place[0], 0), 1) + 0.05 * inch, across - 0.04 * inch],
        [min(max(place[1], 0), 1), height],
        color=palette.MUTED,
        linewidth=0.5,
        alpha=0.7,
        transform=axes.transAxes,
        clip_on=False,
        zorder=1.5,
    )
    mark(axes.add_artist(thread), label.policy)
    if label.key:
        look = label.key.look
        sign = Line2D(
            [across + 0.05 * inch],
            [height],
            color=look.colour,
            marker=look.marker,
            markersize=4.5,
            linestyle="none",
            transform=axes.transAxes,
            clip_on=False,
        )
        mark(axes.add_artist(sign), label.policy)
    words = axes.text(
        across + (0.15 if label.key else 0) * inch,
        height,
        text,
        transform=axes.transAxes,
        va="center",
        fontsize=sheet.LABEL,
        linespacing=1.0,
        color=palette.INK,
    )
    mark(words, label.policy)


def _fraction(axes: Axes, label: Label) -> tuple[float, float]:
    x, y = axes.transAxes.inverted().transform(axes.transData.transform((label.x, label.y)))
    return float(x), float(y)


def _height(text: str) -> float:
    return sheet.height(text) * 0.92 + 0.05
