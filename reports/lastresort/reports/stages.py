"""Every policy's waterfall, stage by stage: what runs, with which figures, and how well each of them is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lastresort.mechanisms.policy import DOUBTFUL, Engine, Policy, Step

MARKS: Mapping[str, str] = {"remembered": "\N{DAGGER}", "guess": "\N{DOUBLE DAGGER}"}
"""Sign that stands with the word wherever a line or a figure is in doubt; the note of the section explains both."""

NOT_STATED = "not stated"


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


def waterfall(policy: Policy) -> Stack:
    """The lines of a policy, ready for the template."""
    stages, engine = tuple(_stage(step.use, step) for step in policy.waterfall), _stage("the engine", policy.engine)
    return Stack(policy.title, policy.name, policy.suite, policy.summary, stages, engine)


def doubts(policies: Sequence[Policy]) -> tuple[int, int]:
    """How many figures of all lines and engines are remembered or guessed, and how many figures there are."""
    steps = [step for policy in policies for step in policy.waterfall]
    lines: list[Step | Engine] = [*steps, *(policy.engine for policy in policies)]
    doubtful = sum(word in DOUBTFUL for line in lines for word in line.figures.values())
    return doubtful, sum(len(line.parameters) for line in lines)


def shown(value: Any) -> str:
    """A parameter's value as people write it."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,.10g}" if abs(value) >= 1 else f"{value:.4g}"
        case list() | tuple():
            return f"[{', '.join(map(shown, value))}]"
        case dict():
            return f"({', '.join(f'{name} {shown(part)}' for name, part in value.items())})"
    return str(value)


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
        figures=tuple(_known(f"{key} {shown(value)}", evidence.get(key, "")) for key, value in line.parameters.items()),
        source=_known(line.source or NOT_STATED, line.evidence or NOT_STATED),
    )


def _known(text: str, evidence: str) -> Known:
    return Known(text, evidence, MARKS.get(evidence, ""))
