"""Each policy minus the baseline on both headline scores: forest plot, tests, and what pairing by seed saved."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Column, FigureBlock, Note, Paragraph, Row, Section, Table
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


def differences(results: ScenarioResults) -> Section:
    """What can be said against the baseline, and how surely."""
    blocks: list[Block] = []
    if results.comparison.differences:
        blocks += [forest(results), *(_tests(results, score.name, score.title) for score in PRIMARY)]
    else:
        blocks.append(Paragraph(("There is no second contender to compare with the baseline.",)))
    blocks.append(Note((results.comparison.method,)))
    return Section(results.anchor("differences"), "Differences from the baseline", blocks)


def _tests(results: ScenarioResults, score: str, title: str) -> Table:
    found = [one for one in results.comparison.differences if one.score == score]
    rows = [policy_row(results.policy(one.policy), _row(one)) for one in found]
    baseline = notation.quoted(results.title(results.comparison.baseline))
    caption = f"{title}: each policy minus {baseline}, with 95 % interval."
    return Table(results.anchor(f"tests-{score}"), caption, TESTS, [("", rows)])


def _row(found: Difference) -> list[Cell]:
    change = found.estimate
    error = Cell(notation.number(change.standard_error, 4), f"ends ± {notation.number(change.interval_error, 4)}")
    return [
        table_cells.bracketed(change.value, change.low, change.high, sign=True),
        error,
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


def difference_rows(results: ScenarioResults) -> list[Row]:
    """One row per rival of the baseline with both differences and verdicts, for summaries."""
    rivals = [policy for policy in results.contenders if policy.name != results.comparison.baseline]
    return [
        policy_row(policy, [_brief(results.comparison.difference(policy.name, score.name)) for score in PRIMARY])
        for policy in rivals
    ]


def _brief(found: Difference | None) -> Cell:
    if found is None:
        return table_cells.NOTHING
    change = found.estimate
    interval = notation.with_interval(change.value, change.low, change.high, sign=True)
    return Cell(found.sentence, interval)


def forest(results: ScenarioResults) -> FigureBlock:
    """Paired differences from the baseline."""
    comparison = results.comparison
    rivals = [policy for policy in results.contenders if policy.name != comparison.baseline]
    scores = {
        score.title: [found for policy in rivals if (found := comparison.difference(policy.name, score.name))]
        for score in PRIMARY
    }
    said = [
        f"{d.policy}: {d.score} {table_cells.written(d.estimate)}, {d.sentence}" for row in scores.values() for d in row
    ]
    baseline = results.title(comparison.baseline)
    return figure_block(
        results.anchor("forest"),
        f"Differences from {comparison.baseline}. {'; '.join(said)}.",
        f"Each policy minus the baseline, {notation.quoted(baseline)}, on the same seeds. {dots.BARS}; the word at "
        "each dot is the verdict, which also takes the number of comparisons into account. Filled dots: better or "
        "worse.",
        partial(draw, results.keys(rivals), scores),
    )


def draw(titles: Sequence[str | Key], scores: Mapping[str, Sequence[Difference]]) -> Figure:
    """Draw one panel per score title, one row per policy title, and the verdict above each dot."""
    keys = known(titles)
    figure, panels = dots.panels(keys, len(scores))
    for axes, (title, differences) in zip(panels, scores.items(), strict=True):
        sides = [SIDES.get(difference.verdict, 0) for difference in differences]
        tips = [_tip(key, difference) for key, difference in zip(keys, differences, strict=True)]
        dots.differences(axes, [difference.estimate for difference in differences], sides, keys=keys, tips=tips)
        axes.set_title(title, pad=10)
        axes.set_xlabel("Difference; below 0: better than the baseline")
        _verdicts(axes, keys, differences)
    return figure


def _tip(key: Key, difference: Difference) -> str:
    found = difference.estimate
    change = notation.with_interval(found.value, found.low, found.high, sign=True)
    return f"{key.title}: {change}, {difference.sentence}"


def _verdicts(axes: Axes, keys: Sequence[Key], differences: Sequence[Difference]) -> None:
    """Words above the dots, kept within the panel."""
    left, right = axes.get_xlim()
    for row, (key, difference) in enumerate(zip(keys, differences, strict=True)):
        value = difference.estimate.value
        if not np.isfinite(value):
            continue
        share = (value - left) / (right - left)
        side = "left" if share < 0.12 else "right" if share > 0.88 else "center"
        word = axes.annotate(
            str(difference.verdict),
            (value, row),
            ({"left": -3, "right": 3}.get(side, 0), 5),
            textcoords="offset points",
            ha=side,
            fontsize=sheet.SMALL,
            color=palette.INK,
        )
        mark(word, key.name)
