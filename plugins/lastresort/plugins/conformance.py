"""A test kit for plugin authors: does my mechanism keep to the contract?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Answer, Mechanism, MechanismError, RuleLeftError, Waterfall
from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.plugins.answers import answered
from lastresort.plugins.testing.questioning import NOBODY, WIDEST, Ask, Earlier, fresh
from lastresort.plugins.testing.small_crash.scenes import question_all
from lastresort.simulation.waterfall.rulebook import Rulebook


def check_mechanism(mechanism: Mechanism, reference: bool = False) -> list[str]:
    """Take a mechanism through the small crash under the engine's own checks, and return its breaches of the contract.

    Each breach is one sentence that begins with the question; like the engine, the kit stops at the first one, but it
    tells the crash twice, the second time as if earlier stages had asked to share every loss at once. An empty list
    means that none was found, and that two fresh mechanisms with the same parameters gave the same answers. The
    mechanism itself is not asked, so its state stays as it is. Only in a `reference` may it use Payer.BACKSTOP.
    """
    return list(dict.fromkeys(breach.sentence for breach in breaches(mechanism, reference)))


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach of the contract, which begins with the question; `left` where the rule left instead of answering.

    A rule leaves by an exit, an interruption, or by taking too long.
    """

    sentence: str
    left: bool = False


def breaches(mechanism: Mechanism, reference: bool = False) -> Iterator[Breach]:
    """Yield what `check_mechanism` tells, as it is found."""
    for earlier in (NOBODY, WIDEST):
        yield from _breaches(mechanism, earlier, reference)


def as_engine(mechanism: Mechanism, reference: bool = False) -> Ask:
    """Ask a mechanism as the engine asks the only stage of a policy, a contender or a `reference`.

    The answers are validated; a bad one raises MechanismError.
    """
    answers = {question: getattr(mechanism, question) for question in answered(type(mechanism))}
    return engine_over(str(mechanism.name), answers, reference)


def engine_over(name: str, answers: Mapping[str, Callable[[Any], Any]], reference: bool = False) -> Ask:
    """Ask whoever answers the questions, under a name, as the engine asks the only stage of a policy."""
    asked: dict[str, Any] = {question: (Answer(0, name, put),) for question, put in answers.items()}
    rulebook = Rulebook(Waterfall(**asked, reference=reference))

    def ask(question: str, view: Any) -> Any:
        put = getattr(rulebook, question)
        answer = put(view, rulebook.losses[0]) if question in LOSSES else put(view)
        return list(answer) if isinstance(answer, Iterator) else answer

    return ask


def _breaches(mechanism: Mechanism, earlier: Earlier, reference: bool) -> Iterator[Breach]:
    questions = answered(type(mechanism))
    one, other = (question_all(questions, as_engine(fresh(mechanism), reference), earlier) for _ in range(2))
    try:
        for first, second in zip(one, other, strict=True):
            if not same(first.answer, second.answer):
                rule = "two fresh mechanisms gave different answers; draw only from event.random()"
                yield Breach(f"{first.question}: {rule}")
                return
    except MechanismError as error:
        yield Breach(f"{error.question}: {error.rule}", isinstance(error, RuleLeftError))


def same(one: Any, other: Any) -> bool:
    """Whether two answers are equal, column by column, NaN included."""
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one is other or np.array_equal(one, other, equal_nan=isinstance(one, float | np.ndarray)))
