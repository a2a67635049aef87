"""Who does which run, where several processes share a store: a lock of the operating system on a file per run.

The lock goes with the process, however it ends, so that no claim outlives its holder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

CLAIMS = "claims"


class Claim:
    """The right to do one run, held until it is released or the process ends."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    def release(self) -> None:
        """Give it up; the file goes first, so that whoever waits for it finds that the run is there."""
        Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()


def claim(store: Path, key: str) -> Claim | None:
    """Claim a run; None where somebody else has."""
    folder = store / CLAIMS
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / key, blocking=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    return Claim(lock)


@contextmanager
def claimed(store: Path, key: str) -> Iterator[bool]:
    """Hold a claim for as long as the block lasts; whether it could be had."""
    mine = claim(store, key)
    try:
        yield mine is not None
    finally:
        if mine is not None:
            mine.release()


def held_claims(store: Path) -> bool:
    """Whether somebody alive is doing a run of this store."""
    sweep_claims(store)
    folder = store / CLAIMS
    return folder.is_dir() and any(folder.iterdir())


def sweep_claims(store: Path) -> None:
    """Remove the files of claims whose holders were killed."""
    folder = store / CLAIMS
    for file in folder.iterdir() if folder.is_dir() else ():
        with claimed(store, file.name):
            pass  # giving a claim up removes its file
