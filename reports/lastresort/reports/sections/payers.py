"""Who paid: the loss of every group against its share of the equity, by cohort, size, venue and asset."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.reports import cells, notation, plates
from lastresort.reports.burdens import GROUPINGS, Burden, burdens
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Block, Cell, Column, Fold, Note, Paragraph, Row, Section, Table, Tone
from lastresort.reports.sections.ranking import policy_row
from lastresort.scores.statistics import estimate_ratios

TIMES = "\N{MULTIPLICATION SIGN}"
THEIL = (
    ("theil_between_cohort", "theil"),
    ("theil_between_decile", "theil"),
    ("theil_between_venue", "theil_accounts"),
    ("theil_between_asset", "theil_positions"),
)
"""Columns of the score table, in the order of the groupings: the part between groups, and the whole of that unit."""

HEAT_SPAN = 3.0
"""Doublings of the burden at which a cell is at full colour."""

WORDS = (
    f"1.00{TIMES} is a loss in proportion to equity; 2.00{TIMES} is twice that share. Orange paid more than in "
    "proportion, blue less; the deeper the colour, the further from it. Brackets: 95 % intervals over seeds. Policies "
    "under which no user lost anything are left out. An owner's cohort is known; its size decile is that of its "
    "equity at the start. By asset, equity of a cross-margin account is split by its positions at the start."
)


def payers(chapter: Chapter) -> Section:
    """The matrix of the cohorts as a figure, and every grouping as a table."""
    paying = chapter.paying
    name, title = chapter.anchor("cohorts"), "Who paid"
    if not paying:
        return Section(name, title, [Paragraph(("No user paid for another under any of these policies.",))])
    first, *others = (_table(chapter, grouping, paying) for grouping in GROUPINGS)
    folds: list[Block] = [Fold((table.caption,), [table]) for table in others]
    between = _between(chapter, paying)
    return Section(name, title, [plates.payers(chapter), first, *folds, between, Note((WORDS,))])


def _table(chapter: Chapter, grouping: str, paying: Sequence[Policy]) -> Table:
    found = burdens(chapter, grouping)
    labels = list(next(iter(found.values())))
    rows = [Row((notation.plain(label),), [_cell(found[policy.name][label]) for policy in paying]) for label in labels]
    columns = [Column(policy.title) for policy in paying]
    caption = f"By {GROUPINGS[grouping]}: share of the users' loss over share of their equity, and loss in $ B."
    return Table(chapter.anchor(f"burden-by-{grouping}"), caption, columns, [("", rows)], "heat")


def _cell(burden: Burden) -> Cell:
    found = burden.estimate
    if not np.isfinite(found.value):  # the group had no equity at stake, or nobody lost anything
        return cells.NOTHING
    interval = notation.bracket(found.low, found.high, 2)
    doublings = float(np.clip(np.log2(max(found.value, 1e-9)), -HEAT_SPAN, HEAT_SPAN))
    tone: Tone = "more" if doublings > 0 else "less"
    detail = " · ".join(filter(None, (interval, f"${notation.billions(burden.loss)} B")))
    return Cell(f"{notation.number(found.value, 2)}{TIMES}", detail, tone, round(45 * abs(doublings) / HEAT_SPAN))


def _between(chapter: Chapter, paying: Sequence[Policy]) -> Table:
    """How much of the inequality lies between groups: Theil's index, decomposed exactly."""
    columns = [Column(f"Between {GROUPINGS[grouping]}s") for grouping in GROUPINGS]
    rows = [policy_row(policy, _shares_between(chapter.rows(policy.name))) for policy in paying]
    caption = "Share of the Theil index that lies between groups, %, with 95 % interval; the rest lies within them."
    return Table(chapter.anchor("theil"), caption, columns, [("", rows)])


def _shares_between(rows: pd.DataFrame) -> list[Cell]:
    weight = rows["loss"].to_numpy(np.float64)
    between, whole = (np.array([_weighed(rows[name], weight) for name in names]) for names in zip(*THEIL, strict=True))
    return [cells.scaled(found, 0.01, 0) for found in estimate_ratios(between, whole)]


def _weighed(column: "pd.Series[float]", weight: Floats) -> Floats:
    return np.where(weight > 0, weight * column.to_numpy(np.float64), 0.0)
