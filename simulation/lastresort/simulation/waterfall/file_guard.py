"""Refuses a rule files that it does not declare: what is read there would change its answers unseen.

Python tells an audit hook of every file that is opened through it, whoever opens it; once set, a hook stays for good.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from lastresort.mechanisms.contract.data_files import data_files

CODE = (".py", ".pyc", ".pyd", ".so", ".nbi", ".nbc")
"""Endings of files that hold code: of those that belong to a rule, its identity knows."""

SYSTEM = ("/dev/", "/proc/", "/sys/", "/etc/")
"""Beginnings of what the system says of itself."""

_asked: object = None
"""The rule whose code is running: its class, or a bound method of it; None where no rule's is."""


class UndeclaredFileError(OSError):
    """A rule opens a file that it does not declare."""


def watch(rule: object) -> None:
    """From now on the code of a rule is running: its class, or a bound method that is asked."""
    global _asked
    _set_hook()
    _asked = rule


def unwatch() -> None:
    """It has come to its end."""
    global _asked
    _asked = None


@contextmanager
def listening() -> Iterator[list[str]]:
    """Within this block nothing is refused, and what is opened for reading is noted in the list."""
    opened: list[str] = []
    watch(opened)
    try:
        yield opened
    finally:
        unwatch()


@cache
def _set_hook() -> None:
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _asked is None or event != "open":
        return
    path, mode, flags = arguments
    if isinstance(path, str | bytes | os.PathLike) and _reads(mode, flags):
        _judge(os.path.realpath(os.fsdecode(path)))


def _judge(path: str) -> None:
    if path.endswith(CODE) or path.startswith((*SYSTEM, *_prefixes())) or os.path.isdir(path):
        return
    if isinstance(_asked, list):
        _asked.append(path)
    elif path not in map(str, data_files(_rule())):
        name = os.path.basename(path)
        raise UndeclaredFileError(f"it opens '{path}', which it does not declare; allowed: data = ['{name}']")


def _rule() -> type:
    return _asked if isinstance(_asked, type) else type(getattr(_asked, "__self__", None))


def _reads(mode: str | None, flags: int) -> bool:
    return "r" in mode or "+" in mode if mode else flags & os.O_ACCMODE != os.O_WRONLY


@cache
def _prefixes() -> tuple[str, ...]:
    """Folders of Python, of what is installed beside it, and of ourselves."""
    folders = (sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.modules["lastresort"].__path__)
    return tuple({os.path.realpath(one) + os.sep for one in folders})
