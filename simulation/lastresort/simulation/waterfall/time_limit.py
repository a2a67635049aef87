"""Interrupts answers that never end, where the platform can: on POSIX, in the main thread."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_seconds = 0.0


@contextmanager
def interruptible() -> Iterator[None]:
    """Within this block `limit` takes effect."""
    if not _possible():
        yield
        return
    before = signal.signal(signal.SIGALRM, _interrupt)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def limit(seconds: float) -> None:
    """Raise TimeoutError in this thread after `seconds` unless called again; zero means no limit."""
    global _seconds
    if _possible():
        _seconds = seconds
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _possible() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"took more than {_seconds:g} s")
