"""What a file holds, in a word: so it is noticed when it changes."""

import stat
from hashlib import sha256
from pathlib import Path

from lastresort.plugins.plugin_content import folder_files

LARGEST = 64 * 2**20
"""Bytes of a file whose change is noticed."""


def digest(file: Path) -> str:
    """The sha256 (hex) of a plain file, or of the names of a folder's files; empty where it is none, or too large."""
    try:
        if file.is_dir():
            return sha256("\n".join(map(str, folder_files(file))).encode()).hexdigest()
        found = file.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            return ""
        return sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""
