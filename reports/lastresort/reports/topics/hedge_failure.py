"""Whose hedge breaks, for how long, and at what cost: market-neutral failure, its parts, and time to re-hedge."""

import math
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.analysis.decompose.direct_parts import parts
from lastresort.mechanisms.contract import Floats
from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Code, Column, FigureBlock, Fold, Note, Paragraph, Section, Table
from lastresort.reports.plotting import curves, palette, rows, scales, sheet
from lastresort.reports.plotting.canvas import bare, figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import SAMPLE, Key, sample
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.scores import Estimate
from lastresort.scores.measures.failure_curves import DELTAS, LAMBDAS, TAUS
from lastresort.scores.profiles.time_unhedged import Rehedging
from lastresort.scores.statistics import estimate_ratios

FAILED = "Hedged books that fail, %"
AFTER = "What breaking costs"
COLUMNS: Mapping[str, tuple[Column, float, int]] = {
    "mnf": (Column("in any way", FAILED), 0.01, 1),
    "mnf_break": (Column("left unhedged", FAILED), 0.01, 1),
    "mnf_cost": (Column("lost over 2 % of capital", FAILED), 0.01, 1),
    "mnf_cost_rehedged": (Column("the same until re-hedged", FAILED), 0.01, 1),
    "hedge_cost": (Column("cost of hedged books, $ M", AFTER), 1e6, 1),
    "naked_time": (Column("time unhedged, minutes", AFTER), 60.0, 1),
    "depth_withdrawn": (Column("makers' depth missing, hours", AFTER), 1.0, 2),
    "windfall": (Column("windfall, $ M", "No failure"), 1e6, 1),
}
"""Scores of the table: their column, what divides them, and decimals."""

LINES: Mapping[str, tuple[str, Floats, float]] = {
    "10 % of gross": ("delta", DELTAS, 0.1),
    "30 % of gross": ("delta", DELTAS, 0.3),
    "five minutes": ("tau", TAUS, 300.0),
    "1 % of capital": ("lambda", LAMBDAS, 0.01),
    "5 % of capital": ("lambda", LAMBDAS, 0.05),
}
"""Other places at which the lines of failure could be drawn: by title, the column of the profiles and its places."""

NOT_DECOMPOSED = (
    "How much of a score a rule does directly, and how much through the prices it moves, was not measured here; "
)
WORDS = (
    "A hedged book fails where, after something was closed for others at its expense, it is left unhedged (net above "
    "20 % of gross) for a minute or to the end, has another of its legs liquidated, is ruined, or loses more than 2 % "
    "of its capital to the rule. A book may fail in several ways. “Until re-hedged” judges each close over the time "
    "its book took to re-hedge, and not over five minutes. Time unhedged: as if the whole book were. Makers' depth "
    "missing: against the reference run, in hours of normal depth. Windfall: what hedged books won (or, below zero, "
    "lost) because prices went another way than in the reference run; it is chance and counts as no failure. How fast "
    "desks repair a hedge is an assumption of the model."
)

HEIGHT = 2.3
"""Height of the panel of curves in inches."""

FEW = 10
"""Broken hedges from which on a curve has a band."""

LEAST = 1.0
"""Earliest time on the scale in seconds, unless something happened before."""

Curve = tuple[Key, Rehedging]
"""A policy, and how long strategies stayed naked under it."""


def hedges(results: ScenarioResults) -> Section:
    """Who fails and what it costs, times to re-hedge, and how much hangs on where the lines are drawn."""
    name, title = results.anchor("hedges"), "Whose hedge breaks, and for how long"
    if not results.contenders:
        return Section(name, title, [Paragraph(("No contender took part.",))])
    blocks: list[Block] = [_failures(results)]
    if broken(results):
        blocks.append(rehedging(results))
    folds = [
        Fold(("By strategy",), [_by_strategy(results)]),
        Fold(("Where the lines are drawn",), [_lines(results)]),
        Fold(("Directly, and through prices",), [_parts(results)]),
    ]
    return Section(name, title, [*blocks, Note((WORDS,)), *folds])


def _failures(results: ScenarioResults) -> Table:
    body = []
    for policy in results.contenders:
        scores = results.comparison.estimates[policy.name]
        found = [table_cells.scaled(scores[name], size, digits) for name, (_, size, digits) in COLUMNS.items()]
        body.append(policy_row(policy, found))
    columns = [column for column, _, _ in COLUMNS.values()]
    caption = "Hedged books that fail because of the rule, by gross notional, and what it costs them; 95 % intervals."
    return Table(results.anchor("hedge-companions"), caption, columns, [("", body)], "wide")


