"""What is said twice."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

Said = TypeVar("Said", bound=Hashable)


def first_repeated(items: Iterable[Said]) -> Said | None:
    """Return the first item that came before, or None where all differ."""
    seen: set[Said] = set()
    for item in items:
        if item in seen:
            return item
        seen.add(item)
    return None
