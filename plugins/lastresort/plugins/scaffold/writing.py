"""Put new files on disk, never over old ones, and all of them or none."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from lastresort.plugins.errors import InputError, one_line


def write_new(roots: Sequence[Path], files: Mapping[Path, str]) -> None:
    """Write files whose paths all lie in one of `roots`, or are one.

    Raises InputError where a root exists already, and where a file cannot be written; then nothing is left.
    """
    for root in roots:
        if root.exists() or root.is_symlink():
            raise InputError(f"cannot write '{root}': it exists already; allowed: a new name, or another folder")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            _take_back(roots)
            raise InputError(f"cannot write '{path}': {one_line(error)}") from error


def _take_back(roots: Sequence[Path]) -> None:
    for root in roots:
        if root.is_dir():
            shutil.rmtree(root, ignore_errors=True)
        elif root.exists():
            root.unlink()
