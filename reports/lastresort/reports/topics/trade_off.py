"""Both headline scores at once: loss centralization across, market-neutral failure up, with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation
from lastresort.reports.document import FigureBlock, Paragraph, Section
from lastresort.reports.plotting import labels, rows, scales, sheet
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.palette import PAPER
from lastresort.reports.plotting.policy_looks import Key
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.scores import Estimate

SQUASHED = 5.0
"""Largest loss over the median one from which on the scale is logarithmic."""


@dataclass(frozen=True, slots=True)
class Point:
    """One policy: LC in $ M, MNF in per cent, each (value, low, high), and how often no other policy dominates it."""

    key: Key
    loss: tuple[float, float, float]
    failure: tuple[float, float, float]
    undominated: float

    @property
    def tip(self) -> str:
        """Both scores in words."""
        chance = (
            f"; undominated in {notation.percent(self.undominated, 0)} of resamples" if self.undominated >= 0 else ""
        )
        failed = notation.with_interval(*self.failure, 1)
        return f"{self.key.title}: LC $ M {notation.with_interval(*self.loss, 0)}, MNF % {failed}{chance}"


def trade_off(results: ScenarioResults) -> Section:
    """The figure; it says how often no other policy is at least as good on both scores."""
    block = pareto(results) if results.contenders else Paragraph(("No contender took part.",))
    return Section(results.anchor("both-scores"), "Both scores at once", [block])


def pareto(results: ScenarioResults) -> FigureBlock:
    """Both headline scores at once."""
    points = [_point(results, key) for key in results.keys(results.contenders)]
    return figure_block(
        results.anchor("pareto"),
        f"Loss centralization against market-neutral failure. {'; '.join(point.tip for point in points)}.",
        "Nearer to the lower left is better on both scores. Bars are 95 % intervals. Filled dots: in at least half of "
        "the resamples no other policy is at least as good on both scores and better on one.",
        partial(draw, points),
    )


def _point(results: ScenarioResults, key: Key) -> Point:
    scores = results.comparison.estimates[key.name]
    chance = results.comparison.pareto[key.name]
    return Point(key, _scaled(scores["lc"], 1e6), _scaled(scores["mnf"], 0.01), chance)


def _scaled(found: Estimate, unit: float) -> tuple[float, float, float]:
    return found.value / unit, found.low / unit, found.high / unit


def draw(points: Sequence[Point]) -> Figure:
    """Draw the policies in the plane of the two scores, labelled at the right."""
    titles = [point.key.title for point in points]
    height = max(3.2, labels.tall(titles))
    figure = sheet.sheet(height + 0.65)
    axes = sheet.panel(figure, 0.75, 0.1, sheet.WIDTH - 0.75 - labels.room(titles), height)
    for point in points:
        _dot(axes, point)
    _across(axes, [point.loss for point in points])
    axes.set_ylim(0, 1.06 * max(rows.finite([end for point in points for end in point.failure]), default=1.0) or 1.0)
    axes.set_xlabel("Loss centralization LC, $ M: less taken to the left")
    axes.set_ylabel("Hedged books that fail, %")
    axes.grid()
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=6, which="both")
    placed = [point for point in points if rows.finite([point.loss[0] * point.failure[0]])]
    texts = [labels.Label(one.loss[0], one.failure[0], one.key.title, one.key.name, one.key) for one in placed]
    labels.column(axes, texts)
    return figure


def _across(axes: Axes, losses: Sequence[tuple[float, float, float]]) -> None:
    """From 0, or logarithmic where one policy would squash the others."""
    values = sorted(rows.finite([value for value, _, _ in losses]))
    ends = [end for end in rows.finite([end for loss in losses for end in loss]) if end > 0]
    top = 1.06 * max(ends, default=1.0)
    if values and values[0] > 0 and values[-1] > SQUASHED * values[len(values) // 2]:
        scales.logarithmic(axes.xaxis, lambda value: f"{value:,.0f}", fine=True)
        axes.set_xlim(0.9 * min(ends), 1.1 * top)
    else:
        axes.set_xlim(0, top)
    axes.xaxis.set_major_formatter("{x:,.0f}")


def _dot(axes: Axes, point: Point) -> None:
    (x, *across), (y, *up), policy, look = point.loss, point.failure, point.key.name, point.key.look
    if not rows.finite([x * y]):
        return
    for places, heights in ((across, (y, y)), ((x, x), up)):
        if len(rows.finite([*places, *heights])) == 4:
            (bar,) = axes.plot(places, heights, color=look.colour, linewidth=1.4, solid_capstyle="butt")
            mark(bar, policy, point.tip)
    face = look.colour if point.undominated >= 0.5 else PAPER
    looks: dict[str, Any] = {"markerfacecolor": face, "markeredgecolor": look.colour, "clip_on": False, "zorder": 3}
    (dot,) = axes.plot([x], [y], look.marker, markersize=6, **looks)
    mark(dot, policy, point.tip)
