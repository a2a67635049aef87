"""Rows of policies: the titles at their left, in as much room as they need."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from lastresort.reports.plotting import palette, sheet
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key

WIDEST = 2.45
"""Most room for titles in inches; longer ones take a second line."""

SPARE = 1.05
"""Width that letters of small pictures may take over what was measured."""

GAP = 0.09
"""Distance of the titles from the panel, in inches."""


def titles(keys: Sequence[Key]) -> list[str]:
    """Titles of policies, broken where they are too long."""
    return [sheet.wrapped(key.title, WIDEST) for key in keys]


def room(keys: Sequence[Key]) -> float:
    """Room for the titles of policies, gap included, in inches."""
    return sheet.room(titles(keys)) * SPARE + GAP


def row_height(count: int, usual: float = 0.42) -> float:
    """Height of a row in inches: less where there are many."""
    return usual if count <= 16 else max(0.3, usual - 0.012 * (count - 16))


def write(axes: Axes, keys: Sequence[Key], away: float = 0.0) -> None:
    """Write the titles of rows 0, 1, ... left of the panel, the first on top.

    `away` is how many inches further from the panel than usual.
    """
    shift = ScaledTranslation(-GAP - away, 0, axes.figure.dpi_scale_trans)
    axes.set_yticks([])
    axes.set_ylim(max(len(keys), 1) - 0.5, -0.5)
    for row, (key, title) in enumerate(zip(keys, titles(keys), strict=True)):
        text = axes.text(
            0,
            row,
            title,
            transform=axes.get_yaxis_transform() + shift,
            ha="right",
            va="center",
            fontsize=sheet.LABEL,
            linespacing=1.0,
            color=palette.INK,
        )
        mark(text, key.name)


def finite(values: Sequence[float]) -> list[float]:
    """Those of some values that are numbers."""
    return [float(value) for value in values if np.isfinite(value)]
