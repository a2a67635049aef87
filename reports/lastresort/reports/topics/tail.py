"""The tail: how large the users' loss gets in the worst seeds, and which policy dominates which."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.mechanisms.contract import Floats
from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Column, FigureBlock, Note, Paragraph, Section, Table
from lastresort.reports.plotting import curves, palette, policy_looks, rows, scales, sheet
from lastresort.reports.plotting.bands import Band
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.scores.decisions.dominance import Dominance, Order, stochastic_dominance
from lastresort.scores.statistics import ecdf, expected_shortfall

LEVELS = (0.95, 0.99)
ORDERS: tuple[Order, ...] = (1, 2)
WORDS = (
    "Expected shortfall: mean users' loss of the worst 5 or 1 % of seeds. It is left out where fewer than ten seeds "
    "lie in that tail. Dominance compares whole distributions over seeds: “not rejected” means that these seeds do not "
    "speak against it, not that it is shown."
)

LEAST = 20
"""Seeds from which on there is anything to say about a tail."""

HEIGHT = 3.6
"""Height of the panel in inches."""

FEW = 5
"""Below this number of runs, a share says little."""


@dataclass(frozen=True, slots=True)
class Tail:
    """One policy: `band.at` are the losses of its runs, ascending; the band is the share of runs with at least as much.

    `count` is the number of runs.
    """

    key: Key
    band: Band
    count: int


def tails(results: ScenarioResults) -> Section:
    """Distribution of the users' loss over seeds."""
    name, title = results.anchor("tails"), "The tail of the users' loss"
    if not results.contenders or len(results.seeds) < LEAST:
        return Section(name, title, [Paragraph((f"It needs a contender and {LEAST} seeds.",))])
    dominance = [_dominance(results)] if len(results.contenders) > 1 else []
    return Section(name, title, [tail(results), *_shortfalls(results), *dominance, Note((WORDS,))])


def _shortfalls(results: ScenarioResults) -> list[Block]:
    """The levels that enough seeds reach; no table where there is none."""
    found = [
        {policy.name: expected_shortfall(_losses(results, policy.name), level) for policy in results.contenders}
        for level in LEVELS
    ]
    given = [(level, own) for level, own in zip(LEVELS, found, strict=True) if not any(o.refusal for o in own.values())]
    if not given:
        return []
    rows = [
        policy_row(policy, [table_cells.scaled(own[policy.name].estimate, 1.0, 0) for _, own in given])
        for policy in results.contenders
    ]
    columns = [Column(f"ES{100 * level:.0f}, $ M") for level, _ in given]
    caption = "Expected shortfall of the users' loss over seeds, with 95 % interval."
    return [Table(results.anchor("shortfalls"), caption, columns, [("", rows)])]


def _dominance(results: ScenarioResults) -> Table:
    """Each policy against the baseline, first and second order, in both directions."""
    baseline = str(results.comparison.baseline)
    theirs = _losses(results, baseline)
    rows = []
    for policy in results.contenders:
        if policy.name != baseline:
            ours = _losses(results, policy.name)
            found = [
                stochastic_dominance(*pair, order) for order in ORDERS for pair in ((ours, theirs), (theirs, ours))
            ]
            rows.append(policy_row(policy, [_word(one) for one in found]))
    columns = [
        Column(title, group)
        for group in ("First order", "Second order")
        for title in ("it dominates the baseline", "the baseline dominates it")
    ]
    caption = f"Does one policy have the smaller loss throughout? Against {notation.quoted(results.title(baseline))}."
    return Table(results.anchor("dominance"), caption, columns, [("", rows)])


def _losses(results: ScenarioResults, policy: str) -> Floats:
    """Users' loss of each seed, $ M."""
    return results.rows(policy)["loss"].to_numpy(np.float64) / 1e6


def _word(found: Dominance) -> Cell:
    return Cell(found.verdict, f"p {notation.probability(found.p_value)}")


def tail(results: ScenarioResults) -> FigureBlock:
    """How large the users' loss gets in the worst seeds."""
    tails = []
    for policy, key in zip(results.contenders, results.keys(results.contenders), strict=True):
        losses = _losses(results, policy.name)
        tails.append(Tail(key, _at_least(losses), len(losses)))
    said = [f"{one.key.title}: largest {float(one.band.at[-1]):,.0f}" for one in tails]
    return figure_block(
        results.anchor("tail"),
        f"Users' loss in the worst seeds, $ M. {'; '.join(said)}.",
        "Share of seeds in which users lost at least as much. Bands hold each share with 95 % confidence (Wilson); a "
        "share of few seeds says little.",
        partial(draw, tails, "Users' loss, $ M"),
    )


