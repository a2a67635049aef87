"""Modules that lie beside a plugin file: it may import them, and a changed one is read again."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLUGIN_FILE = "lastresort_plugin_"
"""What names of modules that are plugin files begin with."""

_folders: dict[str, frozenset[str]] = {}
"""Folders of plugin files, and the names of all modules that were there before the first plugin of each."""


@contextmanager
def beside(folder: Path) -> Iterator[None]:
    """Within this block, and later inside functions, modules of `folder` can be imported by their bare names.

    What plugin files imported from their folders before is forgotten, so that neither a changed module nor one of the
    same name in another folder is taken for it.
    """
    for name in [name for name in sys.modules if _is_beside(name)]:
        del sys.modules[name]
    here = str(folder.resolve())
    _folders.setdefault(here, frozenset(sys.modules))
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)
        if here not in sys.path:
            sys.path.append(here)


def _is_beside(name: str) -> bool:
    file = str(getattr(sys.modules[name], "__file__", None))
    brought = any(file.startswith(folder + os.sep) and name not in before for folder, before in _folders.items())
    return brought and not name.startswith(PLUGIN_FILE)
