"""Sobol indices: which share of the variance of an outcome each parameter explains, alone and with the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.analysis.sensitivity import Sensitivity
from lastresort.reports import notation
from lastresort.reports.document import FigureBlock
from lastresort.reports.plotting import palette, rows, sheet
from lastresort.reports.plotting.canvas import bare, figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key
from lastresort.reports.topics.morris import foremost, shown_differences

TOP, GAP = 0.62, 0.25
"""Room above the panels and between them, in inches."""


@dataclass(frozen=True, slots=True)
class Index:
    """First-order and total index of one parameter with their intervals, shares of the variance; NaN where unknown.

    `chance` marks the factor that stands for the seed.
    """

    factor: str
    first: float
    first_low: float
    first_high: float
    total: float
    total_low: float
    total_high: float
    chance: bool = False


def sobol(found: Sensitivity) -> FigureBlock:
    """First-order and total indices of the differences between policies."""
    outcomes = {name: indices for name in shown_differences(found) if (indices := _indices(found, name))}
    said = [f"{name}: {foremost([(one.factor, one.total) for one in indices])}" for name, indices in outcomes.items()]
    return figure_block(
        "sobol",
        f"Shares of the variance. {'; '.join(said)}.",
        "Share of the variance of each difference that a factor explains by itself (first order) and together with "
        "all it acts with (total), with 95 % intervals. Grey: chance.",
        partial(draw, outcomes),
    )


def _indices(found: Sensitivity, output: str) -> list[Index]:
    assert found.sobol
    return [
        Index(
            found.factor(name).label,
            one.S1,
            one.S1 - one.S1_conf,
            one.S1 + one.S1_conf,
            one.ST,
            one.ST - one.ST_conf,
            one.ST + one.ST_conf,
            found.factor(name).by_chance,
        )
        for name, one in found.sobol.of(output).items()
    ]


def draw(outcomes: Mapping[str, Sequence[Index]]) -> Figure:
    """Draw one panel per outcome and one row per factor, the greatest total index of any outcome on top."""
    factors = order(outcomes)
    keys = [Key("", factor, place) for place, factor in enumerate(factors)]
    row, left = rows.row_height(len(keys), 0.36), rows.room(keys)
    figure = sheet.sheet(TOP + row * max(len(keys), 1) + 0.5)
    width = (sheet.WIDTH - left - GAP * (len(outcomes) - 1) - 0.15) / max(len(outcomes), 1)
    most = _most(outcomes)
    for place, (title, indices) in enumerate(outcomes.items()):
        axes = sheet.panel(figure, left + place * (width + GAP), TOP, width, row * max(len(keys), 1))
        bare(axes)
        rows.write(axes, keys if place == 0 else [])
        axes.set_ylim(max(len(keys), 1) - 0.5, -0.5)
        _panel(axes, {index.factor: index for index in indices}, factors)
        axes.set(title=title, xlim=(0, most), xlabel="Share of the variance")
        axes.locator_params(axis="x", nbins=5)
    _scale(figure, left)
    return figure


def order(outcomes: Mapping[str, Sequence[Index]]) -> list[str]:
    """Factors by their greatest total index, the greatest first; equal ones by name."""
    greatest: dict[str, float] = {}
    for indices in outcomes.values():
        for index in indices:
            total = index.total if np.isfinite(index.total) else 0.0
            greatest[index.factor] = max(greatest.get(index.factor, 0.0), total)
    return sorted(greatest, key=lambda factor: (-greatest[factor], factor))


def _panel(axes: Axes, indices: Mapping[str, Index], factors: Sequence[str]) -> None:
    for row, factor in enumerate(factors):
        if factor in indices:
            index = indices[factor]
            total = (index.total, index.total_low, index.total_high)
            first = (index.first, index.first_low, index.first_high)
            _bar(axes, row + 0.17, index, "total", total, 0.35)
            _bar(axes, row - 0.17, index, "first-order", first, 0.95)


def _bar(axes: Axes, middle: float, index: Index, what: str, found: tuple[float, float, float], opacity: float) -> None:
    value, low, high = found
    if not np.isfinite(value):
        return
    tip = f"{index.factor}: {what} index {notation.with_interval(value, low, high, 2)}"
    place = (0, middle - 0.15), max(value, 0.0), 0.3
    axes.add_artist(Rectangle(*place, facecolor=palette.PAPER, linewidth=0))  # hides the grid
    bar = Rectangle(
        *place,
        facecolor=palette.MUTED if index.chance else palette.ACCENT,
        alpha=opacity,
        edgecolor="none",
        linewidth=0,
        zorder=2,
    )
    mark(axes.add_artist(bar), tip=tip)
    if np.isfinite([low, high]).all():
        (interval,) = axes.plot([low, high], [middle, middle], color=palette.INK, linewidth=0.9)
        mark(interval, tip=tip)


def _most(outcomes: Mapping[str, Sequence[Index]]) -> float:
    ends = [
        end for indices in outcomes.values() for one in indices for end in (one.total, one.total_high, one.first_high)
    ]
    return 1.03 * max([*rows.finite(ends), 0.1])


def _scale(figure: Figure, left: float) -> None:
    """What the two shades stand for, above the panels."""
    across, down = figure.get_size_inches()
    for text, opacity in (("alone (first-order)", 0.95), ("with all others (total)", 0.35), ("chance (seed)", 0.0)):
        colour = palette.ACCENT if opacity else palette.MUTED
        box = Rectangle(
            (left / across, 1 - 0.17 / down),
            0.16 / across,
            0.1 / down,
            facecolor=colour,
            alpha=opacity or 0.95,
            edgecolor="none",
            linewidth=0,
            transform=figure.transFigure,
        )
        figure.add_artist(box)
        sheet.words(figure, left + 0.22, 0.12, text, color=palette.INK, va="center_baseline")
        left += 0.45 + sheet.width(text)
