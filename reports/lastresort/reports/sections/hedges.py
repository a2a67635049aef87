"""Whose hedge breaks: by strategy, by threshold, and how long until it is repaired."""

import numpy as np

from lastresort.reports import cells, notation, plates
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Block, Cell, Code, Column, Note, Paragraph, Section, Table
from lastresort.reports.sections.ranking import policy_row
from lastresort.scores.feedback.direct_parts import parts
from lastresort.scores.profiles.rehedging import Rehedging
from lastresort.scores.statistics import estimate_ratios

COLUMNS = {
    "naked_time": "Naked time, minutes",
    "rehedge_cost": "Re-hedge cost, bp",
    "shortfall_es95": "ES95 of shortfall, % of capital",
    "depth_withdrawn": "Depth withdrawn, hours",
    "rescue": "Rescued, %",
}
SCALES = {"naked_time": (60.0, 2), "rehedge_cost": (1.0, 1), "shortfall_es95": (0.01, 1), "rescue": (0.01, 2)}

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


def hedges(chapter: Chapter) -> Section:
    """Curves over the thresholds, times to re-hedge, and the companions of MNF."""
    name, title = chapter.anchor("hedges"), "Whose hedge breaks"
    if not chapter.contenders:
        return Section(name, title, [Paragraph(("No contender took part.",))])
    blocks: list[Block] = [plates.failure(chapter), _by_strategy(chapter)]
    if any(found.count for found in chapter.rehedging.values()):
        blocks.append(plates.rehedging(chapter))
    return Section(name, title, [*blocks, _companions(chapter), *_parts(chapter), Note((WORDS,))])


def _by_strategy(chapter: Chapter) -> Table:
    prefix = "forced_share_"
    names = [str(name).removeprefix(prefix) for name in chapter.table.columns if str(name).startswith(prefix)]
    rows = []
    for policy in chapter.contenders:
        own = chapter.rows(policy.name)
        failed = np.array([own[f"mnf_{name}"].to_numpy(np.float64) for name in names])
        found = estimate_ratios(failed, np.ones_like(failed))
        rows.append(policy_row(policy, [cells.scaled(one, 0.01, 1) for one in found]))
    columns = [Column(notation.plain(name)) for name in names]
    return Table(chapter.anchor("mnf-by-strategy"), "Market-neutral failure by strategy, %.", columns, [("", rows)])


def _companions(chapter: Chapter) -> Table:
    rows = []
    for policy in chapter.contenders:
        scores = chapter.comparison.estimates[policy.name]
        known = [cells.scaled(scores[name], *SCALES.get(name, (1.0, 2))) for name in COLUMNS]
        rows.append(policy_row(policy, [_mean(chapter.rehedging[policy.name]), *known]))
    columns = [Column("Time to re-hedge, minutes"), *(Column(title) for title in COLUMNS.values())]
    return Table(chapter.anchor("hedge-companions"), "What broken hedges cost.", columns, [("", rows)])


def _mean(found: Rehedging) -> Cell:
    if not found.count:
        return Cell("none was naked")
    return cells.bracketed(found.mean / 60, found.low / 60, found.high / 60, 1)


def _parts(chapter: Chapter) -> list[Block]:
    """Direct and feedback parts of both headline scores, or how to get them."""
    if chapter.direct is None:
        return [Note((NOT_DECOMPOSED, Code("lastresort decompose DIR"), " does."))]
    found = parts(chapter.table, chapter.direct, chapter.contenders)
    rows = [
        policy_row(chapter.policy(one.policy), [Cell(one.score), *map(cells.estimated, one.estimates.values())])
        for one in found
    ]
    columns = [Column("Score", align="left"), Column("Whole"), Column("Direct"), Column("Feedback")]
    caption = (
        "What a rule does directly, measured on the price path of the reference run, and through the prices it moves; "
        "95 % intervals."
    )
    return [Table(chapter.anchor("parts"), caption, columns, [("", rows)])]
