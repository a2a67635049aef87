"""Finished runs on disk, each in a folder named after its key: there completely or not at all."""

import errno
import json
import os
import shutil
import socket
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lastresort.experiments.store.claims import claimed, held_claims, sweep_claims
from lastresort.experiments.store.packing import HEADER, LOG, PARTS, DamagedRunError, Files, unpack
from lastresort.experiments.store.plain_files import read_plain
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord


@dataclass(frozen=True)
class RunStore:
    """The runs in `directory`/runs/<two letters>/<key>/; processes of several machines may share them."""

    directory: Path

    @property
    def runs(self) -> Path:
        """Folder of all runs."""
        return self.directory / "runs"

    @property
    def unfinished(self) -> Path:
        """Folder of what is being written."""
        return self.directory / "unfinished"

    def folder(self, key: str) -> Path:
        """Folder of one run, whether or not it exists."""
        return self.runs / key[:2] / key

    def __contains__(self, key: str) -> bool:
        """Whether a run is stored; looks at its name only, see `sound`."""
        return self.folder(key).is_dir()

    def keys(self) -> Iterator[str]:
        """Yield the key of every run, in no order; links are none."""
        for shelf in _folders(self.runs):
            yield from (entry.name for entry in _folders(Path(shelf.path)))

    def sound(self, key: str) -> bool:
        """Whether a run is stored and all its files are there, with something in them; `read` looks at all of it."""
        try:
            folder = self._own(key)
            header = json.loads(read_plain(folder / HEADER))
            sizes = [_size(folder / name) for name in (*PARTS, LOG)]
            return header["key"] == key and header["sha256"].keys() == PARTS and all(sizes)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return False

    def write(self, key: str, files: Files) -> None:
        """Store the files of a run under its key; where a sound run has it already, that one stays."""
        unfinished = self._mine(key)
        unfinished.mkdir(parents=True, exist_ok=True)
        try:
            for name, content in files.items():
                (unfinished / name).write_bytes(content)
            self._put(unfinished, key)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _mine(self, key: str) -> Path:
        """Where this process, and nobody else, has a run on its way in or out."""
        return self.unfinished / f"{key}-{socket.gethostname()}-{os.getpid()}"

    def _put(self, unfinished: Path, key: str) -> None:
        folder = self.folder(key)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and not self.sound(key):
            shutil.rmtree(folder)
        try:
            unfinished.rename(folder)
        except OSError:
            if not self.sound(key):
                raise

    def read(self, key: str) -> RunRecord:
        """Read a stored run; InputError where it is missing or damaged."""
        folder = self.folder(key)
        try:
            return unpack(self.files(key))
        except (OSError, DamagedRunError) as error:
            raise InputError(f"run '{folder}' is missing or damaged: {error}") from error

    def files(self, key: str) -> dict[str, bytes]:
        """Return the files of a stored run, whatever is in them; OSError where one is missing or leads elsewhere."""
        folder = self._own(key)
        return {name: read_plain(folder / name) for name in (*sorted(PARTS), HEADER, LOG)}

    def header(self, key: str) -> dict[str, Any]:
        """Read everything of a stored run but its tables; InputError where it is missing or damaged."""
        return self._json(key, HEADER)

    def log(self, key: str) -> dict[str, Any]:
        """Read how a stored run went; InputError where it is missing or damaged."""
        log = self._json(key, LOG)
        seconds = log.get("cpu_seconds")
        if not (isinstance(seconds, int | float) and 0 <= seconds < float("inf")):
            raise InputError(f"run '{self.folder(key)}' is missing or damaged: it took {seconds!r} seconds")
        return log

    def remove(self, key: str) -> None:
        """Remove a run, if it is there: it disappears as a whole."""
        doomed = self._mine(key)
        self.unfinished.mkdir(parents=True, exist_ok=True)
        if self.folder(key).exists():
            self.folder(key).rename(doomed)
            shutil.rmtree(doomed)

    def clear(self) -> None:
        """Remove every run, and all that was measured of them; InputError where another process is doing runs."""
        if held_claims(self.directory):
            raise InputError(
                f"another command is doing runs in '{self.directory}': wait for its end, or choose another --out"
            )
        shutil.rmtree(self.directory, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what killed processes left, unfinished runs and claims; what belongs to living ones stays."""
        for unfinished in self.unfinished.iterdir() if self.unfinished.is_dir() else ():
            with claimed(self.directory, unfinished.name.split("-")[0]) as mine:
                if mine:
                    shutil.rmtree(unfinished, ignore_errors=True)
        sweep_claims(self.directory)

    def _json(self, key: str, name: str) -> dict[str, Any]:
        file = self.folder(key) / name
        try:
            self._own(key)
            document = json.loads(read_plain(file))
            if not isinstance(document, dict):
                raise ValueError(f"{name} is no object")
        except (OSError, ValueError, RecursionError) as error:
            raise InputError(f"run '{file.parent}' is missing or damaged: {error}") from error
        return document

    def _own(self, key: str) -> Path:
        """Folder of a run; OSError where the way there is a link."""
        folder = self.folder(key)
        for place in (self.directory, self.runs, folder.parent, folder):
            if place.is_symlink():
                raise OSError(errno.EINVAL, "a link", str(place))
        return folder


def _folders(place: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            return [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def _size(file: Path) -> int:
    """Bytes of a plain file; 0 where it is anything else."""
    found = file.lstat()
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
