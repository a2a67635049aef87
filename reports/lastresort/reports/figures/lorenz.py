"""Relative Lorenz curves: how evenly the loss lies on equity, one small panel per policy."""

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation, palette
from lastresort.reports.bands import Band
from lastresort.reports.figures import lines, sheet
from lastresort.reports.figures.marks import mark
from lastresort.reports.figures.policies import Key, Named, known

LEFT, GAP, FOOT = 0.62, 0.3, 0.5
"""Room for the scale, between panels and below them, in inches."""


def draw(curves: Mapping[Named, Band | None]) -> Figure:
    """Draw cumulative share of loss against cumulative share of equity, a title and a band per policy.

    The band is what the band says: a 95 % band, or the range of the seeds. None stands for a policy under which no user
    lost anything: its panel says so.
    """
    keys = known(list(curves))
    columns = 3 if len(keys) <= 6 else 4 if len(keys) <= 24 else 6
    size = (sheet.WIDTH - LEFT - GAP * (columns - 1) - 0.12) / columns
    head = 0.12 + max((sheet.height(_title(key, size)) for key in keys), default=0.2)
    rows = math.ceil(len(keys) / columns) or 1
    figure = sheet.sheet(rows * (size + head) + FOOT)
    for place, (key, band) in enumerate(zip(keys, curves.values(), strict=True)):
        row, column = divmod(place, columns)
        axes = sheet.panel(figure, LEFT + column * (size + GAP), row * (size + head) + head - 0.04, size, size)
        _panel(axes, key, band, _title(key, size))
        axes.tick_params(length=2, labelleft=column == 0, labelbottom=place + columns >= len(keys))
    middle = (LEFT + sheet.WIDTH) / 2
    foot = figure.get_size_inches()[1] - 0.12
    sheet.words(figure, middle, foot, "Cumulative share of equity, least burdened first (%)", ha="center")
    sheet.words(
        figure,
        0.1,
        rows * (size + head) / 2,
        "Cumulative share of loss (%)",
        ha="center",
        rotation=90,
        rotation_mode="anchor",
    )
    return figure


def _title(key: Key, size: float) -> str:
    return sheet.wrapped(key.title, size + 0.15, lines=3)


def _panel(axes: Axes, key: Key, band: Band | None, title: str) -> None:
    axes.plot([0, 100], [0, 100], color=palette.MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    if band is None:
        words = axes.text(50, 50, "no user loss", ha="center", va="center", color=palette.MUTED)
        mark(words, key.name, f"{key.title}: no user loss")
    else:
        _curve(axes, key, Band(100 * band.at, 100 * band.median, 100 * band.low, 100 * band.high))
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=(0, 50, 100), yticks=(0, 50, 100))
    mark(axes.set_title(title, pad=5, fontsize=sheet.LABEL, linespacing=1.0), key.name)


def _curve(axes: Axes, key: Key, band: Band) -> None:
    colours = (key.look.colour, key.look.colour) if key.name else (palette.ACCENT, palette.ACCENT_SOFT)
    half = float(np.interp(50, band.at, band.median)) / 100
    tip = f"{key.title}: the less burdened half of equity bears {notation.percent(half, 1)} of the loss"
    lines.shade(axes, band, key.name, color=colours[1], alpha=0.25 if key.name else None)
    lines.line(axes, band.at, band.median, key.name, tip, color=colours[0])
