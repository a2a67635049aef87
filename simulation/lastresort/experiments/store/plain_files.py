"""Files of folders that may come from a stranger: read where they are plain, refused where they lead elsewhere."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lastresort.experiments.folders.seals import opened, parsed
from lastresort.plugins.errors import InputError


def read_plain(file: Path) -> bytes:
    """Return the content of a regular file; OSError where it is a link, a pipe or a device, or is missing."""
    if not stat.S_ISREG(file.lstat().st_mode):
        raise OSError(errno.EINVAL, "not a plain file", str(file))
    return file.read_bytes()


def read_sealed(file: Path, parse: Callable[[bytes], Any] = parsed) -> dict[str, Any]:
    """Return a sealed document; OSError as `read_plain`, DamagedFileError where it is not as it was written."""
    return opened(read_plain(file), parse)


def refuse_links(*folders: Path) -> None:
    """Raise InputError where one of these folders, if it is there, holds a link: reading or writing would follow it."""
    for folder in folders:
        if folder.is_dir():
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        raise InputError(f"'{entry.path}' is a link, and a folder of results holds none: remove it")
