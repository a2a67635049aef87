"""Runs the code of one rule for one answer, within its limits; whatever ends it is the rule's failure, in words."""

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from lastresort.mechanisms.contract import MechanismError, RuleLateError, RuleLeftError
from lastresort.mechanisms.contract.plain_text import UNREADABLE, kind_and_text, own_cause, type_name
from lastresort.simulation.waterfall import file_guard, interrupts, memory_limit, time_limit
from lastresort.simulation.waterfall.taken_answers import NotTakenError


class Heard(NamedTuple):
    """What a rule said, or how it failed, in words; `cause` is the exception behind that, if it is one of Python's.

    `kind` is the error to be raised.
    """

    said: Any = None
    failure: str = ""
    cause: BaseException | None = None
    kind: type[MechanismError] = MechanismError


def hear(rule: object, answer: Callable[[Any], Any], view: Any) -> Heard:
    """Ask `answer`, code of a rule, about a view. Only the user's own interrupt is raised."""
    try:
        heard = Heard(_limited(rule, answer, view))
    except time_limit.OutOfTime:
        heard = Heard(failure=time_limit.exceeded(), kind=RuleLateError)
    except MemoryError:
        heard = Heard(failure=f"ran out of memory: {memory_limit.RATION / 2**30:g} GiB are allowed")
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
    return Heard(failure=f"raised {text}", cause=own_cause(error), kind=kind)


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
