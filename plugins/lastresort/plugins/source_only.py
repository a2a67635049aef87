"""Imports from folders of plugin files read the source, never bytecode: that of an older text may look up to date.

Python takes bytecode for current where the source has the same size and the same second of change.
"""

import importlib.machinery
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from lastresort.simulation.waterfall.installed_code import is_installed

_folders: set[str] = set()


class SourceOnly(importlib.machinery.SourceFileLoader):
    """Loads a module from its source."""

    def path_stats(self, path: Any) -> Any:
        """Nothing is known of the source's age, so that no bytecode is looked for, or written."""
        raise OSError


def read_sources_in(folder: str) -> None:
    """From now on what is imported from a folder, or below, is read from its source."""
    _install()
    _folders.add(folder)
    for known in [path for path in sys.path_importer_cache if _lies_in(path)]:
        del sys.path_importer_cache[known]


@cache
def _install() -> None:
    sys.path_hooks.insert(0, _finder)


def _finder(path: str) -> Any:
    if not _lies_in(path) or not os.path.isdir(path):
        raise ImportError
    return _of_folder(path)


_of_folder: Callable[[str], Any] = importlib.machinery.FileFinder.path_hook(
    (importlib.machinery.ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES),
    (SourceOnly, importlib.machinery.SOURCE_SUFFIXES),
)


def _lies_in(path: str) -> bool:
    inside = any(path == folder or path.startswith(folder + os.sep) for folder in _folders)
    return inside and not is_installed(f"{path}{os.sep}")
