"""What has been measured of runs, written down line by line: one file per writer, so that no two write to the same.

Each line is a JSON object with the `key` of a measurement, its numbers and its CRC-32. A line that is not as it was
written, or that a killed process left torn, is not read: its file is set aside, and another process measures again.
"""

import io
import math
import os
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lastresort.experiments.folders.seals import opened_line, sealed_line
from lastresort.experiments.folders.writing import write_whole
from lastresort.experiments.store.plain_files import read_plain, refuse_links
from lastresort.experiments.store.setting_aside import set_aside

if TYPE_CHECKING:
    import pandas as pd

KEY = "key"

LINES = re.compile(rb"(?:\{[^{}\[\]\n]*\}\n)+")
"""What a journal is made of; the parser would follow nested values until its stack is full."""


@dataclass(frozen=True, slots=True)
class _File:
    """What is in a file of a journal: a table of its sound lines, these lines if others are not, and what is wrong."""

    table: "pd.DataFrame"
    lines: bytes
    flaw: str


class MeasurementLog:
    """Measurements of runs by key, in the folder `directory`/scores/<version of what measures>."""

    def __init__(self, directory: Path, version: str) -> None:
        self._store = directory
        self.folder = directory / "scores" / version

    def read(self) -> "pd.DataFrame":
        """Return all measurements, one row per key, with the key as index.

        A file with damaged lines is set aside, with a warning, and its sound lines are written down again.
        """
        import pandas as pd

        tables = []
        for place in self._places():
            found = _read(place)
            tables.append(found.table)
            if found.flaw:
                set_aside(place, self._store, found.flaw)
                self._keep(found.lines)
        if not tables:
            return _nothing()
        frame = pd.concat(tables)
        return frame[~frame.index.duplicated()]

    def flaws(self) -> Iterator[str]:
        """Yield a sentence for each file with damaged lines; nothing is changed."""
        for place in self._places():
            flaw = _read(place).flaw
            if flaw:
                yield f"'{place}' {flaw}"

    def append(self, key: str, numbers: Mapping[str, float]) -> None:
        """Write a measurement down; NaN becomes null."""
        line = {KEY: key} | {name: None if math.isnan(value) else float(value) for name, value in numbers.items()}
        with self._mine.open("ab") as file:
            file.write(sealed_line(line))

    @cached_property
    def _mine(self) -> Path:
        refuse_links(self._store, self.folder.parent)
        self.folder.mkdir(parents=True, exist_ok=True)
        return self._new()

    def _new(self) -> Path:
        return self.folder / f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.jsonl"

    def _places(self) -> list[Path]:
        refuse_links(self._store, self.folder.parent, self.folder)
        return sorted(self.folder.glob("*.jsonl"))

    def _keep(self, lines: bytes) -> None:
        """Write the sound lines of a damaged file down again; where that cannot be, they are measured again."""
        with suppress(OSError):
            if lines:
                write_whole(self._new(), lines)


def _read(place: Path) -> _File:
    """The lines of a file, each held against its end; one that is torn, or an empty file, has none."""
    try:
        *lines, torn = read_plain(place).split(b"\n")
    except OSError as error:
        return _File(_nothing(), b"", f"cannot be read ({error.strerror})")
    if torn or not lines:
        lines.append(torn)
    documents = list(map(opened_line, lines))
    damaged = [number for number, document in enumerate(documents, 1) if document is None]
    try:
        table = _table([document for document in documents if document is not None])
    except (ValueError, KeyError, TypeError, NotImplementedError) as error:
        return _File(_nothing(), b"", f"holds no measurements ({error})")
    if not damaged:
        return _File(table, b"", "")
    sound = b"".join(line + b"\n" for line, document in zip(lines, documents, strict=True) if document is not None)
    return _File(table, sound, f"is damaged in {len(damaged):,} of {len(lines):,} lines, the first is {damaged[0]}")


def _table(documents: list[bytes]) -> "pd.DataFrame":
    """The measurements in the lines of a file; an error where they are none."""
    import pandas as pd

    if not documents:
        return _nothing()
    whole = b"\n".join((*documents, b""))
    if not LINES.fullmatch(whole):
        raise ValueError("a line is no object of plain values")
    return _numbers(pd.read_json(io.BytesIO(whole), lines=True, engine="pyarrow").set_index(KEY))


def _nothing() -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(index=pd.Index([], name=KEY))


def _numbers(table: "pd.DataFrame") -> "pd.DataFrame":
    """The table of a file as `append` makes it; ValueError or TypeError where it is another."""
    from pandas.api.types import is_string_dtype

    if not is_string_dtype(table.index.dtype):
        raise ValueError("keys are texts")
    numbers = table.astype(np.float64)
    if np.isinf(numbers.to_numpy()).any():
        raise ValueError("measurements are finite")
    return numbers
