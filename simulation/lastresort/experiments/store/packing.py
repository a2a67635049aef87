"""A run as files: eight Parquet tables, `run.json` with everything else it left behind, `log.json` with how it went.

The bytes of all but `log.json` depend on nothing but the run, so that two machines can be held against each other;
`run.json` also names the platform that it was done on.
"""

import hashlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lastresort.experiments.environment import machine
from lastresort.experiments.folders.seals import DamagedFileError, digests, opened, sealed
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
        "sha256": digests(files),
    }
    told = {"key": key} | {name: getattr(log, name) for name in RunLog.__slots__}
    return files | {HEADER: sealed(header), LOG: sealed(told)}


def inspect(files: Files, key: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and log of the run that some files hold; DamagedRunError where one is not as it was stored."""
    try:
        header, log = header_of(files[HEADER], key), log_of(files[LOG], key)
        if header["sha256"].keys() != PARTS:
            raise DamagedRunError("its tables are others")
        for name, digest in header["sha256"].items():
            if hashlib.sha256(files[name]).hexdigest() != digest:
                raise DamagedRunError(f"{name} is not what was stored")
        return header, log
    except (LookupError, TypeError, AttributeError) as error:
        raise DamagedRunError(str(error)) from error


def header_of(content: bytes, key: str) -> dict[str, Any]:
    """Return everything of a run but its tables; DamagedRunError where it is not as it was stored."""
    return _document(HEADER, content, key)


def log_of(content: bytes, key: str) -> dict[str, Any]:
    """Return how a run went; DamagedRunError where it is not as it was stored."""
    log = _document(LOG, content, key)
    seconds = log.get(EFFORT)
    if not (isinstance(seconds, int | float) and 0 <= seconds < float("inf")):
        raise DamagedRunError(f"it took {seconds!r} seconds")
    return log


def unpack(files: Files, key: str) -> RunRecord:
    """Return the run that some files hold; DamagedRunError where they are not as they were stored."""
    header, log = inspect(files, key)
    try:
        tables = {table: from_parquet(files[f"{table}.parquet"]) for table in TABLES}
        totals = header["totals"] | {EFFORT: float(log[EFFORT])}
        return RunRecord(header["scenario"], header["policy"], int(header["seed"]), **tables, totals=totals)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, OSError) as error:
        raise DamagedRunError(str(error)) from error


def named(record: RunRecord, scenario: str, policy: str) -> RunRecord:
    """The same run under the names it has in this study; another may call the same rules otherwise."""
    return replace(record, scenario=scenario, policy=policy)


def _document(name: str, content: bytes, key: str) -> dict[str, Any]:
    try:
        document = opened(content)
    except DamagedFileError as error:
        raise DamagedRunError(f"{name} is damaged: {error}") from error
    if document.get("key") != key:
        raise DamagedRunError(f"{name} is that of another run")
    return document


def _plain(value: Any) -> Any:
    """A NumPy scalar as the Python number it holds; anything else as it is."""
    return value.item() if hasattr(value, "item") else value
