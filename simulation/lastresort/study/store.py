"""Runs on disk: one folder per policy and seed, there completely or not at all."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord

TABLES = ("accounts", "strategies", "books", "series", "events")
TOTALS = "totals.json"


@dataclass(frozen=True)
class RunStore:
    """The runs of one output folder, `directory`/runs/<policy>/<seed>/: five Parquet tables and totals.json."""

    directory: Path

    @property
    def runs(self) -> Path:
        """Folder of all runs."""
        return self.directory / "runs"

    def folder(self, policy: str, seed: int) -> Path:
        """Folder of one run, whether or not it exists."""
        return self.runs / policy / str(seed)

    def key(self, policy: str, seed: int) -> str | None:
        """Key of a stored run; None where there is none, or where a file of it is missing or damaged."""
        folder = self.folder(policy, seed)
        if not all((folder / f"{table}.parquet").is_file() for table in TABLES):
            return None
        try:
            return str(self._header(policy, seed)["key"])
        except (OSError, ValueError, KeyError):
            return None

    def write(self, record: RunRecord, key: str) -> None:
        """Store a run under its key, in place of an earlier run of the same policy and seed."""
        folder = self.folder(record.policy, record.seed)
        unfinished = folder.with_name(f".{record.seed}-{os.getpid()}")
        unfinished.mkdir(parents=True)
        write_record(record, key, unfinished)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.rename(folder)

    def read(self, policy: str, seed: int) -> RunRecord:
        """Read a stored run; InputError where it is missing or damaged."""
        folder = self.folder(policy, seed)
        try:
            header = self._header(policy, seed)
            tables = {table: pd.read_parquet(folder / f"{table}.parquet") for table in TABLES}
            return RunRecord(header["scenario"], policy, seed, **tables, totals=header["totals"])
        except (OSError, ValueError, KeyError) as error:
            raise InputError(f"run '{folder}' is missing or damaged: {error}") from error

    def totals(self, policy: str, seed: int) -> dict[str, Any]:
        """Read the totals of a stored run."""
        totals: dict[str, Any] = self._header(policy, seed)["totals"]
        return totals

    def scenarios(self) -> set[str]:
        """Names of the scenarios of all stored runs."""
        stored = [header.parent for header in self.runs.glob(f"[!.]*/[!.]*/{TOTALS}")]
        return {str(self._header(folder.parent.name, int(folder.name))["scenario"]) for folder in stored}

    def sweep(self) -> None:
        """Remove what killed processes left unfinished."""
        for unfinished in self.runs.glob("*/.*"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def _header(self, policy: str, seed: int) -> dict[str, Any]:
        header: dict[str, Any] = json.loads((self.folder(policy, seed) / TOTALS).read_text(encoding="utf-8"))
        return header


def write_record(record: RunRecord, key: str, folder: Path) -> None:
    """Write the tables and totals of a run into an existing folder; the bytes depend on nothing but the record."""
    for table in TABLES:
        getattr(record, table).to_parquet(folder / f"{table}.parquet", index=False)
    header = {
        "key": key,
        "scenario": record.scenario,
        "policy": record.policy,
        "seed": record.seed,
        "totals": {name: _plain(value) for name, value in record.totals.items()},
    }
    (folder / TOTALS).write_text(json.dumps(header, indent=2) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """A NumPy scalar as the Python number it holds; anything else as it is."""
    return value.item() if hasattr(value, "item") else value