def _by_strategy(results: ScenarioResults) -> Table:
    prefix = "forced_share_"
    names = [str(name).removeprefix(prefix) for name in results.table.columns if str(name).startswith(prefix)]
    body = [
        policy_row(policy, _shares(np.array([results.rows(policy.name)[f"mnf_{name}"] for name in names], np.float64)))
        for policy in results.contenders
    ]
    columns = [Column(notation.plain(name)) for name in names]
    caption = "Hedged books of each strategy that fail, % of the strategy's own gross notional."
    return Table(results.anchor("mnf-by-strategy"), caption, columns, [("", body)])


def _lines(results: ScenarioResults) -> Table:
    """Failure with one line drawn elsewhere."""
    body = []
    for policy in results.contenders:
        curves = [results.over_seeds(policy.name, f"mnf_by_{name}") for name, _, _ in LINES.values()]
        places = [int(np.abs(at - value).argmin()) for _, at, value in LINES.values()]
        usual = results.rows(policy.name)["mnf"].to_numpy(np.float64)
        drawn = [usual, *(curve[:, place] for curve, place in zip(curves, places, strict=True))]
        body.append(policy_row(policy, _shares(np.array(drawn))))
    columns = [Column("as it is"), *(Column(title) for title in LINES)]
    caption = "Hedged books that fail, %, with one line drawn elsewhere: net over gross, how long, or capital lost."
    return Table(results.anchor("failure-lines"), caption, columns, [("", body)])


def _shares(values: Floats) -> list[Cell]:
    """Means over seeds of some rows `[k, seeds]`, in per cent."""
    found: list[Estimate] = estimate_ratios(values, np.ones_like(values))
    return [table_cells.scaled(one, 0.01, 1) for one in found]


def _parts(results: ScenarioResults) -> Block:
    """Direct and feedback parts of both headline scores, or how to get them."""
    if results.direct is None:
        return Note((NOT_DECOMPOSED, Code("lastresort decompose DIR"), " does."))
    found = parts(results.table, results.direct, results.contenders)
    body = [
        policy_row(results.policy(one.policy), [Cell(one.score), *map(table_cells.estimated, one.estimates.values())])
        for one in found
    ]
    columns = [Column("Score", align="left"), Column("Whole"), Column("Direct"), Column("Feedback")]
    caption = (
        "What a rule does directly, measured on the price path of the reference run, and through the prices it moves; "
        "95 % intervals."
    )
    return Table(results.anchor("parts"), caption, columns, [("", body)])


def broken(results: ScenarioResults) -> list[Curve]:
    """Contenders under which any hedge was broken."""
    pairs = zip(results.keys(results.contenders), results.rehedging.values(), strict=True)
    return [(key, found) for key, found in pairs if found.count]


def rehedging(results: ScenarioResults) -> FigureBlock:
    """How long strategies stay naked."""
    found = broken(results)
    said = [f"{key.title}: {one.count:,} books, {notation.duration(one.mean)} on average" for key, one in found]
    without = [
        notation.quoted(policy.title) for policy in results.contenders if not results.rehedging[policy.name].count
    ]
    nothing = f" No hedge was broken under {notation.listed(without)}." if without else ""
    return figure_block(
        results.anchor("time-to-rehedge"),
        f"Time to re-hedge. {'; '.join(said)}.{nothing}",
        "Share of broken hedges still unhedged (net above 20 % of gross), over all simulated crashes (Kaplan-Meier). "
        "Ticks: still unhedged at the end. Below: mean time within the first hour, and n, the number of broken hedges. "
        f"Bands and bars: 95 % intervals.{nothing}",
        partial(draw, found),
    )


def draw(found: Sequence[Curve]) -> Figure:
    """Draw the curves over a logarithmic time axis and, below, a row per policy with its restricted mean."""
    keys = [key for key, _ in found]
    row, left = rows.row_height(len(keys), 0.27), rows.room(keys) + SAMPLE + 0.08
    figure = sheet.sheet(0.1 + HEIGHT + 0.32 + row * max(len(keys), 1) + 0.5)
    width = sheet.WIDTH - left - 0.2
    above = sheet.panel(figure, left, 0.1, width, HEIGHT)
    below = sheet.panel(figure, left, 0.1 + HEIGHT + 0.32, width, row * max(len(keys), 1), sharex=above)
    limits = _limits([one for _, one in found])
    scales.times(above, *limits)
    for key, one in found:
        _curve(above, key, one, limits, len(found) > 6)
    _quiet(above)
    bare(below)
    _means(below, found)
    _samples(figure, keys, left, 0.1 + HEIGHT + 0.32, row)
    below.set_xlabel("Time since the hedge broke")
    return figure


