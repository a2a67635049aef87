"""See which columns a rule reads: those are the ones worth showing next to its answer."""

from dataclasses import fields, is_dataclass
from typing import Any


def watched(view: Any, read: set[str]) -> Any:
    """Return the same view, which notes in `read` the name of every field that is looked at, in its own views too."""
    kind = type(view)
    names = {field.name for field in fields(view)}

    def note(self: Any, name: str) -> Any:
        if name in names:
            read.add(name)
        return object.__getattribute__(self, name)

    spy = type(kind.__name__, (kind,), {"__getattribute__": note})
    return spy(**{name: _watched_inside(getattr(view, name), read) for name in names})


def _watched_inside(value: Any, read: set[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_watched_inside(one, read) for one in value)
    return watched(value, read) if is_dataclass(value) else value
