"""Finished runs on disk, each in a folder named after its key: there completely or not at all."""

import errno
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lastresort.experiments.store.claims import claimed, held_claims, sweep_claims
from lastresort.experiments.store.packing import (
    HEADER,
    LOG,
    PARTS,
    DamagedRunError,
    Files,
    header_of,
    inspect,
    log_of,
    unpack,
)
from lastresort.experiments.store.plain_files import read_plain
from lastresort.experiments.store.setting_aside import is_there, set_aside
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord

AGAIN = "'lastresort verify --repair' does it again"


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
        """Whether a run is stored as it was written: all its files are read and held against their seals."""
        return not self.flaw(key)

    def flaw(self, key: str) -> str:
        """What is wrong with a run, as `sound` finds it; empty where nothing is."""
        try:
            inspect(self.files(key), key)
        except (OSError, DamagedRunError) as error:
            return _clause(error)
        return ""

    def refuse_damage(self, key: str) -> None:
        """Raise InputError where a run is missing or damaged; see `sound`."""
        with self._refusing(key):
            inspect(self.files(key), key)

    def kept(self, key: str) -> bool:
        """Whether a sound run is stored; one that is not is set aside, with a warning. To be called by who does it."""
        flaw = self.flaw(key)
        if flaw and is_there(self.folder(key)):
            set_aside(self.folder(key), self.directory, f"is damaged ({flaw})")
        return not flaw

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
        self.kept(key)
        try:
            unfinished.rename(folder)
        except OSError:
            if not self.sound(key):
                raise

    def read(self, key: str) -> RunRecord:
        """Read a stored run; InputError where it is missing or damaged."""
        with self._refusing(key):
            return unpack(self.files(key), key)

    def files(self, key: str) -> dict[str, bytes]:
        """Return the files of a stored run, whatever is in them; OSError where one is missing or leads elsewhere."""
        folder = self._own(key)
        return {name: read_plain(folder / name) for name in (*sorted(PARTS), HEADER, LOG)}

    def header(self, key: str) -> dict[str, Any]:
        """Read everything of a stored run but its tables; InputError where it is missing or damaged."""
        with self._refusing(key):
            return header_of(read_plain(self._own(key) / HEADER), key)

    def log(self, key: str) -> dict[str, Any]:
        """Read how a stored run went; InputError where it is missing or damaged."""
        with self._refusing(key):
            return log_of(read_plain(self._own(key) / LOG), key)

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

    @contextmanager
    def _refusing(self, key: str) -> Iterator[None]:
        try:
            yield
        except (OSError, DamagedRunError) as error:
            raise InputError(f"run '{self.folder(key)}' is missing or damaged: {_clause(error)}; {AGAIN}") from error

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
    except (FileNotFoundError, NotADirectoryError):
        return []


def _clause(error: Exception) -> str:
    """What is wrong with a run, and in which file."""
    if isinstance(error, OSError) and error.filename:
        return f"{Path(error.filename).name}: {error.strerror}"
    return str(error)