def _limits(found: Sequence[Rehedging]) -> tuple[float, float]:
    """Ends of the time axis: every event that takes any time lies between."""
    times = [time for one in found for time in (*one.times, *one.censored, one.mean, one.low)]
    some = [time for time in rows.finite(times) if time > 0]
    latest = [*some, *(end for end in rows.finite([one.high for one in found]) if end > 0)]
    if not some:
        return LEAST, 3600.0
    return min(max(0.7 * min(some), 0.01), 0.5 * max(latest)), 1.3 * max(latest)


def _curve(axes: Axes, key: Key, found: Rehedging, limits: tuple[float, float], many: bool) -> None:
    look = key.look
    low, high = (_corners(found.times, end, limits) for end in (found.naked_low, found.naked_high))
    if np.isfinite([*found.naked_low, *found.naked_high]).all() and found.count >= FEW:
        mark(curves.outlined(axes, low, high, color=look.colour, alpha=0.05 if many else 0.14), key.name)
    corners = _corners(found.times, found.naked, limits)
    (line,) = axes.plot(*corners, color=look.colour, linestyle=look.line, linewidth=1.5)
    mark(line, key.name, f"{key.title}: {found.count:,} broken hedges")
    seen = found.censored[(found.censored > limits[0]) & (found.censored < limits[1])]
    if len(seen):
        _ticks(axes, key, found, np.unique(seen))


def _corners(time: Floats, share: Floats, limits: tuple[float, float]) -> tuple[Floats, Floats]:
    """Corners of a curve from one end of the axis to the other; what happened before its start is its first height."""
    before = time <= limits[0]
    start = float(share[before][-1]) if before.any() else 1.0
    shown = ~before & np.isfinite(share)
    at, values = curves.steps(time[shown], share[shown], start)
    last = float(values[-1]) if len(values) else start
    return np.concatenate([[limits[0]], at, [limits[1]]]), np.concatenate([[start], values, [last]])


def _ticks(axes: Axes, key: Key, found: Rehedging, times: Floats) -> None:
    """Short upright lines where strategies went out of sight; at most a hundred."""
    shown = times if len(times) <= 100 else times[np.linspace(0, len(times) - 1, 100).astype(np.int64)]
    heights = np.concatenate([[1.0], found.naked])[np.searchsorted(found.times, shown, side="right")]
    (ticks,) = axes.plot(shown, heights, "|", color=key.look.colour, markersize=5, markeredgewidth=0.9)
    mark(ticks, key.name, f"{key.title}: still unhedged at the end")


def _quiet(axes: Axes) -> None:
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "25", "50", "75", "100"])
    axes.set_ylabel("Still unhedged (%)")
    axes.grid(axis="both")
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="both", which="both", length=0, labelbottom=False)


def _means(axes: Axes, found: Sequence[Curve]) -> None:
    rows.write(axes, [key for key, _ in found], away=SAMPLE + 0.08)
    axes.tick_params(which="both", length=0)
    left = axes.get_xlim()[0]
    for row, (key, one) in enumerate(found):
        if not one.mean > 0:
            continue
        ends, look = rows.finite([one.low, one.high]), key.look
        interval = f" [{notation.duration(ends[0])}, {notation.duration(ends[1])}]" if len(ends) == 2 else ""
        tip = f"{key.title}: unhedged for {notation.duration(one.mean)}{interval} on average, n = {one.count:,}"
        if interval:
            (bar,) = axes.plot([max(ends[0], left), ends[1]], [row, row], color=look.colour, linewidth=1.6)
            mark(bar, key.name, tip)
        (dot,) = axes.plot([one.mean], [row], look.marker, color=look.colour, markersize=5)
        mark(dot, key.name, tip)
        _annotate(axes, row, key, one, max([one.mean, *ends]))


def _annotate(axes: Axes, row: int, key: Key, found: Rehedging, end: float) -> None:
    """The mean and n in words, at the right of the interval, or at its left where there is more room."""
    left, right = axes.get_xlim()
    start = min([found.mean, *rows.finite([found.low])])
    near = math.log(right / end) < math.log(start / left) and math.log(right / end) < 0.3 * math.log(right / left)
    words = axes.annotate(
        f"{notation.duration(found.mean)}, n = {found.count:,}",
        (start if near else end, row),
        (-6 if near else 6, 0),
        textcoords="offset points",
        ha="right" if near else "left",
        va="center_baseline",
        fontsize=sheet.SMALL,
        color=palette.MUTED,
    )
    mark(words, key.name)


def _samples(figure: Figure, keys: Sequence[Key], left: float, top: float, row: float) -> None:
    """A piece of each policy's line beside its row: the key to the curves above."""
    for place, key in enumerate(keys):
        mark(sample(figure, key, left - SAMPLE - 0.06, top + (place + 0.5) * row), key.name)
