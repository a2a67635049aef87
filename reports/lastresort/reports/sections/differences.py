"""Each policy minus the baseline on both headline scores: forest plot, tests, and what pairing by seed saved."""

import numpy as np

from lastresort.reports import cells, notation, plates
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Block, Cell, Column, Note, Paragraph, Row, Section, Table
from lastresort.reports.sections.ranking import policy_row
from lastresort.scores import PRIMARY, Difference, Pairing

TESTS = (
    Column("Difference"),
    Column("Standard error", meaning="Monte Carlo error over seeds, by the jackknife"),
    Column("p, adjusted", meaning="two-sided, adjusted by Holm's method over the primary family"),
    Column("p of equivalence, adjusted", meaning="two one-sided tests against the smallest difference of interest"),
    Column("Verdict", align="left"),
    Column("Pairing saves", meaning="share of the variance that separate seeds would have cost"),
)


def differences(chapter: Chapter) -> Section:
    """What can be said against the baseline, and how surely."""
    blocks: list[Block] = []
    if chapter.comparison.differences:
        blocks += [plates.forest(chapter), *(_tests(chapter, score.name, score.title) for score in PRIMARY)]
    else:
        blocks.append(Paragraph(("There is no second contender to compare with the baseline.",)))
    blocks.append(Note((chapter.comparison.method,)))
    return Section(chapter.anchor("differences"), "Differences from the baseline", blocks)


def _tests(chapter: Chapter, score: str, title: str) -> Table:
    found = [one for one in chapter.comparison.differences if one.score == score]
    rows = [policy_row(chapter.policy(one.policy), _row(one)) for one in found]
    baseline = notation.quoted(chapter.title(chapter.comparison.baseline))
    caption = f"{title}: each policy minus {baseline}, with 95 % interval."
    return Table(chapter.anchor(f"tests-{score}"), caption, TESTS, [("", rows)])


def _row(found: Difference) -> list[Cell]:
    change = found.estimate
    error = Cell(notation.number(change.standard_error, 4), f"ends ± {notation.number(change.interval_error, 4)}")
    return [
        cells.bracketed(change.value, change.low, change.high, sign=True),
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
        return cells.NOTHING
    return Cell(notation.percent(pairing.variance_reduction, 0))


def difference_rows(chapter: Chapter) -> list[Row]:
    """One row per rival of the baseline with both differences and verdicts, for summaries."""
    rivals = [policy for policy in chapter.contenders if policy.name != chapter.comparison.baseline]
    return [
        policy_row(policy, [_brief(chapter.comparison.difference(policy.name, score.name)) for score in PRIMARY])
        for policy in rivals
    ]


def _brief(found: Difference | None) -> Cell:
    if found is None:
        return cells.NOTHING
    change = found.estimate
    interval = notation.with_interval(change.value, change.low, change.high, sign=True)
    return Cell(found.sentence, interval)
