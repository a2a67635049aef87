"""Every policy's waterfall, stage by stage: what runs, with which figures, and how well each of them is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lastresort.mechanisms.policy import DOUBTFUL, Policy, Step

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
    """A policy and its lines, from top to bottom."""

    title: str
    name: str
    suite: str
    summary: str
    stages: tuple[Stage, ...]


def waterfall(policy: Policy) -> Stack:
    """The lines of a policy, ready for the template."""
    return Stack(policy.title, policy.name, policy.suite, policy.summary, tuple(map(_stage, policy.waterfall)))


def doubts(policies: Sequence[Policy]) -> tuple[int, int]:
    """How many figures of all lines are remembered or guessed, and how many figures there are."""
    steps = [step for policy in policies for step in policy.waterfall]
    doubtful = sum(word in DOUBTFUL for step in steps for word in step.figures.values())
    return doubtful, sum(len(step.parameters) for step in steps)


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


def _stage(step: Step) -> Stage:
    return Stage(
        name=step.use,
        figures=tuple(
            _known(f"{name} {shown(value)}", step.figures.get(name, "")) for name, value in step.parameters.items()
        ),
        source=_known(step.source or NOT_STATED, step.evidence or NOT_STATED),
    )


def _known(text: str, evidence: str) -> Known:
    return Known(text, evidence, MARKS.get(evidence, ""))
