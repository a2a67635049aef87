"""Which axioms the loss-sharing rules keep, with their parameters, and the smallest counterexample of each failure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lastresort.experiments import Results
from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.answers import allocates
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginEndedError, one_line
from lastresort.plugins.manager import make
from lastresort.plugins.testing.axioms import AXIOMS, Axiom, Outcome, Verdict
from lastresort.plugins.testing.axioms.asked_rules import Counterexample, ask_counterexample, ask_verdicts
from lastresort.reports import notation
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

BOOKS = 50
"""Books that each rule is tried on; half a second or so for each rule."""

PATIENCE = 2.0
"""Seconds that a rule may take for one book of a few accounts."""

MOST_EXPLAINED = 4
"""Rules whose counterexamples are shown; to make them small takes two to four seconds for each rule."""

MOST_NAMED = 3
"""Policies named beside a rule; of others only the number is told."""

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


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of text: its header, and its rows, each led by its own header."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def table(self, name: str, caption: str) -> Table:
        """The same as a table of the report."""
        columns = [Column(title) for title in self.columns[1:]]
        rows = [Row((row[0],), [Cell(text) for text in row[1:]]) for row in self.rows]
        return Table(name, caption, columns, [("", rows)], lead=self.columns[0])


@dataclass(frozen=True, slots=True)
class Failure:
    """An axiom that a rule does not keep: what is wrong in the smallest book found, and its tables by caption."""

    axiom: Axiom
    sentence: str
    tables: tuple[tuple[str, Grid], ...] = ()


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule, what it ran with, the policies that use it, and its verdicts in the order of the axioms.

    `problem` says why there are no verdicts; `refusals` are what the rule was refused for, each once, and `failures`
    are None where they are left out.
    """

    name: str
    parameters: str
    policies: str
    verdicts: tuple[Verdict, ...] = ()
    problem: str = ""
    remark: str = ""
    refusals: tuple[str, ...] = ()
    failures: tuple[Failure, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rules by all axioms."""

    axioms: tuple[Axiom, ...]
    rows: tuple[RuleRow, ...]

    @property
    def unexplained(self) -> list[str]:
        """Names of the rules whose counterexamples are left out."""
        return list(dict.fromkeys(row.name for row in self.rows if row.failures is None))


@dataclass(slots=True)
class _Stage:
    """A loss-sharing rule as some policies use it: the rule itself, or why it cannot be judged."""

    name: str
    rule: Mechanism | None = None
    problem: str = ""
    policies: list[str] = field(default_factory=list)


def judge(results: Sequence[Results], catalogue: Catalogue) -> Matrix:
    """Try every loss-sharing rule of some comparisons on the axioms, as far as the catalogue has it.

    Nothing that lies in the folder of the results is executed. A rule that raises, or takes too long, is refused.
    """
    rows: list[RuleRow] = []
    for stage in _stages(results, catalogue):
        explained = sum(bool(row.failures) for row in rows)
        remark = _remark(stage.name, results, catalogue)
        rows.append(_judged(stage, catalogue, remark, explained < MOST_EXPLAINED))
    return Matrix(tuple(AXIOMS.values()), tuple(rows))


def _stages(results: Sequence[Results], catalogue: Catalogue) -> list[_Stage]:
    """Every rule that says who bears a loss, or is not known here, once for each set of parameters."""
    found: dict[str, _Stage] = {}
    policies = {policy.name: policy for one in results for policy in one.policies}
    for policy in policies.values():
        for step in policy.waterfall:
            known = catalogue.mechanisms.get(step.use)
            if known is None or allocates(known):
                stage = _stage(step.use, known, step.parameters)
                key = f"{step.use} {stage.problem} {stage.rule and _parameters(stage.rule)}"
                found.setdefault(key, stage).policies.append(policy.name)
    return list(found.values())


def _stage(name: str, known: type[Mechanism] | None, parameters: Mapping[str, object]) -> _Stage:
    if known is None:
        return _Stage(name, problem="is not installed here")
    try:
        return _Stage(name, make(known, parameters, "cannot be made with its parameters"))
    except InputError as error:
        return _Stage(name, problem=str(error))


def _judged(stage: _Stage, catalogue: Catalogue, remark: str, explained: bool) -> RuleRow:
    policies = _listed(stage.policies)
    if stage.rule is None:
        return RuleRow(stage.name, "", policies, problem=stage.problem)
    said = _verdicts(stage.rule, catalogue)
    failed = [AXIOMS[name] for name, verdict in said.items() if verdict.outcome is Outcome.FAILS]
    return RuleRow(
        name=stage.name,
        parameters=_parameters(stage.rule),
        policies=policies,
        verdicts=tuple(said.values()),
        remark=remark,
        refusals=tuple(dict.fromkeys(verdict.refusal for verdict in said.values() if verdict.refusal)),
        failures=tuple(_failure(axiom, stage.rule, catalogue) for axiom in failed) if explained or not failed else None,
    )


def _verdicts(rule: Mechanism, catalogue: Catalogue) -> dict[str, Verdict]:
    try:
        return ask_verdicts(catalogue, rule.name, rule.model_dump(mode="json"), BOOKS, PATIENCE)
    except (Exception, SystemExit) as error:
        said = str(error) if isinstance(error, PluginEndedError) else one_line(error)
        return dict.fromkeys(AXIOMS, Verdict(Outcome.REFUSED, 0, said))


def _failure(axiom: Axiom, rule: Mechanism, catalogue: Catalogue) -> Failure:
    try:
        parameters = rule.model_dump(mode="json")
        found = ask_counterexample(catalogue, rule.name, parameters, axiom.name, BOOKS, PATIENCE)
    except (Exception, SystemExit):
        return Failure(axiom, "the rule fails, but not twice in the same book: it does not answer alike each time")
    return Failure(axiom, found.sentence, tuple(_grids(found)))


def _grids(found: Counterexample) -> Iterator[tuple[str, Grid]]:
    for caption, rows in found.tables:
        yield caption, Grid(tuple(rows[0]), tuple(tuple(row.values()) for row in rows))


def _remark(name: str, results: Sequence[Results], catalogue: Catalogue) -> str:
    recorded = {one.manifest.get("mechanisms", {}).get(name, {}).get("sha256") for one in results} - {None}
    other = any(catalogue.fingerprints.get(name, hashed) != hashed for hashed in recorded)
    return "judged as it is now; its code has changed since the runs" if other else ""


def _parameters(rule: Mechanism) -> str:
    """Those that differ from their defaults, or have none."""
    fields = type(rule).model_fields.items()
    values = {name: getattr(rule, name) for name, one in fields if getattr(rule, name) != one.get_default()}
    return ", ".join(f"{name} {notation.parameter(value)}" for name, value in values.items())


def _listed(policies: list[str]) -> str:
    names = list(dict.fromkeys(policies))
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


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
