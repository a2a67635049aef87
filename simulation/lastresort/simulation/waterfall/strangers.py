"""Which rules are strangers' code, around whose answers a lot is done; built-in rules need none of it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import MethodType

_guarded = True
_ours: dict[type, bool] = {}


@contextmanager
def unguarded() -> Iterator[None]:
    """Within this block nothing is contained, so that a debugger can stop in a rule and stay as long as it likes.

    No answer has a limit of time or memory, files and processes are anybody's, and a view can be damaged.
    """
    global _guarded
    before, _guarded = _guarded, False
    try:
        yield
    finally:
        _guarded = before


def guarded() -> bool:
    """Whether rules are contained."""
    return _guarded


def is_built_in(answer: object) -> bool:
    """Whether whoever answers is a rule of ours: a method of a class that our own packages define."""
    return type(answer) is MethodType and is_ours(type(answer.__self__))


def is_ours(rule: type) -> bool:
    """Whether our own packages define a class."""
    if rule not in _ours:
        _ours[rule] = _is_defined_by_us(rule)
    return _ours[rule]


def _is_defined_by_us(rule: type) -> bool:
    home, name = type.__dict__["__module__"].__get__(rule), type.__dict__["__name__"].__get__(rule)
    module = sys.modules.get(home) if type(home) is str and home.startswith("lastresort.") else None
    return module is not None and vars(module).get(name) is rule and _lies_with_us(getattr(module, "__file__", None))


def _lies_with_us(file: object) -> bool:
    return isinstance(file, str) and file.startswith(tuple(sys.modules["lastresort"].__path__))