def _at_least(losses: Floats) -> Band:
    """Share of the runs with at least each loss, and its band: the distribution function of the losses' negatives."""
    found = ecdf(-losses)
    return Band(-found.values[::-1], found.shares[::-1], found.low[::-1], found.high[::-1])


def draw(tails: Sequence[Tail], axis: str) -> Figure:
    """Draw steps down to one run in `count`, on a logarithmic scale so that the worst runs can be read.

    `axis` is the loss in words with its unit. Below a grey line stand fewer than five runs.
    """
    keys = [tail.key for tail in tails]
    top = policy_looks.legend_height(keys, sheet.WIDTH) + 0.2
    figure = sheet.sheet(top + HEIGHT + 0.55)
    policy_looks.legend(figure, keys, 0.02, 0.02, sheet.WIDTH)
    axes = sheet.panel(figure, 0.75, top, sheet.WIDTH - 0.95, HEIGHT)
    least = 1 / max([tail.count for tail in tails], default=10)
    scales.logarithmic(axes.yaxis, lambda value: f"{100 * value:g}", fine=least > 0.004)
    start, end = _limits(tails)
    axes.set(xlim=(start, end), ylim=(0.7 * min(least, 0.5), 1.12), xlabel=axis)
    axes.set_ylabel("Runs with at least this loss (%)")
    for tail in tails:
        _tail(axes, tail, start, len(tails) > 6)
    _few(axes, tails)
    axes.grid()
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0, pad=6, which="both")
    return figure


def _tail(axes: Axes, tail: Tail, start: float, many: bool) -> None:
    key, band, floor = tail.key, tail.band, axes.get_ylim()[0]
    if not len(band.at):
        return
    low, high = _corners(band.at, np.maximum(band.low, floor), start), _corners(band.at, band.high, start)
    if np.isfinite([*low[1], *high[1]]).all():
        mark(curves.outlined(axes, low, high, color=key.look.colour, alpha=0.06 if many else 0.12), key.name)
    said, look = _said(tail), key.look
    (line,) = axes.plot(*_corners(band.at, band.median, start), color=look.colour, linestyle=look.line, linewidth=1.5)
    mark(line, key.name, said)
    (dot,) = axes.plot(band.at[-1:], band.median[-1:], look.marker, color=look.colour, markersize=4.5)
    mark(dot, key.name, said)


def _said(tail: Tail) -> str:
    """Median and largest loss; the median is exceeded or equalled by half of the runs."""
    losses, shares = tail.band.at, tail.band.median
    worst, half = float(losses[-1]), losses[shares >= 0.5]
    places = notation.decimals(worst)
    middle = notation.tip(tail.key.title, "median", float(half[-1]) if len(half) else worst, digits=places)
    return f"{middle}, {notation.tip('', 'largest', worst, digits=places)}, {tail.count} runs"


def _corners(at: Floats, shares: Floats, start: float) -> tuple[Floats, Floats]:
    """Corners of a share that holds up to each place, from the start of the axis on."""
    at, shares = at[at >= start], shares[at >= start]
    if len(at) > curves.MOST:
        kept = np.unique(
            np.concatenate([np.linspace(0, len(at) - 1, 200), np.arange(len(at) - 60, len(at))]).astype(int)
        )
        at, shares = at[kept], shares[kept]
    return np.concatenate([[start], np.repeat(at, 2)[:-1]]), np.repeat(shares, 2)


def _few(axes: Axes, tails: Sequence[Tail]) -> None:
    """A line below which a share rests on few runs."""
    level = min([1.0, *(FEW / tail.count for tail in tails if tail.count)])
    axes.axhline(level, color=palette.MUTED, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
    place: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "top"}
    said = f"fewer than {FEW} runs below"
    axes.annotate(said, (0, level), (3, -3), fontsize=sheet.SMALL, color=palette.MUTED, **place)


def _limits(tails: Sequence[Tail]) -> tuple[float, float]:
    losses = rows.finite([loss for tail in tails for loss in tail.band.at])
    if not losses:
        return 0.0, 1.0
    low, high = min([0.0, *losses]), max(losses)
    return low, high + 0.04 * ((high - low) or 1.0)
