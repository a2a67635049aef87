"""Tracebacks of what rules raised while somebody examines them, by the sentences that tell of it."""

from collections.abc import Iterator
from contextlib import contextmanager

MOST = 100
"""Sentences whose tracebacks are kept."""

_kept: dict[str, str] | None = None


@contextmanager
def keeping() -> Iterator[dict[str, str]]:
    """Within this block the first tracebacks are kept in the dictionary, by what a rule is said to have done."""
    global _kept
    before, _kept = _kept, {}
    try:
        yield _kept
    finally:
        _kept = before


def keep(failure: str, traceback: str) -> None:
    """Keep a traceback where somebody wants them."""
    if _kept is not None and len(_kept) < MOST:
        _kept.setdefault(failure, traceback)
