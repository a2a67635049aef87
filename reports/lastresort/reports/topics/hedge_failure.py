"""Whose hedge breaks: by strategy, by threshold, and at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.mechanisms.contract import Floats
from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Code, Column, FigureBlock, Note, Paragraph, Section, Table
from lastresort.reports.plotting import curves, palette, policy_looks, rows, sheet
from lastresort.reports.plotting.bands import Band, band
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.policy_looks import Key
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.reports.topics.time_to_rehedge import rehedging
from lastresort.scores.feedback.direct_parts import parts
from lastresort.scores.measures.failure_curves import DELTAS, LAMBDAS, TAUS
from lastresort.scores.measures.thresholds import DEFAULT
from lastresort.scores.profiles.rehedging import Rehedging
from lastresort.scores.statistics import estimate_ratios

COLUMNS = {
    "naked_time": "Naked time, minutes",
    "rehedge_cost": "Re-hedge cost, bp",
    "shortfall_es95": "ES95 of shortfall, % of capital",
    "depth_withdrawn": "Depth withdrawn, hours",
}
SCALES = {"naked_time": (60.0, 2), "rehedge_cost": (1.0, 1), "shortfall_es95": (0.01, 1)}
NOT_DECOMPOSED = (
    "How much of a score a rule does directly, and how much through the prices it moves, was not measured here; "
)
WORDS = (
    "By strategy: share of the cohort's own gross notional that fails here and not in the reference. Naked time: as if "
    "the whole gross notional were unhedged, averaged over strategies. Time to re-hedge: Kaplan-Meier over strategies "
    "that were naked, those still naked at the end censored; restricted to the first hour. Re-hedge cost: what basis "
    "desks and pairs lost on repairing trades against the price at which they were closed. ES95: mean shortfall of the "
    "worst 5 % of strategies by gross notional. Depth withdrawn: market makers' quotes missing against the reference, "
    "in hours of normal depth. How fast desks repair a hedge is an assumption of the model."
)

LEFT, GAP, HEIGHT = 0.62, 0.22, 2.7
"""Room for the scale, between panels, and their height, in inches."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Failure of a policy at each threshold of a panel: the estimate and the two ends of its interval."""

    key: Key
    band: Band


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold: what it is called, its axis in words, its usual value, and a curve per policy; all in one unit.

    `written` is the usual value as readers know it, as `60 s`.
    """

    title: str
    axis: str
    usual: float
    written: str
    curves: Sequence[Curve]


def hedges(results: ScenarioResults) -> Section:
    """Curves over the thresholds, times to re-hedge, and the companions of MNF."""
    name, title = results.anchor("hedges"), "Whose hedge breaks"
    if not results.contenders:
        return Section(name, title, [Paragraph(("No contender took part.",))])
    blocks: list[Block] = [failure(results), _by_strategy(results)]
    if any(found.count for found in results.rehedging.values()):
        blocks.append(rehedging(results))
    return Section(name, title, [*blocks, _companions(results), *_parts(results), Note((WORDS,))])


def _by_strategy(results: ScenarioResults) -> Table:
    prefix = "forced_share_"
    names = [str(name).removeprefix(prefix) for name in results.table.columns if str(name).startswith(prefix)]
    rows = []
    for policy in results.contenders:
        own = results.rows(policy.name)
        failed = np.array([own[f"mnf_{name}"].to_numpy(np.float64) for name in names])
        found = estimate_ratios(failed, np.ones_like(failed))
        rows.append(policy_row(policy, [table_cells.scaled(one, 0.01, 1) for one in found]))
    columns = [Column(notation.plain(name)) for name in names]
    return Table(results.anchor("mnf-by-strategy"), "Market-neutral failure by strategy, %.", columns, [("", rows)])


def _companions(results: ScenarioResults) -> Table:
    rows = []
    for policy in results.contenders:
        scores = results.comparison.estimates[policy.name]
        known = [table_cells.scaled(scores[name], *SCALES.get(name, (1.0, 2))) for name in COLUMNS]
        rows.append(policy_row(policy, [_mean(results.rehedging[policy.name]), *known]))
    columns = [Column("Time to re-hedge, minutes"), *(Column(title) for title in COLUMNS.values())]
    return Table(results.anchor("hedge-companions"), "What broken hedges cost.", columns, [("", rows)])


def _mean(found: Rehedging) -> Cell:
    if not found.count:
        return Cell("none was naked")
    return table_cells.bracketed(found.mean / 60, found.low / 60, found.high / 60, 1)


def _parts(results: ScenarioResults) -> list[Block]:
    """Direct and feedback parts of both headline scores, or how to get them."""
    if results.direct is None:
        return [Note((NOT_DECOMPOSED, Code("lastresort decompose DIR"), " does."))]
    found = parts(results.table, results.direct, results.contenders)
    rows = [
        policy_row(results.policy(one.policy), [Cell(one.score), *map(table_cells.estimated, one.estimates.values())])
        for one in found
    ]
    columns = [Column("Score", align="left"), Column("Whole"), Column("Direct"), Column("Feedback")]
    caption = (
        "What a rule does directly, measured on the price path of the reference run, and through the prices it moves; "
        "95 % intervals."
    )
    return [Table(results.anchor("parts"), caption, columns, [("", rows)])]


def failure(results: ScenarioResults) -> FigureBlock:
    """Market-neutral failure against each of its thresholds."""
    delta, seconds, capital = 100 * DEFAULT.delta, DEFAULT.naked_seconds, 100 * DEFAULT.cost
    curves = {
        name: _curves(results, name, at)
        for name, at in (("delta", 100 * DELTAS), ("tau", TAUS / 60), ("lambda", 100 * LAMBDAS))
    }
    thresholds = [
        Threshold("Net delta", "of gross, %", delta, f"{delta:g} %", curves["delta"]),
        Threshold("Duration", "minutes", seconds / 60, f"{seconds:g} s", curves["tau"]),
        Threshold("Shortfall", "of capital, %", capital, f"{capital:g} %", curves["lambda"]),
    ]
    said = [
        f"{curve.key.title}: MNF from {notation.number(float(np.nanmin(curve.band.median)))} to "
        f"{notation.number(float(np.nanmax(curve.band.median)))}"
        for curve in thresholds[2].curves
    ]
    return figure_block(
        results.anchor("failure-curves"),
        f"Market-neutral failure over its thresholds; over the threshold of capital lost, {'; '.join(said)}.",
        "Market-neutral failure with one threshold varied and the others as usual (dashed): how large net delta has "
        "to be, for how long, and how much capital has to be lost. Bands: lowest to highest seed. Where lines "
        "cross, the order of policies depends on where the line is drawn.",
        partial(draw, thresholds),
    )


def _curves(results: ScenarioResults, name: str, at: Floats) -> Sequence[Curve]:
    return [
        Curve(key, band(at, results.over_seeds(policy.name, f"mnf_by_{name}")))
        for policy, key in zip(results.contenders, results.keys(results.contenders), strict=True)
    ]


def draw(thresholds: Sequence[Threshold], axis: str = "Market-neutral failure MNF") -> Figure:
    """Draw one panel per threshold and one line per policy; a dashed line stands at the usual value."""
    keys = [curve.key for curve in thresholds[0].curves] if thresholds else []
    top = policy_looks.legend_height(keys, sheet.WIDTH) + 0.55
    figure = sheet.sheet(top + HEIGHT + 0.5)
    policy_looks.legend(figure, keys, 0.02, 0.02, sheet.WIDTH)
    width = (sheet.WIDTH - LEFT - GAP * (len(thresholds) - 1) - 0.12) / max(len(thresholds), 1)
    first: Axes | None = None
    for place, threshold in enumerate(thresholds):
        axes = sheet.panel(figure, LEFT + place * (width + GAP), top, width, HEIGHT, sharey=first)
        first = first or axes
        _panel(axes, threshold)
        axes.tick_params(labelleft=axes is first)
    if first:
        first.set_ylim(0, 1.05 * max([*_ends(thresholds), 1e-9]))
        first.set_ylabel(axis)
    return figure


def _panel(axes: Axes, threshold: Threshold) -> None:
    for curve in threshold.curves:
        many = len(threshold.curves) > 6
        policies_tip = notation.tip(curve.key.title, "", *_at(curve.band, threshold.usual))
        said = f"{policies_tip} at {threshold.written}"
        curves.of_policy(axes, curve.key, curve.band, said, opacity=0.07 if many else 0.14, marks=5)
    axes.axvline(threshold.usual, color=palette.INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.annotate(
        threshold.written,
        (threshold.usual, 1),
        (0, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        fontsize=sheet.SMALL,
        color=palette.INK,
    )
    axes.set_title(threshold.title, pad=18)
    axes.set_xlabel(threshold.axis)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=2, which="both")
    axes.margins(x=0.02)


def _at(band: Band, place: float) -> tuple[float, float, float]:
    """Value and ends at the place nearest to this one."""
    if not len(band.at):
        return (float("nan"),) * 3
    nearest = int(abs(band.at - place).argmin())
    return float(band.median[nearest]), float(band.low[nearest]), float(band.high[nearest])


def _ends(thresholds: Sequence[Threshold]) -> list[float]:
    bands = [curve.band for threshold in thresholds for curve in threshold.curves]
    return rows.finite([value for band in bands for value in (*band.median, *band.high)])
