"""Run what a plugin does while it is loaded: not for ever, and without a word on stdout, which is for results."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TypeVar

from lastresort.mechanisms.contract.plain_text import own_cause
from lastresort.plugins.errors import InputError, one_line
from lastresort.simulation.waterfall import file_guard, interrupts, time_limit

PATIENCE = 60.0
"""Seconds that a plugin may take to be imported, and to say what it brings."""

Loaded = TypeVar("Loaded")


_patience: float | None = None


@contextmanager
def patient(seconds: float) -> Iterator[None]:
    """Within this block a plugin may take `seconds` instead."""
    global _patience
    before, _patience = _patience, seconds
    try:
        yield
    finally:
        _patience = before


def load(what: Callable[[], Loaded], where: Callable[[BaseException], str]) -> Loaded:
    """Return what a plugin's code returns; what it prints goes to stderr.

    Whatever the code leaves with, also after `PATIENCE` seconds, is an InputError that begins with `where`, a function
    of the exception; only the user's own KeyboardInterrupt is not.
    """
    with time_limit.interruptible(PATIENCE if _patience is None else _patience):
        try:
            with redirect_stdout(sys.stderr), file_guard.loading():
                time_limit.start()
                return what()
        except BaseException as error:
            if interrupts.came() or (issubclass(type(error), KeyboardInterrupt) and interrupts.may_have_come()):
                raise KeyboardInterrupt from None
            sentence, cause = f"{where(error)}: {one_line(error)}", own_cause(error)
        finally:
            time_limit.stop()
        raise InputError(sentence) from cause
