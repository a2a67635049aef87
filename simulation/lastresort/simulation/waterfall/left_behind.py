"""What an answer of a rule that is not built in leaves changed in its process: mended, and refused where it is a deed.

Standard output, NumPy's ways with floating-point errors and the depth of recursion are put back without a word. A
thread, another handler of a signal, a hook that watches the program, or another limit has no business in an answer.
"""

import _thread
import signal
import sys
import threading
from collections.abc import Callable
from operator import is_
from typing import Any, NamedTuple

import numpy as np

from lastresort.simulation.waterfall import memory_limit, time_limit

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_handler: Callable[[int], Any] = getattr(signal.getsignal, "__wrapped__", signal.getsignal)  # makes no enumerations
_blocked: Callable[[int, tuple[()]], Any] = getattr(signal, "pthread_sigmask", lambda how, mask: frozenset())
_BLOCK = int(getattr(signal, "SIG_BLOCK", 0))


class Surroundings(NamedTuple):
    """What a process has around an answer."""

    threads: int
    mask: Any
    limits: tuple[int, int]
    recursion: int
    floating: dict[str, Any]
    handlers: tuple[Any, ...]
    hooks: tuple[Any, ...]
    streams: tuple[Any, ...]


_OBJECTS = Surroundings._fields.index("handlers")
"""The first of the fields that hold objects of anybody's, whose own comparison is not asked."""


def surroundings() -> Surroundings:
    """As they are."""
    return Surroundings(
        _thread._count(),
        _blocked(_BLOCK, ()),
        memory_limit.in_force(),
        sys.getrecursionlimit(),
        np.geterr(),  # type: ignore[arg-type]
        (_handler(_SIGNALS[0]), _handler(_SIGNALS[1])),
        (sys.gettrace(), sys.getprofile(), sys.excepthook, sys.unraisablehook, threading.excepthook),
        (sys.stdout, sys.stderr, sys.stdin),
    )


def deed_since(before: Surroundings) -> str:
    """What is different and should not be, as what a rule did; "" where nothing is. Everything is put back."""
    found, disturbed = surroundings(), time_limit.is_disturbed()
    handlers = _same(found.handlers, before.handlers) and not disturbed
    hooks, streams = _same(found.hooks, before.hooks), _same(found.streams, before.streams)
    if found[:_OBJECTS] == before[:_OBJECTS] and handlers and hooks and streams:
        return ""
    _put_back(before, found, disturbed)
    deeds = {
        "left a thread running": found.threads > before.threads,
        "blocked a signal": found.mask != before.mask,
        "changed what a signal does": not handlers,
        "set a hook that watches the program": not hooks,
        "changed the limits of its process": found.limits != before.limits,
    }
    return next((deed for deed, done in deeds.items() if done), "")


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return all(map(is_, one, other))


def _put_back(before: Surroundings, found: Surroundings, disturbed: bool) -> None:
    sys.stdout, sys.stderr, sys.stdin = before.streams
    sys.setrecursionlimit(before.recursion)
    np.seterr(**before.floating)
    if not _same(found.hooks, before.hooks):
        sys.settrace(before.hooks[0])
        sys.setprofile(before.hooks[1])
        sys.excepthook, sys.unraisablehook, threading.excepthook = before.hooks[2:]
    if threading.current_thread() is threading.main_thread():
        _put_signals_back(before, found)
    if disturbed:
        time_limit.mend()


def _put_signals_back(before: Surroundings, found: Surroundings) -> None:
    for number, handler, other in zip(_SIGNALS, before.handlers, found.handlers, strict=True):
        if handler is not other and handler is not None:
            signal.signal(number, handler)
    if found.mask != before.mask:
        signal.pthread_sigmask(signal.SIG_SETMASK, before.mask)
