"""Which axioms the loss-sharing rules keep, and the smallest counterexample of each that they do not."""

from collections.abc import Iterator

from lastresort.plugins.testing.axioms import Outcome, Verdict
from lastresort.reports.axioms import Matrix, RuleRow
from lastresort.reports.document import (
    Block,
    Caution,
    Cell,
    Code,
    Column,
    Definitions,
    Fold,
    Heading,
    Note,
    Paragraph,
    Prose,
    Row,
    Section,
    Strong,
    Table,
    Tone,
)

INTRODUCTION = (
    "Each rule that says who bears a loss is tried alone, with the parameters it ran with: the whole loss of a small "
    "book is put to it, and no stage before it pays or limits anything. A book has one market, one loss and at most "
    "five accounts, drawn at random, the same for every rule. What the rule does there says nothing about how often "
    "it matters in the crash."
)
READING: Prose = (
    Strong("holds (N)"),
    ": tried on N books to which the axiom applies, without a counterexample; that is not a proof. ",
    Strong("fails"),
    ": there is a counterexample. ",
    Strong("silent"),
    ": there was no book to which the axiom applies. ",
    Strong("refused"),
    ": the rule raised, answered too late or broke the contract.",
)
COUNTEREXAMPLES = (
    "For each failure the smallest book that was found, to be checked by hand. A loss is reckoned against the mark. "
    "What is held, closed and taken over is in contracts, entry in USD per contract, opened in seconds; hedged and "
    "discount are shares; everything else is in USD."
)
TONES: dict[Outcome, Tone] = {Outcome.FAILS: "bad", Outcome.SILENT: "muted", Outcome.REFUSED: "doubt"}


def axioms(matrix: Matrix) -> Section:
    """The matrix, what each axiom demands, and counterexamples folded away."""
    blocks: list[Block] = [Paragraph((INTRODUCTION,)), Paragraph(READING)]
    if not matrix.rows:
        blocks.append(Paragraph(("No policy of this comparison has such a rule.",)))
        return Section("axioms", "Axioms", blocks)
    blocks += [_table(matrix), _demands(matrix), Heading(("Counterexamples",)), Paragraph((COUNTEREXAMPLES,))]
    for row in matrix.rows:
        if row.failures or row.refusals:
            blocks.append(Fold(_summary(matrix, row), list(_inside(row))))
    return Section("axioms", "Axioms", [*blocks, *_left_out(matrix)])


def _table(matrix: Matrix) -> Table:
    columns = [Column(_words(axiom.name), align="left") for axiom in matrix.axioms]
    rows = [_row(matrix, row) for row in matrix.rows]
    caption = "Rules by axioms. What each axiom demands stands below the table."
    return Table("axiom-matrix", caption, columns, [("", rows)], "wide")


def _row(matrix: Matrix, row: RuleRow) -> Row:
    detail = "; ".join(filter(None, (row.parameters, f"in {row.policies}", row.remark)))
    if row.problem:
        missing = [Cell("not judged", row.problem, "muted"), *(Cell("") for _ in matrix.axioms[1:])]
        return Row((Code(row.name),), missing, detail)
    pairs = zip(matrix.axioms, row.verdicts, strict=True)
    return Row((Code(row.name),), [_cell(axiom.name, verdict) for axiom, verdict in pairs], detail)


def _cell(axiom: str, verdict: Verdict) -> Cell:
    count = f" ({verdict.cases})" if verdict.outcome is Outcome.HOLDS else ""
    return Cell(f"{verdict.outcome}{count}", tone=TONES.get(verdict.outcome, ""), link=f"axiom-{axiom}")


def _demands(matrix: Matrix) -> Definitions:
    return Definitions(
        [
            (f"axiom-{axiom.name}", (_words(axiom.name),), (f"{axiom.statement} {axiom.reading.replace('`', '')}",))
            for axiom in matrix.axioms
        ]
    )


def _summary(matrix: Matrix, row: RuleRow) -> Prose:
    with_ = f" ({row.parameters})" if row.parameters else ""
    outcome = f"{len(row.failures)} of {len(matrix.axioms)} axioms fail" if row.failures else "refused"
    return (Code(row.name), f"{with_}: {outcome}")


def _inside(row: RuleRow) -> Iterator[Block]:
    yield from (Caution((f"Refused: {refusal}",)) for refusal in row.refusals)
    for failure in row.failures or ():
        yield Heading((_words(failure.axiom.name),), level=4)
        yield Paragraph((f"{failure.axiom.statement} Violated: {failure.sentence}.",))
        for place, (caption, grid) in enumerate(failure.tables):
            name = f"counterexample-{row.name}-{failure.axiom.name}-{place}"
            yield grid.table(name, caption)


def _left_out(matrix: Matrix) -> Iterator[Block]:
    if matrix.unexplained:
        names = ", ".join(matrix.unexplained)
        words = f"Left out for length: the counterexamples of {names}. "
        yield Note((words, Code("lastresort axioms NAME"), " prints them, for default parameters."))


def _words(name: str) -> str:
    return name.replace("-", " ")
