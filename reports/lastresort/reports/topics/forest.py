"""Each policy minus the baseline on both headline scores: forest plot, tests, and what pairing by seed saved."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Column, FigureBlock, Note, Paragraph, Section, Table
from lastresort.reports.plotting import dots, palette, sheet
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key, known
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.scores import PRIMARY, Difference, Pairing, Verdict

TESTS = (
    Column("Difference"),
    Column("Standard error", meaning="Monte Carlo error over seeds, by the jackknife"),
    Column("p, adjusted", meaning="two-sided, adjusted by Holm's method over the primary family"),
    Column("p of equivalence, adjusted", meaning="two one-sided tests against the smallest difference of interest"),
    Column("Verdict", align="left"),
    Column("Pairing saves", meaning="share of the variance that separate seeds would have cost"),
)

SIDES = {Verdict.BETTER: -1, Verdict.WORSE: 1}
"""Where a clear verdict stands when lower is better, as it is on both headline scores."""

SQUASHED = 15.0
"""Largest difference over the smallest of interest from which an axis is logarithmic on both sides."""


def differences(results: ScenarioResults) -> Section:
    """The tests behind every verdict against the baseline."""
    found = results.comparison.differences
    blocks: list[Block] = [_tests(results, score.name, score.title) for score in PRIMARY if found]
    if not found:
        blocks.append(Paragraph(("There is no second contender to compare with the baseline.",)))
    blocks.append(Note((results.comparison.method,)))
    return Section(results.anchor("differences"), "Differences in detail", blocks)


def _tests(results: ScenarioResults, score: str, title: str) -> Table:
    found = [one for one in results.comparison.differences if one.score == score]
    rows = [policy_row(results.policy(one.policy), _row(one)) for one in found]
    baseline = notation.quoted(results.title(results.comparison.baseline))
    caption = (
        f"{title}: each policy minus {baseline}, {_unit(found)[1]}, with 95 % interval. Smallest difference of "
        f"interest: {interest(found[0])}."
    )
    return Table(results.anchor(f"tests-{score}"), caption, TESTS, [("", rows)])


def _row(found: Difference) -> list[Cell]:
    size, _, digits = _unit([found])
    change = found.estimate
    error = Cell(notation.number(change.standard_error / size, digits + 1))
    return [
        table_cells.bracketed(change.value / size, change.low / size, change.high / size, digits, sign=True),
        table_cells.remarked(error, f"ends ± {notation.number(change.interval_error / size, digits + 1)}"),
        Cell(notation.probability(found.p_adjusted)),
        Cell(notation.probability(found.p_equivalent_adjusted)),
        Cell(found.sentence),
        _saved(found.pairing),
    ]


def _saved(pairing: Pairing) -> Cell:
    if not pairing.paired:
        return Cell("unpaired")
    if not np.isfinite(pairing.variance_reduction):
        return table_cells.NOTHING
    return Cell(notation.percent(pairing.variance_reduction, 0))


def _unit(differences: Sequence[Difference]) -> tuple[float, str, int]:
    """What differences on a score are divided by, what that is called, and decimals."""
    dollars = any(one.score == PRIMARY[0].name for one in differences)
    return (1e6, "$ M", 2) if dollars else (0.01, "% of books", 2)


def interest(one: Difference) -> str:
    """The smallest difference of interest, as it is written."""
    return notation.dollars(one.margin) if one.score == PRIMARY[0].name else notation.share(one.margin)


def rivals_of_baseline(results: ScenarioResults) -> list[Policy]:
    """Contenders that are compared with the baseline; not those that are not ranked for what they did."""
    away = {results.comparison.baseline, *results.comparison.ranking.apart}
    return [policy for policy in results.contenders if policy.name not in away]


def forest(results: ScenarioResults) -> FigureBlock:
    """Paired differences from the baseline."""
    comparison = results.comparison
    rivals = rivals_of_baseline(results)
    scores = {
        score.title: [found for policy in rivals if (found := comparison.difference(policy.name, score.name))]
        for score in PRIMARY
    }
    said = [f"{results.title(one.policy)}: {_tip(one)}" for row in scores.values() for one in row]
    margins = " and ".join(
        f"± {interest(row[0])}{of}" for row, of in zip(scores.values(), ("", " of books"), strict=True)
    )
    return figure_block(
        results.anchor("forest"),
        f"Differences from the baseline. {'; '.join(said)}.",
        f"Each policy minus the baseline in the same simulated crashes, with 95 % intervals and verdicts. The grey "
        f"band, {margins}, holds what is too small to matter.",
        partial(draw, results.keys(rivals), scores),
    )


def draw(titles: Sequence[str | Key], scores: Mapping[str, Sequence[Difference]]) -> Figure:
    """Draw one panel per score title, one row per policy title, and the verdict above each dot."""
    keys = known(titles)
    figure, panels = dots.panels(keys, len(scores))
    for axes, (title, differences) in zip(panels, scores.items(), strict=True):
        size, unit, _ = _unit(differences)
        sides = [SIDES.get(difference.verdict, 0) for difference in differences]
        tips = [f"{key.title}: {_tip(difference)}" for key, difference in zip(keys, differences, strict=True)]
        _band(axes, differences, size)
        dots.differences(axes, [one.estimate for one in differences], sides, size, keys, tips)
        axes.set_title(title, pad=10)
        axes.set_xlabel(f"{unit}; below 0: better than the baseline")
        _verdicts(axes, keys, differences, size)
    return figure


def _band(axes: Axes, differences: Sequence[Difference], size: float) -> None:
    """The differences that are too small to matter; an axis that would squash most dots is made logarithmic."""
    margin = max((one.margin for one in differences), default=0.0) / size
    axes.axvspan(-margin, margin, color=palette.RULE, alpha=0.55, linewidth=0, zorder=0)
    values = sorted(abs(one.estimate.value) / size for one in differences)
    if margin > 0 and values[-1] > SQUASHED * max(values[len(values) // 2], margin):
        axes.set_xscale("symlog", linthresh=margin)
        axes.xaxis.set_major_formatter("{x:g}")


def _tip(difference: Difference) -> str:
    size, unit, digits = _unit([difference])
    found = difference.estimate
    change = notation.with_interval(found.value / size, found.low / size, found.high / size, digits, sign=True)
    return f"{change} {unit}, {notation.verdict(difference.verdict)}"


def _verdicts(axes: Axes, keys: Sequence[Key], differences: Sequence[Difference], size: float) -> None:
    """Words above the dots, kept within the panel."""
    for row, (key, difference) in enumerate(zip(keys, differences, strict=True)):
        value = difference.estimate.value / size
        if not np.isfinite(value):
            continue
        share = axes.transAxes.inverted().transform(axes.transData.transform((value, row)))[0]
        side = "left" if share < 0.12 else "right" if share > 0.88 else "center"
        word = axes.annotate(
            notation.verdict(difference.verdict),
            (value, row),
            ({"left": -3, "right": 3}.get(side, 0), 5),
            textcoords="offset points",
            ha=side,
            fontsize=sheet.SMALL,
            color=palette.INK,
        )
        mark(word, key.name)
