"""Refuses a rule files that it does not declare, which would change its answers unseen, and deeds that are not its own.

Python tells an audit hook of every file that is opened through it and of much else that is done, whoever does it; once
set, a hook stays for good.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from lastresort.mechanisms.contract.data_files import data_files
from lastresort.simulation.waterfall import deeds
from lastresort.simulation.waterfall.strangers import guarded

CODE = (".py", ".pyc", ".pyd", ".so", ".nbi", ".nbc")
"""Endings of files that hold code: of those that belong to a rule, its identity knows."""

SYSTEM = ("/dev/", "/proc/", "/sys/", "/etc/", "/usr/share/", "/usr/local/share/", "/usr/lib/", "/var/lib/", "/System/")
"""Beginnings of what the system says of itself: zones of time, languages, fonts."""


class _Watched(threading.local):
    """What a thread is doing for a stranger.

    `rule` is the rule whose code is running, its class or a bound method of it, or None; `opened` is the list in which
    files are noted that are opened while a plugin is loaded, or None; `loading` says whether one is.
    """

    rule: object = None
    opened: list[str] | None = None
    loading: bool = False


_watched = _Watched()
_contained = False


class UndeclaredFileError(OSError):
    """A rule opens a file that it does not declare."""


@contextmanager
def watching(rule: object) -> Iterator[None]:
    """Within this block the code of a rule is running: its class, or a bound method that is asked."""
    before = watch(rule)
    try:
        yield
    finally:
        unwatch(before)


def watch(rule: object) -> object:
    """From now on the code of a rule is running; returns whose was before, for `unwatch`."""
    _set_hook()
    before, _watched.rule = _watched.rule, rule if guarded() else None
    return before


def unwatch(before: object = None) -> None:
    """It has come to its end."""
    _watched.rule = before


@contextmanager
def loading() -> Iterator[None]:
    """Within this block a plugin is loaded: it begins and ends no process, and changes files in caches only."""
    _set_hook()
    before, _watched.loading = _watched.loading, guarded()
    try:
        yield
    finally:
        _watched.loading = before


@contextmanager
def listening() -> Iterator[list[str]]:
    """Within this block no file is refused, and what is opened for reading is noted in the list."""
    _set_hook()
    before, _watched.opened = _watched.opened, []
    try:
        yield _watched.opened
    finally:
        _watched.opened = before


def contain() -> None:
    """From now on, for good and in all threads, what `loading` refuses is refused: this process is that of a plugin."""
    global _contained
    _set_hook()
    _contained = True


@cache
def _set_hook() -> None:
    deeds.find_folders()
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, str | bytes | os.PathLike):
            _judge(path, mode, flags)
    elif event in deeds.EVENTS and _is_confined():
        done = deeds.deed(event, arguments, _watched.rule is not None)
        if done:
            raise deeds.RefusedDeedError(f"it {done}, which {_who()} may not")


def _is_confined() -> bool:
    return _watched.rule is not None or _watched.loading or _contained


def _judge(path: str | bytes | os.PathLike[Any], mode: str | None, flags: int) -> None:
    asked = _watched.rule is not None
    if _is_confined() and deeds.writes(mode, flags):
        real = os.path.realpath(os.fsdecode(path))
        if not deeds.may_write(real, asked):
            raise deeds.RefusedDeedError(f"it opens '{real}' to write, which {_who()} may not")
    if (asked or _watched.opened is not None) and _reads(mode, flags):
        _judge_reading(os.path.realpath(os.fsdecode(path)))


def _judge_reading(path: str) -> None:
    anybodys = (*SYSTEM, *deeds.installed_folders(), *(deeds.caches() if _watched.rule is None else ()))
    if path.endswith(CODE) or path.startswith(anybodys) or os.path.isdir(path):
        return
    if _watched.rule is None:
        assert _watched.opened is not None
        _watched.opened.append(path)
    elif path not in map(str, data_files(_rule())):
        name = os.path.basename(path)
        raise UndeclaredFileError(f"it opens '{path}', which it does not declare; allowed: data = ['{name}']")


def _who() -> str:
    return "a rule" if _watched.rule is not None else "a plugin"


def _rule() -> type:
    rule = _watched.rule
    return rule if isinstance(rule, type) else type(getattr(rule, "__self__", None))


def _reads(mode: str | None, flags: int) -> bool:
    return "r" in mode or "+" in mode if mode else flags & os.O_ACCMODE != os.O_WRONLY
