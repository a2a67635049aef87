"""What a plugin that is given by its path consists of: a Python file, or a folder of them."""

import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from lastresort.simulation.waterfall.installed_code import is_installed

INIT = "__init__.py"


def folder_files(folder: Path) -> list[Path]:
    """Return the Python files in a folder and below, sorted, but for tests, what is hidden, and what is installed."""
    return sorted(_files(folder.resolve()))


def content(path: Path) -> dict[str, bytes]:
    """Return what a plugin file, or the files of a folder, hold, by the path from where it lies; raises OSError."""
    if not path.is_dir():
        return {path.name: path.read_bytes()}
    home = path.resolve()
    return {f"{path.name}/{file.relative_to(home).as_posix()}": file.read_bytes() for file in folder_files(path)}


def content_digest(path: Path) -> str:
    """Return the sha256 (hex) of a plugin file's bytes, or of the files of a folder; raises OSError."""
    if not path.is_dir():
        return sha256(path.read_bytes()).hexdigest()
    return sha256(
        json.dumps([[name, sha256(one).hexdigest()] for name, one in content(path).items()]).encode()
    ).hexdigest()


def is_test(name: str) -> bool:
    """Whether a file or a folder of this name holds tests, or belongs to tools."""
    return name.startswith(("test_", ".")) or name in ("tests", "conftest.py", "setup.py", "noxfile.py", "__pycache__")


def _files(folder: Path) -> Iterator[Path]:
    for one in folder.iterdir():
        if is_test(one.name) or is_installed(f"{one}{os.sep}"):
            continue
        if one.is_dir() and not (one / "pyvenv.cfg").exists():
            yield from _files(one)
        elif one.suffix == ".py" and one.is_file():
            yield one
