"""Which assumption would flip the ranking: screening, shares of the variance, and the ends of each range run again."""

from collections.abc import Iterator

from lastresort.analysis.sensitivity import End, Flip, Sensitivity
from lastresort.reports import notation
from lastresort.reports.document import (
    Block,
    Bullets,
    Cell,
    Code,
    Column,
    Note,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
    Tone,
)
from lastresort.reports.scenario_results import ReportInput
from lastresort.reports.topics.morris import morris
from lastresort.reports.topics.sobol import sobol

NOT_DONE = (
    "No sensitivity analysis is part of this report, so it does not say which assumption would flip the ranking. ",
    Code("lastresort sensitivity run oct-2025"),
    " makes one, and ",
    Code("lastresort report DIR --sensitivity FOLDER"),
    " takes it in.",
)
READING = (
    "Morris: mean size of the elementary effects of a factor, mu*, against their spread, sigma; large sigma means "
    "that it acts with others or not in a straight line. Sobol: share of the variance of a difference that a factor "
    "explains alone (first order) and with all it acts with (total). The factor “replicate” is the seed: its share is "
    "chance. Ranges of assumptions are assumptions themselves. “Cannot be told” is an answer: these points neither "
    "show a flip nor rule one out."
)
TONES: dict[str, Tone] = {"flips": "bad", "cannot be told": "muted"}


def sensitivity(report: ReportInput) -> Section:
    """The analysis that was given to the report, or how to make one."""
    found = report.sensitivity
    blocks = list(_found(found)) if found else [Paragraph(NOT_DONE)]
    return Section("sensitivity", "Which assumption would flip the ranking", blocks)


def _found(found: Sensitivity) -> Iterator[Block]:
    yield Paragraph((Strong(found.sentence),))
    yield Bullets([(answer,) for answer in found.answers])
    if found.morris:
        yield morris(found)
    if found.sobol:
        yield sobol(found)
    if found.flips:
        yield _flips(found)
    if found.ends:
        yield _ends(found)
    yield Note((READING,))
    yield Note(
        (
            f"{found.runs:,} runs of “{found.scenario}”, {found.replicates} groups of seeds; engine "
            f"{found.origins.engine}.",
        )
    )


def _flips(found: Sensitivity) -> Table:
    rows = [_flip(found, flip) for flip in found.flips]
    caption = "Does a difference change its sign within the range of a factor, all others lying anywhere in theirs?"
    columns = [Column(title, align="left") for title in ("Difference", "Range", "Flips", "In words")]
    return Table("flips", caption, columns, [("", rows)], "text", "Factor")


def _flip(found: Sensitivity, flip: Flip) -> Row:
    factor = found.factor(flip.factor)
    confirmed = next(
        (one for one in found.confirmations if (one.output, one.factor) == (flip.output, flip.factor)), None
    )
    words = [flip.sentence, *([f"Run again at both ends: {confirmed.sentence}"] if confirmed else [])]
    return Row(
        (factor.label,),
        [
            Cell(flip.output),
            Cell(factor.range),
            Cell(flip.outcome, tone=TONES.get(flip.outcome, "")),
            Cell(". ".join(words)),
        ],
        factor.because,
    )


def _ends(found: Sensitivity) -> Table:
    rows = [_end(found, end) for end in found.ends]
    caption = "The difference with one factor at an end of its range and all others as assumed, on many seeds."
    columns = [
        Column("At"),
        Column("Difference"),
        Column("p, adjusted"),
        Column("Verdict", align="left"),
        Column("Seeds"),
    ]
    return Table("ends", caption, columns, [("", rows)], "text", "Factor and difference")


def _end(found: Sensitivity, end: End) -> Row:
    name = found.factor(end.factor).label if end.factor else "all as assumed"
    at = found.factor(end.factor).shown(end.value) if end.factor else notation.MISSING
    change = Cell(notation.number(end.difference, sign=True), notation.bracket(end.low, end.high, sign=True))
    row = [Cell(at), change, Cell(notation.probability(end.p_adjusted)), Cell(end.verdict), Cell(str(end.seeds))]
    return Row((name,), row, end.output)
