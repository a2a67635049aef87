"""Half of the work on a second core, where there is one: a copy of this process does it, and says what came of it."""

import os
import pickle
import select
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

PATIENCE = 5.0
"""Seconds, and as many times its own half, that this process waits for the other half before it does that too."""


def both_halves(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return what `work` makes of each item, in their order; it must depend on nothing else, and change nothing.

    Where the copy fails, for whatever reason, its half is done here, and what that raises is raised.
    """
    if len(items) < 2 or not _has_two():
        return [work(item) for item in items]
    mine, others = items[::2], items[1::2]
    reader, process = _begun(work, others)
    begun = monotonic()
    try:
        done = [work(item) for item in mine]
        said = _heard(reader, 2 * (monotonic() - begun) + PATIENCE * (1 + monotonic() - begun))
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(reader)
    rest: list[Result] = [work(item) for item in others] if said is None else pickle.loads(said)
    return [half[place // 2] for place, half in ((k, rest if k % 2 else done) for k in range(len(items)))]


def _has_two() -> bool:
    """Copies of a process are made of Linux only: elsewhere libraries do not bear it."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def _begun(work: Callable[[Item], Result], items: Sequence[Item]) -> tuple[int, int]:
    """The end of a pipe to read from, and the copy that writes into the other."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return reader, process
    try:
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump([work(item) for item in items], pipe, protocol=5)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _heard(reader: int, seconds: float) -> bytes | None:
    """All that the copy writes; None where it is not done in time, or has written nothing whole."""
    parts, until = list[bytes](), monotonic() + seconds
    while select.select([reader], [], [], max(until - monotonic(), 0.0))[0]:
        part = os.read(reader, 2**24)
        if not part:
            whole = b"".join(parts)
            return whole if whole.endswith(b".") else None
        parts.append(part)
    return None
