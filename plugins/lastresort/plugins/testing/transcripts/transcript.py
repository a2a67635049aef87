"""A mechanism's part in the small crash, as a text: moment by moment, what it saw and what it said."""

import inspect
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from textwrap import wrap
from typing import Any

from lastresort.mechanisms.contract import JointLoss, Mechanism
from lastresort.plugins.answers import answered
from lastresort.plugins.conformance import engine_over
from lastresort.plugins.testing.questioning import fresh
from lastresort.plugins.testing.small_crash.moments import MOMENTS, Moment
from lastresort.plugins.testing.small_crash.scenes import Asked, question_all
from lastresort.plugins.testing.transcripts import answer_tables, answers_in_words
from lastresort.plugins.testing.transcripts.watching import watched

WIDTH = 110
Read = dict[str, set[str]]


def transcript(mechanism: type[Mechanism]) -> str:
    """Return the whole text for a mechanism with its default parameters."""
    title = _title(mechanism, str(mechanism.name))
    return "\n".join([*title, *_parameters(mechanism()), "", *played(mechanism())])


def retitled(text: str, mechanism: type[Mechanism], name: str) -> str:
    """Return a mechanism's transcript as that of a copy under another name."""
    old = "\n".join(_title(mechanism, str(mechanism.name)))
    return "\n".join(_title(mechanism, name)) + text.removeprefix(old)


def _title(mechanism: type[Mechanism], name: str) -> list[str]:
    summary = inspect.cleandoc(mechanism.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    return wrap(f"{name}: {summary}", WIDTH)


def played(mechanism: Mechanism) -> Iterator[str]:
    """Yield the lines of the crash as a fresh mechanism with the same parameters lives through it."""
    asked, read = _witnessed(mechanism)
    for moment in MOMENTS:
        yield from _headline(moment)
        now = [one for one in asked if one.moment is moment]
        for one in now:
            yield from _scene(one, read[one.question])
        if not now:
            yield from ("", f"  Not asked: {_reason(answered(type(mechanism)))}.")
        yield ""


def questions_in_words(mechanism: type[Mechanism]) -> list[str]:
    """The questions that a mechanism answers, as one would put them."""
    return [in_words(question) for question in answered(mechanism)]


def in_words(question: str) -> str:
    """One question of the contract as one would put it, with its name."""
    first = inspect.cleandoc(getattr(Mechanism, question).__doc__ or "").replace("\n", " ")
    return f"{first.split('? ')[0]}? ({question})" if "? " in first else f"What happened? ({question})"


def _witnessed(mechanism: Mechanism) -> tuple[list[Asked], Read]:
    """Everything that is asked and answered, and which columns the rule looked at for each question.

    A rule is told as in a reference: who may use Payer.BACKSTOP is for the rehearsal of a policy to say.
    """
    read: Read = defaultdict(set)
    rule, questions = fresh(mechanism), answered(type(mechanism))
    said: list[Any] = []

    def witness(question: str, view: Any) -> Any:
        said.append(getattr(rule, question)(watched(view, read[question])))
        return said[-1]

    answers = {question: partial(witness, question) for question in questions}
    asked = list(question_all(questions, engine_over(str(rule.name), answers, reference=True)))
    return [one._replace(answer=own) for one, own in zip(asked, said, strict=True)], read


def _parameters(mechanism: Mechanism) -> list[str]:
    values = [f"{name} = {getattr(mechanism, name)}" for name in type(mechanism).model_fields]
    return wrap(f"With {', '.join(values)}.", WIDTH) if values else []


def _headline(moment: Moment) -> list[str]:
    major, small = moment.mark
    line = f"{moment.time:,.0f} s, {moment.title}: the major market at {major:.2f}, the small one at {small:.2f}"
    return [line, "-" * len(line)]


def _scene(asked: Asked, read: set[str]) -> Iterator[str]:
    """One question: its words, what was seen beside what was said, and what it amounts to, market by market."""
    yield from ("", f"  {in_words(asked.question)}")
    for number, one in enumerate(_parts(asked)):
        yield from ("",) if number else ()
        yield from _part(one, read)


def _parts(asked: Asked) -> list[Asked]:
    """A joint question in parts, one for each of its events."""
    if not isinstance(asked.view, JointLoss):
        return [asked]
    events = asked.view.events
    answers = [None] * len(events) if asked.answer is None else asked.answer.allocations
    return [asked._replace(view=event, answer=one) for event, one in zip(events, answers, strict=True)]


def _part(asked: Asked, read: set[str]) -> Iterator[str]:
    view, answer = asked.view, asked.answer
    about, seen = answers_in_words.asked_about(view), answer_tables.scalars(view, read)
    yield from _wrapped(about)
    yield from _wrapped(f"Also seen: {', '.join(seen)}." if seen else "")
    for table in (
        answer_tables.main_table(asked.question, view, read, answer),
        answer_tables.pool_table(view, read, answer),
    ):
        yield from ("", *(f"    {line}".rstrip() for line in table)) if table else ()
    told = _wrapped(answers_in_words.told(asked.question, view, answer))
    yield from ("", *told) if told else ()


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _reason(questions: tuple[str, ...]) -> str:
    if "liquidate" in questions:
        return "nobody is below maintenance margin"
    return "nothing happened" if questions == ("observe",) else "there is nothing to share"
