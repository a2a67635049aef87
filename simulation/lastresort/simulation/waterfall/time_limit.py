"""Interrupts answers that never end, where the platform can: on POSIX, in the main thread, between two instructions."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

PATIENCE = 10.0
"""Seconds that an answer may take, where nobody says otherwise."""

_patience = 0.0


class OutOfTime(BaseException):
    """An answer took too long; no Exception, so that a rule that catches every Exception does not catch this one."""


@contextmanager
def interruptible(patience: float = PATIENCE) -> Iterator[None]:
    """Within this block `start` takes effect: an answer may take `patience` seconds."""
    global _patience
    if not _possible():
        yield
        return
    before = _patience, signal.signal(signal.SIGALRM, _interrupt)
    _patience = patience
    try:
        yield
    finally:
        stop()
        _patience, handler = before
        signal.signal(signal.SIGALRM, handler)


def start() -> None:
    """Raise OutOfTime in this thread when patience is at its end, unless `stop` is called before."""
    if _patience and _possible():
        signal.setitimer(signal.ITIMER_REAL, _patience)


def stop() -> None:
    """The answer is there."""
    if _patience and _possible():
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def _possible() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise OutOfTime(f"took more than {_patience:g} s")
