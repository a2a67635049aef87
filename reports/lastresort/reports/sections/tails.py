"""The tail: how large the users' loss gets in the worst seeds, and which policy dominates which."""

from lastresort.mechanisms.contract import Floats
from lastresort.reports import cells, notation, plates
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Block, Cell, Column, Note, Paragraph, Section, Table
from lastresort.reports.sections.ranking import policy_row
from lastresort.scores.decisions.dominance import Dominance, Order, stochastic_dominance
from lastresort.scores.statistics import expected_shortfall

LEVELS = (0.95, 0.99)
ORDERS: tuple[Order, ...] = (1, 2)

WORDS = (
    "Expected shortfall: mean over the worst 5 or 1 % of seeds of the users' loss over the deficit of the reference "
    "run. It is refused where fewer than ten seeds lie in that tail. Dominance compares whole distributions over "
    "seeds: “not rejected” means that these seeds do not speak against it, not that it is shown."
)


def tails(chapter: Chapter) -> Section:
    """Distribution of the users' loss over seeds."""
    name, title = chapter.anchor("tails"), "The tail of the users' loss"
    if not chapter.contenders:
        return Section(name, title, [Paragraph(("No contender took part.",))])
    blocks: list[Block] = [plates.tail(chapter), _shortfalls(chapter)]
    if len(chapter.contenders) > 1 and len(chapter.seeds) > 1:
        blocks.append(_dominance(chapter))
    return Section(name, title, [*blocks, Note((WORDS,))])


def _shortfalls(chapter: Chapter) -> Table:
    rows = []
    for policy in chapter.contenders:
        losses = chapter.loss_shares(policy.name)
        rows.append(policy_row(policy, [_shortfall(losses, level) for level in LEVELS]))
    columns = [Column(f"ES{100 * level:.0f}, % of the deficit") for level in LEVELS]
    caption = "Expected shortfall of the users' loss over seeds, with 95 % interval."
    return Table(chapter.anchor("shortfalls"), caption, columns, [("", rows)])


def _shortfall(losses: Floats, level: float) -> Cell:
    found = expected_shortfall(losses, level)
    return Cell(found.refusal, tone="muted") if found.refusal else cells.scaled(found.estimate, 0.01, 1)


def _dominance(chapter: Chapter) -> Table:
    """Each policy against the baseline, first and second order, in both directions."""
    baseline = str(chapter.comparison.baseline)
    theirs = chapter.loss_shares(baseline)
    rows = []
    for policy in chapter.contenders:
        if policy.name != baseline:
            ours = chapter.loss_shares(policy.name)
            found = [
                stochastic_dominance(*pair, order) for order in ORDERS for pair in ((ours, theirs), (theirs, ours))
            ]
            rows.append(policy_row(policy, [_word(one) for one in found]))
    columns = [
        Column(title, group)
        for group in ("First order", "Second order")
        for title in ("it dominates the baseline", "the baseline dominates it")
    ]
    caption = f"Does one policy have the smaller loss throughout? Against {notation.quoted(chapter.title(baseline))}."
    return Table(chapter.anchor("dominance"), caption, columns, [("", rows)])


def _word(found: Dominance) -> Cell:
    return Cell(found.verdict, f"p {notation.probability(found.p_value)}")
