"""How the loss lies on equity: Lorenz curves, whether they cross, and where the inequality lies."""

import numpy as np

from lastresort.reports import cells, notation, plates
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Block, Cell, Column, Note, Paragraph, Section, Table
from lastresort.reports.sections.ranking import NO_LOSS, policy_row
from lastresort.scores import crossing, ex_ante_gini, ex_ante_interval, mean_lorenz

MOST_NAMED = 3
"""Pairs of policies that are named where curves cross; of others only the number is told."""

COMPANIONS = {
    "lc": "Gini, relative",
    "excess_lc": "Above the floor",
    "hoover": "Hoover",
    "theil": "Theil",
    "effective_payers": "Effective payers",
    "top10_share": "Ten largest",
    "kakwani": "Kakwani",
}
"""Scores of the shape of the loss and the short titles of their columns."""

WORDS = (
    "Gini, relative: 0 in proportion to equity. Above the floor: what remains of it if the same loss had been spread "
    "as evenly as what owners could spare allows. Hoover: share of the loss that would have to move. Effective "
    "payers: as many equal ones would be as concentrated. Kakwani: above 0, large accounts pay more than in "
    "proportion. Ex ante: Gini of the mean loss over seeds by cohort and size decile, so a lottery is unequal after "
    "and equal before. An order that different measures agree on does not depend on the measure; where curves cross, "
    "it may."
)


def concentration(chapter: Chapter) -> Section:
    """Figure, companions and crossings."""
    if not chapter.contenders:
        words: list[Block] = [Paragraph(("No contender took part, so no user paid for another.",))]
        return Section(chapter.anchor("concentration"), "How the loss lies on equity", words)
    blocks: list[Block] = [
        plates.lorenz(chapter),
        _companions(chapter),
        Paragraph((_crossings(chapter),)),
        Note((WORDS,)),
    ]
    return Section(chapter.anchor("concentration"), "How the loss lies on equity", blocks)


def _companions(chapter: Chapter) -> Table:
    columns = [Column(title) for title in (*COMPANIONS.values(), "Gini, ex ante")]
    rows = []
    for policy in chapter.contenders:
        scores = chapter.comparison.estimates[policy.name]
        known = [cells.estimated(scores[name], NO_LOSS) for name in COMPANIONS]
        rows.append(policy_row(policy, [*known, _ex_ante(chapter, policy.name)]))
    return Table(chapter.anchor("shapes"), "The shape of the users' loss, by several measures.", columns, [("", rows)])


def _ex_ante(chapter: Chapter, policy: str) -> Cell:
    profiles = chapter.profiles_of(policy)
    value = ex_ante_gini(profiles)
    return cells.bracketed(value, *ex_ante_interval(profiles)) if np.isfinite(value) else Cell(NO_LOSS)


def _crossings(chapter: Chapter) -> str:
    curves = {policy.name: mean_lorenz(chapter.profiles_of(policy.name)) for policy in chapter.contenders}
    known = {name: curve for name, curve in curves.items() if np.isfinite(curve).all()}
    names = list(known)
    crossed = [
        f"{notation.quoted(chapter.title(one))} and {notation.quoted(chapter.title(other))}"
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if crossing(known[one], known[other])
    ]
    if len(names) < 2:
        return "Fewer than two policies took anything from users, so there are no curves to compare."
    if not crossed:
        return (
            "No two mean Lorenz curves cross, so every measure of inequality that follows the principle of transfers "
            "ranks these shapes alike."
        )
    more = f" and {len(crossed) - MOST_NAMED} more pairs" if len(crossed) > MOST_NAMED else ""
    return (
        f"Mean Lorenz curves cross for {'; '.join(crossed[:MOST_NAMED])}{more}: which of the two is more equal "
        "depends on the measure."
    )
