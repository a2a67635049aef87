"""What two instances of a rule would share: data on its class and in its module."""

import pickle
import sys
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from lastresort.mechanisms.contract import Mechanism

State = dict[str, bytes]


def shared_state(mechanism: type[Mechanism]) -> State:
    """Return everything a rule's classes and their modules hold that can be written down, by name."""
    return {name: kept for name, value in _places(mechanism) if (kept := _written(value)) is not None}


def changed(before: State, after: State) -> list[str]:
    """Return the names of what is no longer what it was."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _places(mechanism: type[Mechanism]) -> Iterator[tuple[str, Any]]:
    for owner in mechanism.__mro__[: mechanism.__mro__.index(Mechanism)]:
        for name, value in vars(owner).items():
            if not name.startswith("__") and name != "_abc_impl":
                yield f"{owner.__name__}.{name}", value
        for name, value in vars(sys.modules[owner.__module__]).items():
            if not name.startswith("__"):
                yield name, value


def _written(value: Any) -> bytes | None:
    if isinstance(value, type | FunctionType | ModuleType):
        return None
    try:
        return pickle.dumps(value)
    except Exception:
        return None
