"""Run what a plugin does while it is loaded: not for ever, and without a word on stdout, which is for results."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TypeVar

from lastresort.simulation.waterfall import time_limit

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


def load(what: Callable[[], Loaded]) -> Loaded:
    """Return what a plugin's code returns; what it prints goes to stderr.

    Raises whatever the code raises, SystemExit too, and OutOfTime after `PATIENCE` seconds.
    """
    with time_limit.interruptible(PATIENCE if _patience is None else _patience), redirect_stdout(sys.stderr):
        time_limit.start()
        try:
            return what()
        finally:
            time_limit.stop()
