"""Which files of code are part of Python itself, or of what is installed beside it."""

import os
import sysconfig
from functools import cache


def is_installed(file: str) -> bool:
    """Whether a file, given by its absolute path, is nobody's who writes a rule here: a library, or Python's own."""
    return file.startswith(_folders())


@cache
def _folders() -> tuple[str, ...]:
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return tuple({os.path.realpath(sysconfig.get_path(name)) + os.sep for name in names})
