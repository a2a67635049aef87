"""Where in a plugin's own code something went wrong, and the way there; nothing that an exception says is believed.

A frame is the plugin's own where its file is neither ours nor installed, or where its module lies in one of `homes`:
the names of the top-level modules of a plugin that is itself installed.
"""

import linecache
import os
import sys
import traceback
from collections.abc import Collection, Iterator
from types import FrameType, MethodType
from typing import Any, NamedTuple

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.contract.plain_text import escaped, kind_and_text
from lastresort.simulation.waterfall.installed_code import is_installed

LONGEST = 8_000
"""Characters of a traceback that are kept."""

FIRST, LAST = 10, 20
"""Calls of a traceback that are told: the outermost and the innermost."""

MOST_CAUSES = 5
"""Exceptions behind an exception that are told."""

_BROKEN_TEXT = (SyntaxError, IndentationError, TabError)
_held = vars(BaseException)


class Call(NamedTuple):
    """One call that an exception came through: its file, line, function, and whether it is the plugin's own."""

    file: str
    line: int
    function: str
    own: bool


def calls(error: BaseException, homes: Collection[str] = ()) -> list[Call]:
    """Return every call that an exception came through, the innermost last; text that is no Python is the last one."""
    found = [_call(frame, line, homes) for frame, line in traceback.walk_tb(_held["__traceback__"].__get__(error))]
    return [*found, *_broken_text(error)]


def place(error: BaseException, homes: Collection[str] = ()) -> str:
    """Return the deepest line of the plugin's own, as in "my_rules/parts.py, line 3"; "" where there is none."""
    own = [call for call in calls(error, homes) if call.own]
    return f"{short(own[-1].file)}, line {own[-1].line}" if own else ""


def blamed(error: BaseException, homes: Collection[str] = ()) -> str:
    """Return the kind of an exception and the first line of its text, after the deepest line of the plugin's own."""
    where = place(error, homes)
    return f"{where}: {said(error)}" if where else said(error)


def short(file: str) -> str:
    """A path from the package that a file lies in, or its bare name: the same on every machine."""
    folder, parts = os.path.dirname(file), [os.path.basename(file)]
    while folder and os.path.isfile(os.path.join(folder, "__init__.py")):
        parts.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    return escaped("/".join(parts))


def told(error: BaseException, homes: Collection[str] = ()) -> str:
    """Return the traceback from the first call of the plugin's own on, causes first; it is escaped and cut.

    The texts of exceptions are asked for, which may run code of the plugin.
    """
    parts = [_told(one, homes) for one in _behind(error)]
    text = "\n\nafter which\n\n".join(parts)
    return escaped(text if len(text) <= LONGEST else f"... {text[-LONGEST:]}")


def said(error: BaseException) -> str:
    """Return the kind of an exception and the first line of its text; of broken Python without its place."""
    if type(error) in _BROKEN_TEXT:
        return escaped(f"{type(error).__name__}: {_seen(error, 'msg')}")
    return kind_and_text(error).split("\n")[0].partition(". All model fields")[0]


def homes_of(rule: object) -> frozenset[str]:
    """Names of the top-level modules that a rule's class and those above it come from, whatever they say."""
    kind: Any = (
        type(rule.__self__) if type(rule) is MethodType else rule if issubclass(type(rule), type) else type(rule)
    )
    rules = (one for one in type.__dict__["__mro__"].__get__(kind) if issubclass(one, Mechanism))
    modules = (type.__dict__["__module__"].__get__(one) for one in rules)
    return frozenset(name.partition(".")[0] for name in modules if type(name) is str) - {"lastresort"}


def _call(frame: FrameType, line: int, homes: Collection[str]) -> Call:
    file, module = frame.f_code.co_filename, dict.get(frame.f_globals, "__name__")
    top = module.partition(".")[0] if type(module) is str else ""
    return Call(file, line, frame.f_code.co_name, _is_own(file, top in homes))


def _broken_text(error: BaseException) -> Iterator[Call]:
    if type(error) in _BROKEN_TEXT:
        file, line = _seen(error, "filename"), _seen(error, "lineno")
        if type(file) is str and type(line) is int:
            yield Call(file, line, "", _is_own(file, at_home=False))


def _seen(error: BaseException, name: str) -> Any:
    return vars(SyntaxError)[name].__get__(error)


def _is_own(file: str, at_home: bool) -> bool:
    if file.startswith("<"):  # made by a library, but for the cell of a notebook, whose text is known
        return file in linecache.cache
    return at_home or not (is_installed(file) or file.startswith(tuple(sys.modules["lastresort"].__path__)))


def _behind(error: BaseException) -> list[BaseException]:
    """The exceptions that led to an exception, first to last, and itself."""
    found = [error]
    while len(found) <= MOST_CAUSES:
        last = found[-1]
        hidden = _held["__suppress_context__"].__get__(last)
        before = _held["__cause__"].__get__(last) or (None if hidden else _held["__context__"].__get__(last))
        if before is None or any(one is before for one in found):
            break
        found.append(before)
    return found[::-1]


def _told(error: BaseException, homes: Collection[str]) -> str:
    way = calls(error, homes)
    first = next((number for number, call in enumerate(way) if call.own), 0)
    way = way[first:]
    left_out = len(way) - FIRST - LAST
    lines = [line for call in way[:FIRST] for line in _lines(call)]
    lines += [f"  ... {left_out} more calls"] if left_out > 0 else []
    lines += [line for call in way[max(FIRST, len(way) - LAST) :] for line in _lines(call)]
    return "\n".join([*lines, kind_and_text(error)])


def _lines(call: Call) -> Iterator[str]:
    inside = f", in {call.function}" if call.function else ""
    yield f'  File "{call.file}", line {call.line}{inside}'
    linecache.checkcache(call.file)
    source = linecache.getline(call.file, call.line).strip()
    if source:
        yield f"    {source}"
