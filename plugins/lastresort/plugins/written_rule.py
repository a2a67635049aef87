"""A rule from a notebook cell, written out as a plugin file: its class, and whatever of the notebook it uses.

So its source has an identity and travels to other processes, like that of any plugin; nothing is pickled.
"""

import ast
import builtins
import linecache
import os
import sys
import textwrap
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from lastresort.mechanisms import contract
from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.errors import InputError

PLAIN = (int, float, str, bool, bytes, type(None))
"""Types whose values are written as they are."""


def written(rule: type[Mechanism]) -> str:
    """Return the text of a plugin file that defines a rule.

    Raises InputError where its source is not known, or where it uses something that cannot be written down, by name.
    """
    parts = _Parts(f"class '{rule.__name__}'")
    parts.add(rule.__name__, rule)
    parts.imports.add("import pluggy")
    hook = f"@pluggy.HookimplMarker('lastresort')\ndef lastresort_mechanisms():\n    return [{rule.__name__}]"
    return "\n\n\n".join(["\n".join(sorted(parts.imports)), *parts.texts.values(), hook]) + "\n"


class _Parts:
    """Lines that import, and texts that define, by name in the order in which they are needed."""

    def __init__(self, place: str) -> None:
        self.imports: set[str] = set()
        self.texts: dict[str, str] = {}
        self._place = place
        self._begun: set[str] = set()

    def add(self, name: str, value: Any) -> None:
        """Make a name mean a value; what it needs comes first."""
        if name in self._begun:
            return
        self._begun.add(name)
        line = _import_of(name, value)
        if line:
            self.imports.add(line)
        elif isinstance(value, type | FunctionType):
            self._define(name, value)
        elif _is_plain(value):
            self.texts[name] = f"{name} = {value!r}"
        else:
            raise InputError(
                f"{self._place}: it uses '{name}', a {type(value).__name__}, which cannot be written down; allowed: "
                "modules, what can be imported, classes and functions of cells, numbers and texts"
            )

    def _define(self, name: str, value: type | FunctionType) -> None:
        source = _source(value, self._place)
        known = _globals(value)
        for used in _names(source):
            if used in known and used != name:
                self.add(used, known[used])
        self.texts[name] = source


def _import_of(name: str, value: Any) -> str:
    """The line that imports a value under a name; "" where none does."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" if value.__name__ == name else f"import {value.__name__} as {name}"
    home, own = getattr(value, "__module__", None), getattr(value, "__name__", name)
    for module, known in ((home, own), (contract.__name__, name), ("typing", name)):
        if has_file(str(module)) and getattr(sys.modules[str(module)], known, None) is value:
            return f"from {module} import {known}" if known == name else f"from {module} import {known} as {name}"
    return ""


def has_file(module: str) -> bool:
    """Whether a module can be imported from elsewhere: it is no program and no notebook."""
    built_in = module in sys.builtin_module_names
    return module != "__main__" and (built_in or bool(getattr(sys.modules.get(module), "__file__", None)))


def _is_plain(value: Any) -> bool:
    if isinstance(value, PLAIN):
        return True
    if isinstance(value, tuple | list | set | frozenset):
        return type(value) in (tuple, list, set) and all(map(_is_plain, value))
    return type(value) is dict and all(_is_plain(part) for pair in value.items() for part in pair)


def _source(value: type | FunctionType, place: str) -> str:
    """Text of a class or function, found by the file or cell of its code."""
    files = [*(code.co_filename for code in _codes(value)), *(() if has_file(value.__module__) else _cells())]
    for file in files:
        text = "".join(linecache.getlines(file))
        for node in ast.walk(ast.parse(text)) if text else ():
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == value.__name__:
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                return textwrap.dedent("\n".join(text.splitlines()[first - 1 : node.end_lineno]))
    raise InputError(f"{place}: the source of '{value.__name__}' is not known; write it to a file")


def _cells() -> list[str]:
    """Texts that are known and lie in no file, the latest first: those of the cells of a notebook."""
    return [name for name in reversed(list(linecache.cache)) if not os.path.isfile(name)]


def _codes(value: type | FunctionType) -> Iterator[CodeType]:
    if isinstance(value, FunctionType):
        yield value.__code__
        return
    for one in list(vars(value).values()):
        function = one.__func__ if isinstance(one, staticmethod | classmethod) else one
        if isinstance(function, FunctionType) and function.__module__ == value.__module__:
            yield function.__code__


def _globals(value: type | FunctionType) -> dict[str, Any]:
    return value.__globals__ if isinstance(value, FunctionType) else vars(sys.modules[value.__module__])


def _names(source: str) -> list[str]:
    """Names that a text reads, in its order, without Python's own."""
    found = [node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    return [name for name in dict.fromkeys(found) if not hasattr(builtins, name)]
