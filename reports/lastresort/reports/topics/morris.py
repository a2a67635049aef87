"""Morris screening: how much a parameter moves the outcome, against how unevenly it does so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.analysis.sensitivity import Sensitivity
from lastresort.reports import notation
from lastresort.reports.document import FigureBlock
from lastresort.reports.plotting import labels, palette, rows, sheet
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.marks import mark

MOST = 4
"""Differences that are shown; the others stand in the tables."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Elementary effects of one parameter (Morris 1991): the mean of their sizes with its interval, and their spread.

    `mean` is mu* (Campolongo 2007) with its ends `low` and `high`, `spread` is sigma; `chance` marks the factor that
    stands for the seed.
    """

    factor: str
    mean: float
    low: float
    high: float
    spread: float
    chance: bool = False


def morris(found: Sensitivity) -> FigureBlock:
    """Elementary effects on the differences between policies."""
    outcomes = {name: _effects(found, name) for name in shown_differences(found)}
    said = [f"{name}: {foremost([(one.factor, one.mean) for one in effects])}" for name, effects in outcomes.items()]
    return figure_block(
        "morris",
        f"Elementary effects. {'; '.join(said)}.",
        "Mean size of the effects of each factor over its range, with 95 % interval, against their spread. Far right: "
        "it matters; above the dashed line: how much depends on the other factors. Grey: chance.",
        partial(draw, outcomes),
    )


def shown_differences(found: Sensitivity) -> list[str]:
    return [output.name for output in found.differences][:MOST]


def _effects(found: Sensitivity, output: str) -> list[Effect]:
    assert found.morris
    return [
        Effect(
            found.factor(name).label,
            one.mu_star,
            one.mu_star - one.mu_star_conf,
            one.mu_star + one.mu_star_conf,
            one.sigma,
            found.factor(name).by_chance,
        )
        for name, one in found.morris.of(output).items()
    ]


def foremost(sizes: Sequence[tuple[str, float]]) -> str:
    name, size = max(sizes, key=lambda pair: pair[1], default=("nothing", 0.0))
    return f"{name} first, {notation.number(size)}"


def draw(outcomes: Mapping[str, Sequence[Effect]]) -> Figure:
    """Draw one panel per outcome: mu* with its interval across, sigma up, each factor named.

    Below the dashed line sigma is smaller than mu*: the effect is much the same wherever the others stand.
    """
    texts = [effect.factor for effects in outcomes.values() for effect in effects]
    heights = [max(2.4, labels.tall([one.factor for one in effects])) for effects in outcomes.values()]
    figure = sheet.sheet(max(sum(heights) + 0.85 * len(heights), 1.0))
    top, width = 0.0, sheet.WIDTH - 0.75 - labels.room(texts)
    for (title, effects), height in zip(outcomes.items(), heights, strict=True):
        axes = sheet.panel(figure, 0.75, top + 0.3, width, height)
        _panel(axes, effects)
        axes.set_title(title)
        top += height + 0.85
    return figure


def _panel(axes: Axes, effects: Sequence[Effect]) -> None:
    known = [effect for effect in effects if np.isfinite(effect.mean) and np.isfinite(effect.spread)]
    right = 1.06 * max(rows.finite([end for one in known for end in (one.mean, one.high)]), default=1.0) or 1.0
    top = 1.1 * max((effect.spread for effect in known), default=1.0) or 1.0
    end = min(right, top)
    axes.plot([0, end], [0, end], color=palette.MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    places = notation.decimals(max(right, top))
    for effect in known:
        _dot(axes, effect, places)
    axes.set(xlim=(0, right), ylim=(0, top))
    axes.set_xlabel("Mean size of the effect, \N{GREEK SMALL LETTER MU}*")
    axes.set_ylabel("Spread of the effect, \N{GREEK SMALL LETTER SIGMA}")
    axes.grid()
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6)
    axes.locator_params(nbins=6)
    labels.column(axes, [labels.Label(effect.mean, effect.spread, effect.factor) for effect in known])


def _dot(axes: Axes, effect: Effect, places: int) -> None:
    colour = palette.MUTED if effect.chance else palette.ACCENT
    size = notation.with_interval(effect.mean, effect.low, effect.high, places)
    spread = notation.number(effect.spread, places)
    tip = f"{effect.factor}: \N{GREEK SMALL LETTER MU}* {size}, \N{GREEK SMALL LETTER SIGMA} {spread}"
    if np.isfinite([effect.low, effect.high]).all():
        ends = [effect.low, effect.high]
        (bar,) = axes.plot(ends, [effect.spread] * 2, color=colour, linewidth=1.4, solid_capstyle="butt", zorder=3)
        mark(bar, tip=tip)
    (dot,) = axes.plot([effect.mean], [effect.spread], "o", color=colour, markersize=5.5, clip_on=False, zorder=3)
    mark(dot, tip=tip)
