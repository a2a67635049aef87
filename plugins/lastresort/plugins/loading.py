"""Run what a plugin does while it is loaded: not for ever, and without a word on stdout, which is for results."""

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import TypeVar

from lastresort.simulation.waterfall import time_limit

PATIENCE = 60.0
"""Seconds that a plugin may take to be imported, and to say what it brings."""

Loaded = TypeVar("Loaded")


def load(what: Callable[[], Loaded]) -> Loaded:
    """Return what a plugin's code returns; what it prints goes to stderr.

    Raises whatever the code raises, SystemExit too, and OutOfTime after `PATIENCE` seconds.
    """
    with time_limit.interruptible(PATIENCE), redirect_stdout(sys.stderr):
        time_limit.start()
        return what()
