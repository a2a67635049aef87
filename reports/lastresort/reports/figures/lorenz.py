"""Relative Lorenz curves: how evenly the loss lies on equity, one small panel per policy."""

import math
from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import palette
from lastresort.reports.bands import Band
from lastresort.reports.figures.canvas import WIDTH

COLUMNS = 3


def draw(curves: Mapping[str, Band | None]) -> Figure:
    """Draw cumulative share of loss against cumulative share of equity, a title and a band per policy.

    None stands for a policy under which no user lost anything: its panel says so.
    """
    rows = math.ceil(len(curves) / COLUMNS)
    figure = Figure(figsize=(WIDTH, 2.5 * rows + 0.3), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).flat
    for axes, (title, band) in zip(panels, curves.items(), strict=False):
        _panel(axes, title, band)
    for place, axes in enumerate(figure.axes):
        axes.set_visible(place < len(curves))
        axes.tick_params(labelbottom=place + COLUMNS >= len(curves))
    figure.supxlabel("Cumulative share of equity, least burdened first (%)", fontsize=8.5, color=palette.MUTED)
    figure.supylabel("Cumulative share of loss (%)", fontsize=8.5, color=palette.MUTED)
    return figure


def _panel(axes: Axes, title: str, band: Band | None) -> None:
    axes.plot([0, 100], [0, 100], color=palette.MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    if band is None:
        axes.text(50, 50, "no user loss", ha="center", va="center", color=palette.MUTED, backgroundcolor=palette.PAPER)
    else:
        axes.fill_between(100 * band.at, 100 * band.low, 100 * band.high, color=palette.ACCENT_SOFT, linewidth=0)
        axes.plot(100 * band.at, 100 * band.median, color=palette.ACCENT)
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=(0, 50, 100), yticks=(0, 50, 100), aspect="equal")
    axes.set_title(title)
    axes.tick_params(length=2)
