"""Both headline scores at once: LC* across, MNF up, with the region that resampled seeds give to each policy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.score import Score
from lastresort.reports import notation, table_cells
from lastresort.reports.document import (
    Block,
    Cell,
    Column,
    FigureBlock,
    Paragraph,
    Section,
    Table,
)
from lastresort.reports.plotting import labels, palette, rows, sheet
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import NOBODY, Key
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.reports.topics.ranking_table import by_centralization
from lastresort.scores import PRIMARY, Estimate
from lastresort.scores.decisions.outcomes import resample_outcomes

MOST = 1000
"""Resamples that are kept: an ellipse needs no more."""

CONTENTS = 0.95
"""Share of a normal distribution within its ellipse."""


@dataclass(frozen=True, slots=True)
class Point:
    """One policy: its title, its two estimates, and the probability that no other policy dominates it.

    `draws`, `[B, 2]`, are both scores in each bootstrap resample: without any, the intervals make a cross. `key` gives
    the policy its looks.
    """

    title: str
    centralization: Estimate
    failure: Estimate
    undominated: float
    draws: Floats = field(default_factory=lambda: np.empty((0, 2)))
    key: Key = NOBODY


@dataclass(frozen=True, slots=True)
class Region:
    """An ellipse: its middle, its full width and height, and how far it is turned, in degrees counter-clockwise."""

    middle: tuple[float, float]
    width: float
    height: float
    turn: float


def trade_off(results: ScenarioResults) -> Section:
    """Figure, and the probability that no other policy is at least as good on both scores."""
    if not results.contenders:
        blocks: list[Block] = [Paragraph(("No contender took part.",))]
    else:
        blocks = [pareto(results), _table(results)]
    return Section(results.anchor("both-scores"), "Both scores at once", blocks)


def _table(results: ScenarioResults) -> Table:
    chances = results.comparison.pareto
    rows = [
        policy_row(policy, [Cell(notation.percent(chances[policy.name], 0))]) for policy in by_centralization(results)
    ]
    caption = "How often, over resampled seeds, no other policy was at least as good on both scores and better on one."
    return Table(results.anchor("undominated"), caption, [Column("Not dominated")], [("", rows)])


def pareto(results: ScenarioResults) -> FigureBlock:
    """Both headline scores at once."""
    comparison = results.comparison
    draws = resampled_scores(results.table, [policy.name for policy in results.contenders], PRIMARY)
    points = [
        Point(
            policy.title,
            comparison.estimates[policy.name]["lc"],
            comparison.estimates[policy.name]["mnf"],
            comparison.pareto[policy.name],
            draws[policy.name],
            key,
        )
        for policy, key in zip(results.contenders, results.keys(results.contenders), strict=True)
    ]
    said = [
        f"{p.title}: LC* {table_cells.written(p.centralization)}, MNF {table_cells.written(p.failure)}" for p in points
    ]
    return figure_block(
        results.anchor("pareto"),
        f"Loss centralization against market-neutral failure. {'; '.join(said)}.",
        "Nearer to the origin is better on both scores; the origin is the deep pocket. Ellipses hold 95 % of the "
        "bootstrap resamples of seeds. Filled dots: in at least half of the resamples no other policy is at least as "
        "good on both scores.",
        partial(draw, points),
    )


def resampled_scores(table: pd.DataFrame, policies: Sequence[str], scores: Sequence[Score]) -> Mapping[str, Floats]:
    """Scores `[resamples, scores]` of each policy in resamples that all share; none with a single seed."""
    if table["seed"].nunique() < 2:
        return dict.fromkeys(policies, np.empty((0, len(scores))))
    outcomes = resample_outcomes({"": table}, policies, scores)
    return {name: outcomes.resampled[:MOST, 0, place] for place, name in enumerate(policies)}


def region(draws: Floats) -> Region | None:
    """The ellipse that holds 95 % of a normal distribution with the mean and covariance of some draws, `[B, 2]`.

    A chi-squared variable with two degrees of freedom is below -2 log(1 - p) with probability p. None with fewer than
    three draws; one of its axes is 0 where the draws lie on a line.
    """
    draws = draws[np.isfinite(draws).all(axis=1)]
    if len(draws) < 3:
        return None
    sizes, directions = np.linalg.eigh(np.cov(draws, rowvar=False))
    across, up = 2 * np.sqrt(-2 * math.log(1 - CONTENTS) * np.clip(sizes, 0, None))
    turn = math.degrees(math.atan2(directions[1, 0], directions[0, 0]))
    middle = draws.mean(axis=0)
    return Region((float(middle[0]), float(middle[1])), float(across), float(up), turn)


def draw(points: Sequence[Point]) -> Figure:
    """Draw the policies in the plane of the two scores, labelled at the right; the origin is the deep pocket.

    A dot is filled if at least half of the resamples leave its policy undominated.
    """
    titles = [point.title for point in points]
    height = max(4.0, labels.tall(titles))
    figure = sheet.sheet(height + 0.65)
    axes = sheet.panel(figure, 0.75, 0.1, sheet.WIDTH - 0.75 - labels.room(titles), height)
    for point in points:
        _point(axes, point)
    axes.set_xlim(0, _top([point.centralization for point in points], points, 0))
    axes.set_ylim(0, _top([point.failure for point in points], points, 1))
    axes.set_xlabel("Loss centralization LC*: less concentrated to the left")
    axes.set_ylabel("Market-neutral failure MNF: fewer broken hedges below")
    axes.grid()
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6)
    axes.locator_params(nbins=7)
    labels.column(
        axes, [_label(point) for point in points if rows.finite([point.centralization.value * point.failure.value])]
    )
    return figure


def _point(axes: Axes, point: Point) -> None:
    x, y, policy, tip = point.centralization, point.failure, point.key.name, _tip(point)
    if not rows.finite([x.value * y.value]):
        return
    often = point.undominated >= 0.5
    colour = point.key.look.colour if policy else palette.ACCENT if often else palette.MUTED
    found = region(point.draws)
    if found:
        _ellipse(axes, found, colour, policy, tip)
    else:
        _cross(axes, x, y, colour, policy, tip)
    (dot,) = axes.plot(
        [x.value],
        [y.value],
        point.key.look.marker,
        markerfacecolor=colour if often or not policy else palette.PAPER,
        markeredgecolor=colour,
        markersize=6,
        clip_on=False,
        zorder=3,
    )
    mark(dot, policy, tip)


def _ellipse(axes: Axes, found: Region, colour: str, policy: str, tip: str) -> None:
    shape: dict[str, Any] = {"xy": found.middle, "width": found.width, "height": found.height, "angle": found.turn}
    ground = Ellipse(**shape, facecolor=colour, linewidth=0, alpha=0.16, zorder=3)
    edge = Ellipse(**shape, facecolor="none", edgecolor=colour, linewidth=1.0, alpha=0.8, zorder=3)
    for part in (ground, edge):
        mark(axes.add_patch(part), policy, tip)


def _cross(axes: Axes, x: Estimate, y: Estimate, colour: str, policy: str, tip: str) -> None:
    for across, up in (((x.low, x.high), (y.value, y.value)), ((x.value, x.value), (y.low, y.high))):
        if len(rows.finite([*across, *up])) == 4:
            (bar,) = axes.plot(across, up, color=colour, linewidth=1.4, solid_capstyle="butt")
            mark(bar, policy, tip)


def _top(estimates: Sequence[Estimate], points: Sequence[Point], column: int) -> float:
    """Upper limit of a scale: all estimates, intervals and ellipses are below."""
    ends = [end for found in estimates for end in (found.value, found.high)]
    for point in points:
        known = point.draws[np.isfinite(point.draws).all(axis=1), column]
        if len(known) > 2:
            ends.append(float(known.mean() + math.sqrt(-2 * math.log(1 - CONTENTS)) * known.std(ddof=1)))
    return 1.06 * max(rows.finite(ends), default=1.0) or 1.0


def _tip(point: Point) -> str:
    x, y = point.centralization, point.failure
    chance = f"; undominated in {notation.percent(point.undominated, 0)} of resamples" if point.undominated >= 0 else ""
    return (
        f"{point.title}: LC* {notation.with_interval(x.value, x.low, x.high)}, "
        f"MNF {notation.with_interval(y.value, y.low, y.high)}{chance}"
    )


def _label(point: Point) -> labels.Label:
    key = point.key if point.key.name else None
    return labels.Label(point.centralization.value, point.failure.value, point.title, point.key.name, key)
