"""Runs that did not finish, and why; a run that is done later takes its failure back."""

import json
from dataclasses import dataclass
from pathlib import Path

from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.store.plain_files import read_plain


@dataclass(frozen=True)
class Failures:
    """Why runs failed, in `directory`/failures/<key>.json."""

    directory: Path

    def record(self, key: str, policy: str, seed: int, reason: str) -> None:
        """Write down why a run failed, in place of an earlier reason."""
        write_json(self._file(key), {"key": key, "policy": policy, "seed": seed, "reason": reason})

    def take_back(self, key: str) -> None:
        """The run is done."""
        self._file(key).unlink(missing_ok=True)

    def reason(self, key: str) -> str:
        """Why a run failed; empty where it did not, or nothing is known of it."""
        try:
            return str(json.loads(read_plain(self._file(key)))["reason"])
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            return ""

    def keys(self) -> set[str]:
        """Keys of all runs that failed and were not done later."""
        return {file.stem for file in (self.directory / "failures").glob("*.json")}

    def _file(self, key: str) -> Path:
        return self.directory / "failures" / f"{key}.json"
