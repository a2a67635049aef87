"""Run what a plugin does while it is loaded: not for ever, and without a word on stdout, which is for results."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TypeVar

from lastresort.mechanisms.contract.plain_text import own_cause
from lastresort.plugins.errors import InputError
from lastresort.simulation.waterfall import file_guard, interrupts, own_frames, time_limit
from lastresort.simulation.waterfall.advice import advice

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


def load(what: Callable[[], Loaded], where: str, homes: Collection[str] = (), file: str = "") -> Loaded:
    """Return what a plugin's code returns; what it prints goes to stderr.

    Whatever the code leaves with, also after `PATIENCE` seconds, is an InputError that begins with `where` and the line
    of the plugin's own at which it failed; only the user's own KeyboardInterrupt is not. `homes` are the top-level
    modules of an installed plugin, `file` is the plugin file that `where` speaks of.
    """
    with time_limit.interruptible(PATIENCE if _patience is None else _patience):
        try:
            with redirect_stdout(sys.stderr), file_guard.loading():
                time_limit.start()
                return what()
        except BaseException as error:
            if interrupts.came() or (issubclass(type(error), KeyboardInterrupt) and interrupts.may_have_come()):
                raise KeyboardInterrupt from None
            failure = _failure(error, where, homes, file)
            cause = own_cause(error)
        finally:
            time_limit.stop()
        raise failure from cause


def _failure(error: BaseException, where: str, homes: Collection[str], file: str) -> InputError:
    own = [call for call in own_frames.calls(error, homes) if call.own]
    if own and own[-1].file != file:
        place = f", {own_frames.short(own[-1].file)}, line {own[-1].line}"
    else:
        place = f", line {own[-1].line if own else 1}" if file else ""
    sentence = f"{where}{place}: {own_frames.said(error)}{advice(error)}"
    return InputError(sentence, own_frames.told(error, homes))
