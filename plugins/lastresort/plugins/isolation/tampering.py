"""Finds what a plugin has replaced in code that is not its own: functions, classes and constants that were there.

What is added is nobody's loss unless it hides what was there, and data may change: caches fill, models are completed
when they are first used. Classes of C extensions cannot be changed from Python and are left out.
"""

import builtins
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import is_not
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

from lastresort.mechanisms.contract.plain_text import escaped

OURS = "lastresort."

OTHERS = (
    "builtins",
    "contextlib",
    "dataclasses",
    "functools",
    "hashlib",
    "io",
    "itertools",
    "json",
    "math",
    "numpy",
    "numpy.linalg",
    "numpy.random",
    "operator",
    "os",
    "os.path",
    "pandas",
    "pickle",
    "pluggy",
    "pydantic",
    "pydantic.main",
    "pyarrow",
    "random",
    "simpy",
    "simpy.core",
    "simpy.events",
    "statistics",
    "struct",
    "time",
)
"""Modules of others that every run depends on."""

_PLAIN = (int, float, str, bool, bytes, tuple, frozenset)
_CODE = (FunctionType, BuiltinFunctionType, type, staticmethod, classmethod, property, cached_property)
_HEAP = 1 << 9
"""The flag of classes that are made at run time, and can be changed."""


class _Name(NamedTuple):
    """What a name meant in a module or a class; `held` goes on to be what that holds."""

    home: Any
    held: Mapping[str, Any]
    name: str
    value: Any


class _Code(NamedTuple):
    """What a function did, which can be replaced while the function stays the same."""

    name: _Name
    function: FunctionType
    code: CodeType
    defaults: tuple[Any, ...] | None
    named: tuple[Any, ...]

    @classmethod
    def of(cls, name: _Name, function: FunctionType) -> "_Code":
        return cls(name, function, function.__code__, function.__defaults__, _named(function))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What modules and classes held at one moment."""

    modules: tuple[tuple[str, ModuleType], ...]
    bases: tuple[tuple[type, tuple[type, ...]], ...]
    known: tuple[tuple[Any, frozenset[str]], ...]
    names: tuple[_Name, ...]
    codes: tuple[_Code, ...]

    def changes(self) -> list[str]:
        """Return the dotted names of what is no longer what it was, each once."""
        found = [name for name, module in self.modules if sys.modules.get(name) is not module]
        found += [_dotted(home) for home, bases in self.bases if home.__bases__ is not bases]
        found += [f"{_dotted(home)}.{name}" for home, known in self.known for name in _in_the_way(home, known)]
        changed = [one for one in self.names if one.held.get(one.name) is not one.value]
        changed += [one.name for one in self.codes if _does_something_else(one)]
        return list(dict.fromkeys(map(escaped, [*found, *(f"{_dotted(one.home)}.{one.name}" for one in changed)])))


def remember() -> Snapshot:
    """Return what our modules and those that every run depends on hold now, as far as they are imported."""
    modules = tuple((name, module) for name, module in sys.modules.copy().items() if _matters(name, module))
    owners = dict.fromkeys(owner for _, module in modules for owner in _classes(module))
    names = [one for _, module in modules for one in _names(module, module.__name__.startswith(OURS))]
    names += [one for owner in owners for one in _names(owner, ours=False)]
    codes = [_Code.of(one, inner) for one in names if type(inner := _inner(one.value)) is FunctionType]
    known = tuple((home, frozenset(vars(home))) for home in (*dict(modules).values(), *owners))
    return Snapshot(modules, tuple((one, one.__bases__) for one in owners), known, tuple(names), tuple(codes))


def _matters(name: str, module: object) -> bool:
    return (name.startswith(OURS) or name in OTHERS) and isinstance(module, ModuleType)


def _classes(module: ModuleType) -> Iterator[type]:
    """Classes in a module that can be changed."""
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__flags__ & _HEAP:
            yield value


def _names(home: Any, ours: bool) -> Iterator[_Name]:
    held = vars(home)
    for name, value in list(held.items()):
        if isinstance(value, _CODE) or (ours and name.isupper() and isinstance(value, _PLAIN)):
            yield _Name(home, held, name, value)
        elif isinstance(home, ModuleType) and callable(value) and not name.startswith("__"):
            yield _Name(home, held, name, value)  # compiled, or with a cache


def _in_the_way(home: Any, known: frozenset[str]) -> Iterator[str]:
    """Names that were added, and hide what a class inherits or what Python brings."""
    for name in vars(home).keys() - known:
        hidden = home.__mro__[1:] if isinstance(home, type) else (builtins,)
        if isinstance(vars(home)[name], _CODE) and any(isinstance(vars(one).get(name), _CODE) for one in hidden):
            yield name


def _inner(value: Any) -> Any:
    """The function in a wrapper."""
    if isinstance(value, FunctionType | type):
        return value
    if isinstance(value, property):
        return value.fget
    if isinstance(value, cached_property):
        return value.func
    return value.__func__ if isinstance(value, staticmethod | classmethod) else getattr(value, "__wrapped__", value)


def _does_something_else(one: _Code) -> bool:
    code, defaults, named = one.function.__code__, one.function.__defaults__, _named(one.function)
    same = code is one.code and defaults is one.defaults and len(named) == len(one.named)
    return not same or any(map(is_not, named, one.named))


def _named(function: Any) -> tuple[Any, ...]:
    """Defaults of arguments that have to be named."""
    return tuple((function.__kwdefaults__ or {}).values())


def _dotted(home: Any) -> str:
    return f"{home.__module__}.{home.__qualname__}" if isinstance(home, type) else str(home.__name__)
