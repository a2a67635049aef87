"""A page per policy: its waterfall line by line, figures with sources, and what its rules say in a small crash."""

from collections.abc import Iterator
from dataclasses import dataclass

from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import one_line
from lastresort.plugins.manager import make
from lastresort.plugins.transcripts.transcript import played
from lastresort.reports import stages
from lastresort.reports.chapters import Dossier
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
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import interruptible

PATIENCE = 2.0
"""Seconds that a rule may take in the small crash."""

COLUMNS = tuple(Column(title, align="left") for title in ("Figures", "Source", "Evidence"))
EVIDENCE = (
    "Code: read in the venue's source. Official page: read on a page of the venue or its regulator. Third party: told "
    "by somebody else. Paper: in the paper named. Remembered: quoted from memory and not checked. Guess: inferred. "
    "Own design: made for this project; no venue runs it."
)


def policies(dossier: Dossier, catalogue: Catalogue | None) -> Section:
    """All waterfalls; transcripts only of rules that are known here, since a folder may come from a stranger."""
    doubtful, total = stages.doubts(dossier.policies)
    marks = " or ".join(f"{mark} {word}" for word, mark in stages.MARKS.items())
    words = (
        "What each policy does, in the order in which its stages are asked, with every figure it ran with, where the "
        f"line comes from and how well it is known. {doubtful} of {total} figures are in doubt: {marks} stands with "
        "each of them. A figure without a word of its own is known as well as its line, or is the default of the "
        "mechanism. The last row is the liquidation engine: how many seconds pass between a takeover and the first "
        "time the waterfall is asked about it, whether it takes over while a market is halted, and whether a loss that "
        "nobody covers places the uncovered part of its inventory with others, or all of it."
    )
    told = _Transcripts(catalogue, {})
    pages = [block for policy in dossier.policies for block in _page(policy, told)]
    return Section("waterfalls", "The policies, one by one", [Paragraph((words,)), Note((EVIDENCE,)), *pages])


def _page(policy: Policy, told: "_Transcripts") -> Iterator[Block]:
    stack = stages.waterfall(policy)
    yield Heading((f"{stack.title} ", Code(stack.name)), name=f"policy-{slug(stack.name)}")
    yield Paragraph((f"{stack.summary} Suite: {stack.suite}.",))
    rows = [Row((f"{place}. ", Code(stage.name)), _cells(stage)) for place, stage in enumerate(stack.stages, start=1)]
    rows.append(Row(("The engine",), _cells(stack.engine)))
    name = f"waterfall-of-{slug(policy.name)}"
    yield Table(name, f"Waterfall of “{stack.title}”.", COLUMNS, [("", rows)], "text", "Stage")
    transcripts = [block for step in policy.waterfall for block in told.of(step)]
    if transcripts:
        yield Fold((f"“{stack.title}” in a small crash: what its rules are asked and say",), transcripts)


def _cells(stage: stages.Stage) -> list[Cell]:
    return [
        Cell(", ".join(map(stages.written, stage.figures)) or "none"),
        Cell(stage.source.text),
        Cell(stages.evidence(stage.source), tone="doubt" if stage.source.mark else ""),
    ]


def slug(name: str) -> str:
    """A name as a part of an anchor."""
    return "".join(letter if letter.isalnum() else "-" for letter in name)


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
            with interruptible(PATIENCE), rationed():
                rule = make(self.catalogue.mechanisms[step.use], step.parameters, "cannot be made with its parameters")
                return "\n".join(played(rule)).rstrip()
        except (Exception, SystemExit) as error:
            return f"No transcript: {one_line(error)}"
