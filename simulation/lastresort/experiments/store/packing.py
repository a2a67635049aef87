"""A run as files: eight Parquet tables, `run.json` with everything else it left behind, `log.json` with how it went.

The bytes of all but `log.json` depend on nothing but the run, so that two machines can be held against each other;
`run.json` also names the platform that it was done on.
"""

import hashlib
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lastresort.experiments.environment import machine
from lastresort.experiments.keys import all_versions
from lastresort.experiments.store.parquet import from_parquet, to_parquet
from lastresort.simulation.recording.record import TABLES, RunRecord

PARTS = frozenset(f"{table}.parquet" for table in TABLES)
"""The files of the tables."""

HEADER = "run.json"
LOG = "log.json"
EFFORT = "cpu_seconds"
"""The one total that says something about the machine and nothing about the run."""

LONGEST_PRINT = 20_000
"""Characters of what rules print that are kept of a run."""

Files = Mapping[str, bytes]


class DamagedRunError(ValueError):
    """The files of a run are not what they were when it was stored."""


@dataclass(frozen=True, slots=True)
class RunLog:
    """How a run went: CPU seconds, when it started (UTC, ISO 8601), on which host, and what its rules printed."""

    cpu_seconds: float
    started: str
    host: str
    printed: str = ""

    @classmethod
    def of(cls, record: RunRecord, started: datetime, printed: str = "") -> "RunLog":
        """How a run went that this process has just finished."""
        kept = printed if len(printed) <= LONGEST_PRINT else f"{printed[:LONGEST_PRINT]}..."
        return cls(float(record.totals[EFFORT]), started.isoformat(timespec="seconds"), socket.gethostname(), kept)


def pack(record: RunRecord, key: str, log: RunLog) -> dict[str, bytes]:
    """Return a run as the files it is stored in."""
    files = {f"{table}.parquet": to_parquet(getattr(record, table)) for table in TABLES}
    header = {
        "key": key,
        "scenario": record.scenario,
        "policy": record.policy,
        "seed": record.seed,
        "versions": all_versions(),
        "platform": machine(),
        "totals": {name: _plain(value) for name, value in record.totals.items() if name != EFFORT},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    told = {name: getattr(log, name) for name in RunLog.__slots__}
    return files | {HEADER: _json(header), LOG: _json(told)}


def unpack(files: Files) -> RunRecord:
    """Return the run that some files hold; DamagedRunError where they are not as they were stored."""
    try:
        header, log = json.loads(files[HEADER]), json.loads(files[LOG])
        if header["sha256"].keys() != PARTS:
            raise DamagedRunError("its tables are others")
        for name, digest in header["sha256"].items():
            if hashlib.sha256(files[name]).hexdigest() != digest:
                raise DamagedRunError(f"{name} is not what was stored")
        tables = {table: from_parquet(files[f"{table}.parquet"]) for table in TABLES}
        effort = float(log["cpu_seconds"])
        if not 0 <= effort < float("inf"):
            raise DamagedRunError(f"it took {effort} seconds")
        totals = header["totals"] | {EFFORT: effort}
        return RunRecord(header["scenario"], header["policy"], int(header["seed"]), **tables, totals=totals)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, OSError) as error:
        raise DamagedRunError(str(error)) from error


def named(record: RunRecord, scenario: str, policy: str) -> RunRecord:
    """The same run under the names it has in this study; another may call the same rules otherwise."""
    return replace(record, scenario=scenario, policy=policy)


def _json(document: Any) -> bytes:
    return (json.dumps(document, indent=2) + "\n").encode()


def _plain(value: Any) -> Any:
    """A NumPy scalar as the Python number it holds; anything else as it is."""
    return value.item() if hasattr(value, "item") else value
