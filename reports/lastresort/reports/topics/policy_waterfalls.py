"""A page per policy: its waterfall line by line, figures with sources, and what its rules say in a small crash."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lastresort.mechanisms.policy import DOUBTFUL, Engine, Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import PluginEndedError, one_line
from lastresort.plugins.testing.transcripts.asked_transcript import ask_transcript
from lastresort.reports import notation
from lastresort.reports.document import (
    Block,
    Cell,
    Code,
    Column,
    Fold,
    Heading,
    Listing,
    Note,
    Paragraph,
    Row,
    Section,
    Table,
)
from lastresort.reports.scenario_results import ReportInput

PATIENCE = 2.0
"""Seconds that a rule may take in the small crash."""

COLUMNS = tuple(Column(title, align="left") for title in ("Figures", "Source", "Evidence"))
EVIDENCE = (
    "Code: read in the venue's source. Official page: read on a page of the venue or its regulator. Third party: told "
    "by somebody else. Paper: in the paper named. Remembered: quoted from memory and not checked. Guess: inferred. "
    "Own design: made for this project; no venue runs it."
)

MARKS: Mapping[str, str] = {"remembered": "\N{DAGGER}", "guess": "\N{DOUBLE DAGGER}"}
"""Sign that stands with the word wherever a line or a figure is in doubt; the note of the section explains both."""

NOT_STATED = "not stated"


@dataclass
class _Transcripts:
    """Transcripts of rules with their parameters; each is written out once, and later policies refer to it."""

    catalogue: Catalogue | None
    written: dict[tuple[str, str], str]

    def of(self, step: Step) -> Iterator[Block]:
        if self.catalogue is None or step.use not in self.catalogue.mechanisms:
            return
        key = (step.use, repr(sorted(step.parameters.items())))
        if key in self.written:
            yield Note((Code(step.use), f": as under {self.written[key]}."))
            return
        self.written[key] = f"transcript {len(self.written) + 1}"
        yield Heading((f"Transcript {len(self.written)}: ", Code(step.use)), level=4)
        yield Listing(self._played(step))

    def _played(self, step: Step) -> str:
        assert self.catalogue is not None
        try:
            return "\n".join(ask_transcript(self.catalogue, step.use, step.parameters, PATIENCE)).rstrip()
        except (Exception, SystemExit) as error:
            return f"No transcript: {error if isinstance(error, PluginEndedError) else one_line(error)}"


@dataclass(frozen=True, slots=True)
class Known:
    """A text and the word for how well it is known, empty where the line's own word holds; `mark` is set in doubt."""

    text: str
    evidence: str
    mark: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of a waterfall."""

    name: str
    figures: tuple[Known, ...]
    source: Known


@dataclass(frozen=True, slots=True)
class Stack:
    """A policy: its lines, from top to bottom, and how its engine comes from a takeover to them."""

    title: str
    name: str
    suite: str
    summary: str
    stages: tuple[Stage, ...]
    engine: Stage


def policy_waterfalls(report: ReportInput, catalogue: Catalogue | None) -> Section:
    """All waterfalls; transcripts only of rules that are known here, since a folder may come from a stranger."""
    doubtful, total = doubts(report.policies)
    marks = " or ".join(f"{mark} {word}" for word, mark in MARKS.items())
    words = (
        "What each policy does, in the order in which its stages are asked, with every figure it ran with, where the "
        f"line comes from and how well it is known. {doubtful} of {total} figures are in doubt: {marks} stands with "
        "each of them. A figure without a word of its own is known as well as its line, or is the default of the "
        "mechanism. The last row is the liquidation engine: how many seconds pass between a takeover and the first "
        "time the waterfall is asked about it, whether it takes over while a market is halted, and whether a loss that "
        "nobody covers places the uncovered part of its inventory with others, or all of it."
    )
    told = _Transcripts(catalogue, {})
    pages = [block for policy in report.policies for block in _page(policy, told)]
    return Section("waterfalls", "The policies, one by one", [Paragraph((words,)), Note((EVIDENCE,)), *pages])


def _page(policy: Policy, told: "_Transcripts") -> Iterator[Block]:
    stack = waterfall(policy)
    yield Heading((f"{stack.title} ", Code(stack.name)), name=f"policy-{slug(stack.name)}")
    yield Paragraph((f"{stack.summary} Suite: {stack.suite}.",))
    rows = [Row((f"{place}. ", Code(stage.name)), _cells(stage)) for place, stage in enumerate(stack.stages, start=1)]
    rows.append(Row(("The engine",), _cells(stack.engine)))
    name = f"waterfall-of-{slug(policy.name)}"
    yield Table(name, f"Waterfall of “{stack.title}”.", COLUMNS, [("", rows)], "text", "Stage")
    transcripts = [block for step in policy.waterfall for block in told.of(step)]
    if transcripts:
        yield Fold((f"“{stack.title}” in a small crash: what its rules are asked and say",), transcripts)


def _cells(stage: Stage) -> list[Cell]:
    return [
        Cell(", ".join(map(written, stage.figures)) or "none"),
        Cell(stage.source.text),
        Cell(evidence(stage.source), tone="doubt" if stage.source.mark else ""),
    ]


def slug(name: str) -> str:
    """A name as a part of an anchor."""
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def waterfall(policy: Policy) -> Stack:
    """The lines of a policy, ready for the template."""
    stages, engine = (
        tuple(_stage(_called(step), step) for step in policy.waterfall),
        _stage("the engine", policy.engine),
    )
    return Stack(policy.title, policy.name, policy.suite, policy.summary, stages, engine)


def _called(step: Step) -> str:
    return f"{step.named} ({step.use})" if step.named else step.use


def doubts(policies: Sequence[Policy]) -> tuple[int, int]:
    """How many figures of all lines and engines are remembered or guessed, and how many figures there are."""
    steps = [step for policy in policies for step in policy.waterfall]
    lines: list[Step | Engine] = [*steps, *(policy.engine for policy in policies)]
    doubtful = sum(word in DOUBTFUL for line in lines for word in line.figures.values())
    return doubtful, sum(len(line.parameters) for line in lines)


def written(known: Known) -> str:
    """A figure with the word for how well it is known, and its sign where it is in doubt."""
    word = evidence(known)
    return f"{known.text} {word}" if known.mark else f"{known.text} ({word})" if word else known.text


def evidence(known: Known) -> str:
    """The word for how well something is known, with its sign where it is in doubt."""
    return f"{known.mark}\N{NO-BREAK SPACE}{known.evidence}" if known.mark else known.evidence


def _stage(name: str, line: Step | Engine) -> Stage:
    evidence = {str(key): word for key, word in line.figures.items()}
    return Stage(
        name=name,
        figures=tuple(
            _known(f"{key} {notation.parameter(value)}", evidence.get(key, ""))
            for key, value in line.parameters.items()
        ),
        source=_known(line.source or NOT_STATED, line.evidence or NOT_STATED),
    )


def _known(text: str, evidence: str) -> Known:
    return Known(text, evidence, MARKS.get(evidence, ""))
