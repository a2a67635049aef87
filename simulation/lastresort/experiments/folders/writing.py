"""Files that are there as a whole or not at all, and one sentence where they cannot be written."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from lastresort.experiments.folders.seals import sealed
from lastresort.experiments.run import RunError

LOCK = ".lock"


def write_whole(file: Path, content: bytes) -> None:
    """Put a file in place in one step: readers see all of it, or what was there before; one writer at a time.

    It is written to `.<name>` first, with a lock in `.<name>.lock`. A killed writer leaves these two behind, and the
    next one takes them over. Raises OSError where the file cannot be written, and leaves nothing then. Nothing waits
    where a stranger has left a pipe.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}")
    lock = FileLock(f"{unfinished}{LOCK}", thread_local=False)
    with lock:
        try:
            unfinished.unlink(missing_ok=True)
            unfinished.write_bytes(content)
            os.replace(unfinished, file)
        finally:
            unfinished.unlink(missing_ok=True)
            Path(lock.lock_file).unlink(missing_ok=True)


def write_json(file: Path, document: Mapping[str, Any]) -> None:
    """Put a JSON document in place as `write_whole` does, sealed."""
    write_whole(file, sealed(document))


def meant(name: str) -> str:
    """Return the name of the file that `write_whole` was writing when it left a file called `name`, or else `name`."""
    return name[1:].removesuffix(LOCK) if name.startswith(".") else name


@contextmanager
def writing_to(directory: Path) -> Iterator[None]:
    """Raise RunError, which says what to do, where a disk is full or gone."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"cannot write to '{directory}': {error.strerror or error}; finished runs are kept, and the same command "
            "resumes"
        ) from error
