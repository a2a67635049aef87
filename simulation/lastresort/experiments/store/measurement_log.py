"""What has been measured of runs, written down line by line: one file per writer, so that no two write to the same.

Each line is a JSON object with the `key` of a measurement and its numbers. A line that a killed process left torn is
not read, and another process measures again.
"""

import io
import json
import math
import os
import re
import socket
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lastresort.experiments.store.plain_files import read_plain, refuse_links
from lastresort.plugins.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

KEY = "key"

LINES = re.compile(rb"(?:\{[^{}\[\]\n]*\}\n)+")
"""What a journal is made of; the parser would follow nested values until its stack is full."""


class MeasurementLog:
    """Measurements of runs by key, in the folder `directory`/scores/<version of what measures>."""

    def __init__(self, directory: Path, version: str) -> None:
        self.folder = directory / "scores" / version

    def read(self) -> "pd.DataFrame":
        """Return all measurements, one row per key, with the key as index; InputError where a file is damaged."""
        import pandas as pd

        refuse_links(self.folder.parent.parent, self.folder.parent, self.folder)
        tables = [_table(file) for file in sorted(self.folder.glob("*.jsonl"))]
        if not tables:
            return pd.DataFrame(index=pd.Index([], name=KEY))
        frame = pd.concat(tables)
        return frame[~frame.index.duplicated()]

    def append(self, key: str, numbers: Mapping[str, float]) -> None:
        """Write a measurement down; NaN becomes null."""
        line = {KEY: key} | {name: None if math.isnan(value) else float(value) for name, value in numbers.items()}
        with self._mine.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")

    @cached_property
    def _mine(self) -> Path:
        refuse_links(self.folder.parent.parent, self.folder.parent)
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.jsonl"


def _table(file: Path) -> "pd.DataFrame":
    """The whole lines of a file."""
    import pandas as pd

    content = read_plain(file)
    whole = content[: content.rfind(b"\n") + 1]
    if not whole:
        return pd.DataFrame(index=pd.Index([], name=KEY))
    try:
        if not LINES.fullmatch(whole):
            raise ValueError("a line is no object of plain values")
        return _numbers(pd.read_json(io.BytesIO(whole), lines=True, engine="pyarrow").set_index(KEY))
    except (ValueError, KeyError, TypeError, NotImplementedError) as error:
        raise InputError(f"'{file}' is damaged: {error}; remove it, and scores are measured again") from error


def _numbers(table: "pd.DataFrame") -> "pd.DataFrame":
    """The table of a file as `append` makes it; ValueError or TypeError where it is another."""
    from pandas.api.types import is_string_dtype

    if not is_string_dtype(table.index.dtype):
        raise ValueError("keys are texts")
    numbers = table.astype(np.float64)
    if np.isinf(numbers.to_numpy()).any():
        raise ValueError("measurements are finite")
    return numbers
