"""Tells the user's Ctrl-C from a KeyboardInterrupt that a rule raises itself: the first comes with a signal."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_listening = False
_came = False


@contextmanager
def noticed() -> Iterator[None]:
    """Within this block `came` knows whether the user has interrupted; the handler in force goes on to do its work."""
    global _listening, _came
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler, before = signal.getsignal(signal.SIGINT), (_listening, _came)
    _listening, _came = True, False
    if callable(handler):  # else the system ends the process, or nobody is interrupted
        signal.signal(signal.SIGINT, _noting(handler))
    try:
        yield
    finally:
        if callable(handler):
            signal.signal(signal.SIGINT, handler)
        _listening, _came = before[0], before[1] or _came


def _noting(handler: "signal._HANDLER") -> "signal._HANDLER":
    def note(signum: int, frame: FrameType | None) -> None:
        global _came
        _came = True
        assert callable(handler)
        handler(signum, frame)

    return note


def came() -> bool:
    """Whether the user has interrupted since the block began; no where nobody listens."""
    return _came and _listening


def may_have_come() -> bool:
    """Whether a KeyboardInterrupt in this thread may be the user's: where nobody listens it may."""
    return threading.current_thread() is threading.main_thread() and (_came or not _listening)
