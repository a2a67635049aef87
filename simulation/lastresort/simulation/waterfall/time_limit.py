"""Interrupts answers that never end, where the platform can: on POSIX, in the main thread, between two instructions.

Answers are many and short, alarms are dear: one is set where none is, and when it goes off, it is set again for what is
left to the answer that is then awaited.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

from lastresort.simulation.waterfall.interrupts import noticed

PATIENCE = 10.0
"""Seconds that an answer may take, where nobody says otherwise."""

_patience = 0.0
_thread = 0
_set = False
_asked: float | None = None
_tell: Callable[[float], None] | None = None


class OutOfTime(BaseException):
    """An answer took too long; no Exception, so that a rule that catches every Exception does not catch this one."""


@contextmanager
def interruptible(patience: float = PATIENCE) -> Iterator[None]:
    """Within this block `start` takes effect: an answer may take `patience` seconds. The user's Ctrl-C is noticed."""
    with noticed():
        if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            with _alarmed(patience):
                yield
        else:
            yield


@contextmanager
def _alarmed(patience: float) -> Iterator[None]:
    global _patience, _thread
    before = _patience, signal.signal(signal.SIGALRM, _interrupt)
    _patience, _thread = patience, threading.get_ident()
    _clear()
    try:
        yield
    finally:
        _clear()
        _patience, handler = before
        signal.signal(signal.SIGALRM, handler)


def tell_of(tell: Callable[[float], None]) -> None:
    """From now on call `tell` when an answer is asked for, with the time at which it is late, and with 0 at its end.

    The time is that of the monotonic clock: whoever is told may end this process.
    """
    global _tell
    _tell = tell


def start() -> None:
    """Raise OutOfTime in this thread when patience is at its end, unless `stop` is called before."""
    global _set, _asked
    if _patience and threading.get_ident() == _thread:
        _asked = monotonic()
        if _tell:
            _tell(_asked + _patience)
        if not _set:
            _set = True
            signal.setitimer(signal.ITIMER_REAL, _patience)


def stop() -> None:
    """The answer is there."""
    global _asked
    if _patience and threading.get_ident() == _thread:
        _asked = None
        if _tell:
            _tell(0.0)


def check() -> None:
    """Raise OutOfTime where patience is at its end, also if whoever was asked has caught it once, or put it off."""
    if _patience and _asked is not None and threading.get_ident() == _thread and monotonic() - _asked > _patience:
        raise OutOfTime(exceeded())


def exceeded() -> str:
    """What an answer did that took too long."""
    return f"took more than {_patience:g} s"


def is_disturbed() -> bool:
    """Whether somebody has changed what the clock needs: the handler of its signal, or its timer."""
    if not _patience or threading.get_ident() != _thread:
        return False
    if signal.getsignal(signal.SIGALRM) is not _interrupt:
        return True
    return _set and signal.getitimer(signal.ITIMER_REAL)[0] == 0.0 and _is_still_set()


def _is_still_set() -> bool:
    """The alarm may go off while it is looked at: its handler runs before the next call."""
    return _set


def mend() -> None:
    """Set handler and timer again; the next answer sets the alarm."""
    if _patience and threading.get_ident() == _thread:
        signal.signal(signal.SIGALRM, _interrupt)
        _clear()


def _clear() -> None:
    global _set, _asked
    _set, _asked = False, None
    signal.setitimer(signal.ITIMER_REAL, 0.0)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    global _set
    _set = False
    if _asked is None:
        return
    left = _asked + _patience - monotonic()
    if left <= 0:
        raise OutOfTime(exceeded())
    _set = True
    signal.setitimer(signal.ITIMER_REAL, left)
