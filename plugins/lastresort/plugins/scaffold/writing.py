"""Put new files on disk, never over old ones."""

from collections.abc import Mapping
from pathlib import Path

from lastresort.plugins.errors import InputError, one_line


def write_new(root: Path, files: Mapping[Path, str]) -> None:
    """Write files whose paths all lie in `root`, or are `root`; raises InputError where `root` exists already."""
    if root.exists() or root.is_symlink():
        raise InputError(f"cannot write '{root}': it exists already; allowed: a new name, or another folder")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise InputError(f"cannot write '{path}': {one_line(error)}") from error
