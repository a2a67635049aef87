"""Modules that lie beside a plugin file: it may import them, and a changed one is read again."""

import contextlib
import importlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lastresort.plugins.source_only import read_sources_in

PLUGIN_FILE = "lastresort_plugin_"
"""What names of modules that are plugin files begin with."""

_brought: set[str] = set()
"""Names of all modules that plugin files have imported from their own folders."""


@contextmanager
def beside(folder: Path) -> Iterator[None]:
    """Within this block modules of `folder` can be imported by their bare names.

    Those that a plugin file imported before are forgotten, and so are modules of the same names that another plugin
    file brought from its own folder: neither a changed module nor a namesake is taken for what lies here.
    """
    here = str(folder.resolve())
    for name in [name for name in _brought & sys.modules.keys() if _of_folder(name, here)]:
        del sys.modules[name]
    before = set(sys.modules)
    sys.path.insert(0, here)
    read_sources_in(here)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(here)
        _brought.update(name for name in sys.modules.keys() - before if _file(name).startswith(here + os.sep))


def import_all(files: Iterable[Path], folder: Path, package: str) -> None:
    """Import modules of a folder, so that an import inside a function finds them later; one that fails, fails then.

    Those that are there already, by whatever name, stay; `package` is what stands for the folder.
    """
    there = {str(getattr(module, "__file__", None)) for module in sys.modules.copy().values()}
    for file in sorted(files):
        if file.is_relative_to(folder) and str(file) not in there:
            name = ".".join(part for part in file.relative_to(folder).with_suffix("").parts if part != "__init__")
            for whole in filter(None, (name, f"{package}.{name}")):
                with contextlib.suppress(Exception):
                    importlib.import_module(whole)
                    break


def _of_folder(name: str, folder: str) -> bool:
    """Whether a module lies in a folder, or another there has its name."""
    top = Path(folder) / name.partition(".")[0]
    return _file(name).startswith(folder + os.sep) or top.is_dir() or top.with_suffix(".py").is_file()


def _file(name: str) -> str:
    return "" if name.startswith(PLUGIN_FILE) else str(getattr(sys.modules[name], "__file__", None))
