"""How often a policy has which rank: one bar per policy, the first rank darkest."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.mechanisms.contract import Floats
from lastresort.reports import notation
from lastresort.reports.plotting import palette, rows, sheet
from lastresort.reports.plotting.canvas import bare
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key

MOST = 12
"""Ranks told apart; the last stands for itself and all below it."""

DARKEST, LIGHTEST = 0.95, 0.1
"""Opacities of the first and the last rank."""


def draw(policies: Sequence[Key], probabilities: Floats, what: str = "resamples") -> Figure:
    """Draw the probabilities `[P, ranks]` of rank 1, 2, ... of each policy as a bar from 0 to 100 %.

    `what` names what they were counted over. A policy whose probabilities are not known has no bar.
    """
    shares = _pooled(probabilities)
    row, left = rows.row_height(len(policies), 0.34), rows.room(policies)
    figure = sheet.sheet(0.38 + row * max(len(policies), 1) + 0.52)
    axes = sheet.panel(figure, left, 0.38, sheet.WIDTH - left - 0.2, row * max(len(policies), 1))
    bare(axes)
    axes.set_xlim(0, 100)
    rows.write(axes, policies)
    for place, (key, own) in enumerate(zip(policies, shares, strict=True)):
        _bar(axes, place, key, own, what, probabilities.shape[1] > MOST)
    axes.set_xlabel(f"Share of {what} (%)")
    _scale(figure, shares.shape[1], probabilities.shape[1], left)
    return figure


def shade(rank: int, ranks: int) -> float:
    """Opacity of a rank, counted from 0, among so many."""
    return DARKEST - (DARKEST - LIGHTEST) * rank / max(ranks - 1, 1)


def _pooled(probabilities: Floats) -> Floats:
    if probabilities.shape[1] <= MOST:
        return probabilities
    pooled = probabilities[:, :MOST].copy()
    pooled[:, -1] = probabilities[:, MOST - 1 :].sum(axis=1)
    return pooled


def _bar(axes: Axes, row: int, key: Key, shares: Floats, what: str, pooled: bool) -> None:
    left, whole = 0.0, 100 * float(np.nansum(shares))
    axes.add_artist(Rectangle((0, row - 0.34), whole, 0.68, facecolor=palette.PAPER, linewidth=0))  # hides the grid
    for rank, share in enumerate(shares):
        if not share > 0:
            continue
        width = 100 * float(share)
        name = f"{rank + 1} or lower" if pooled and rank + 1 == MOST else str(rank + 1)
        tip = f"{key.title}: rank {name} in {notation.percent(float(share), 0)} of {what}"
        opacity = shade(rank, len(shares))
        part = Rectangle(
            (left, row - 0.34),
            width,
            0.68,
            facecolor=(palette.ACCENT, opacity),
            edgecolor=palette.PAPER,
            linewidth=0.8,
            clip_on=False,
        )
        mark(axes.add_artist(part), key.name, tip)
        if width > 4.5:
            _number(axes, left + width / 2, row, name.replace(" or lower", "+"), opacity, key)
        left += width


def _number(axes: Axes, x: float, y: float, text: str, opacity: float, key: Key) -> None:
    colour = palette.PAPER if opacity > 0.6 else palette.INK
    words = axes.text(x, y, text, ha="center", va="center_baseline", fontsize=sheet.SMALL, color=colour)
    mark(words, key.name, plain=True)


def _scale(figure: Figure, shown: int, ranks: int, left: float) -> None:
    """The shades from the first rank to the last, above the bars."""
    across, down = figure.get_size_inches()
    sheet.words(figure, left, 0.15, "Rank 1", color=palette.INK, va="center_baseline", fontsize=sheet.SMALL)
    x = left + sheet.width("Rank 1", sheet.SMALL) + 0.08
    for rank in range(shown):
        box = Rectangle(
            (x / across, 1 - 0.21 / down),
            0.14 / across,
            0.12 / down,
            facecolor=palette.ACCENT,
            alpha=shade(rank, shown),
            edgecolor="none",
            linewidth=0,
            transform=figure.transFigure,
        )
        figure.add_artist(box)
        x += 0.15
    last = f"{shown} or lower" if ranks > shown else str(shown)
    sheet.words(figure, x + 0.06, 0.15, last, color=palette.INK, va="center_baseline", fontsize=sheet.SMALL)
