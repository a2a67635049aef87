"""Runs that did not finish, and why; a run that is done later takes its failure back."""

from dataclasses import dataclass
from pathlib import Path

from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.store.plain_files import read_sealed
from lastresort.experiments.store.setting_aside import set_aside
from lastresort.mechanisms.contract.plain_text import escaped


@dataclass(frozen=True)
class Failures:
    """Why runs failed, in `directory`/failures/<key>.json."""

    directory: Path

    def record(self, key: str, policy: str, seed: int, reason: str, traceback: str = "") -> None:
        """Write down why a run failed, and the way through its plugin's code, in place of an earlier reason."""
        self.take_back(key)
        told = {"key": key, "policy": policy, "seed": seed, "reason": reason, "traceback": traceback}
        write_json(self._file(key), told)

    def take_back(self, key: str) -> None:
        """The run is done, or fails again; a record that is damaged is set aside, with a warning."""
        if self.flaw(key):
            set_aside(self._file(key), self.directory, f"is damaged ({self.flaw(key)})")
        else:
            self._file(key).unlink(missing_ok=True)

    def reason(self, key: str) -> str:
        """Why a run failed, or that the record of it is damaged; empty where nothing is recorded."""
        flaw = self.flaw(key)
        if flaw:
            return f"not known: its record is damaged ({flaw})"
        return self._read(key).get("reason", "")

    def traceback(self, key: str) -> str:
        """The way through a plugin's code to the failure of a run, escaped; empty where nothing is known of one."""
        return "" if self.flaw(key) else escaped(str(self._read(key).get("traceback", "")))

    def keys(self) -> set[str]:
        """Keys of all runs that failed and were not done later."""
        return {file.stem for file in (self.directory / "failures").glob("*.json")}

    def flaw(self, key: str) -> str:
        """What is wrong with the record of a failure; empty where nothing is, or nothing is recorded."""
        try:
            self._read(key)
        except (OSError, ValueError) as error:
            return str(error)
        return ""

    def _read(self, key: str) -> dict[str, str]:
        """The record of a failure, empty where there is none; OSError or ValueError where it is damaged."""
        try:
            document = read_sealed(self._file(key))
        except FileNotFoundError:
            return {}
        if document.get("key") != key or not isinstance(document.get("reason"), str):
            raise ValueError("it is that of another run")
        return document

    def _file(self, key: str) -> Path:
        return self.directory / "failures" / f"{key}.json"
