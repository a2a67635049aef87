"""Refuses gigabytes to an answer, where the platform can: on Linux, by a limit on the address space."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "linux":
    import resource

RATION = 4 * 2**30
"""Bytes by which the process may grow, from the start of a run on, before an answer is refused more."""

_ceiling = 0
_usual = (0, 0)


@contextmanager
def rationed() -> Iterator[None]:
    """Within this block `tighten` takes effect: the process may take up what it takes up now, and `RATION` on top."""
    global _ceiling, _usual
    if sys.platform != "linux":
        yield
        return
    before = _ceiling, _usual
    _usual = resource.getrlimit(resource.RLIMIT_AS)
    wanted, soft = _taken_up() + RATION, _usual[0]
    _ceiling = wanted if soft == resource.RLIM_INFINITY or wanted < soft else 0
    try:
        yield
    finally:
        loosen()
        _ceiling, _usual = before


def tighten() -> None:
    """Let requests for memory beyond the ration fail with MemoryError."""
    if sys.platform == "linux" and _ceiling:
        resource.setrlimit(resource.RLIMIT_AS, (_ceiling, _usual[1]))


def loosen() -> None:
    """Let the engine have what the system gives."""
    if sys.platform == "linux" and _ceiling:
        resource.setrlimit(resource.RLIMIT_AS, _usual)


def in_force() -> tuple[int, int]:
    """The limits on the address space, where the platform has any."""
    return resource.getrlimit(resource.RLIMIT_AS) if sys.platform == "linux" else (0, 0)


def _taken_up() -> int:
    """Size of the address space of this process, in bytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()
