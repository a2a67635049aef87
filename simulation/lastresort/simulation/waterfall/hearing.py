"""Runs the code of one rule for one answer, within its limits; whatever ends it is the rule's failure, in words."""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from lastresort.mechanisms.contract import MechanismError, RuleLateError, RuleLeftError
from lastresort.mechanisms.contract.plain_text import UNREADABLE, escaped, kind_and_text, own_cause, type_name
from lastresort.simulation.waterfall import (
    file_guard,
    interrupts,
    kept_tracebacks,
    memory_limit,
    own_frames,
    time_limit,
)
from lastresort.simulation.waterfall.advice import advice
from lastresort.simulation.waterfall.taken_answers import NotTakenError


class Heard(NamedTuple):
    """What a rule said, or how it failed, in words; `cause` is the exception behind that, if it is one of Python's.

    `kind` is the error to be raised. `traceback` is the way through the rule's code to its failure.
    """

    said: Any = None
    failure: str = ""
    cause: BaseException | None = None
    kind: type[MechanismError] = MechanismError
    traceback: str = ""


def hear(rule: object, answer: Callable[[Any], Any], view: Any) -> Heard:
    """Ask `answer`, code of a rule, about a view. Only the user's own interrupt is raised."""
    try:
        heard = Heard(_limited(rule, answer, view))
    except time_limit.OutOfTime as error:
        heard = _failed(rule, error, time_limit.exceeded(), RuleLateError)
    except MemoryError as error:
        heard = _failed(rule, error, f"ran out of memory: {memory_limit.RATION / 2**30:g} GiB are allowed")
    except NotTakenError as error:
        heard = Heard(failure=str(error))
    except KeyboardInterrupt as error:
        if interrupts.may_have_come():
            raise
        heard = _raised(rule, error)
    except BaseException as error:  # whatever else a rule leaves with ends its run, and not the program
        heard = _raised(rule, error)
    if interrupts.came():
        raise KeyboardInterrupt
    return heard


def _raised(rule: object, error: BaseException) -> Heard:
    """Reading the text of an exception may run code of the rule, too."""
    try:
        text = _limited(rule, kind_and_text, error)
    except BaseException:
        text = f"{type_name(error)}, {UNREADABLE}"
    kind = MechanismError if issubclass(type(error), Exception) else RuleLeftError
    failed = _failed(rule, error, f"raised {text}{advice(error)}", kind)
    return failed._replace(cause=own_cause(error))


def _failed(rule: object, error: BaseException, how: str, kind: type[MechanismError] = MechanismError) -> Heard:
    """Where in its own code a rule failed, and the way there."""
    homes = own_frames.homes_of(rule)
    try:
        traceback = _limited(rule, partial(own_frames.told, homes=homes), error)
    except BaseException:
        traceback = ""
    place = own_frames.place(error, homes)
    failure = f"{place}, {how}" if place else how
    kept_tracebacks.keep(escaped(failure), traceback)
    return Heard(failure=failure, kind=kind, traceback=traceback)


def _limited(rule: object, work: Callable[[Any], Any], view: Any) -> Any:
    """What a rule prints goes to stderr: stdout is for results."""
    stdout, sys.stdout = sys.stdout, sys.stderr
    before = file_guard.watch(rule)
    try:
        time_limit.start()
        memory_limit.tighten()
        return work(view)
    finally:
        time_limit.stop()
        memory_limit.loosen()
        file_guard.unwatch(before)
        sys.stdout = stdout
