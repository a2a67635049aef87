"""The public table of waves: when each was, and what was needed in it for each coin."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lastresort.books.book import Texts
from lastresort.books.replaying.adl_fills import EARLIEST, LATEST, TIME_WORDS
from lastresort.books.replaying.csv_cells import FIRST_ROW, Cell, Field, refuse
from lastresort.books.replaying.csv_columns import read_columns
from lastresort.mechanisms.contract import Floats, Ints
from lastresort.plugins.errors import InputError

CLOSE = 1e-6
"""Two numbers that mean the same may differ by this share."""


def _of_our_days(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return (values > EARLIEST) & (values < LATEST)


def _least(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values >= 0


FIELDS = (
    Field("wave", Cell.WHOLE, "the number of a wave"),
    Field("t_start_ms", Cell.WHOLE, TIME_WORDS, _of_our_days),
    Field("t_end_ms", Cell.WHOLE, TIME_WORDS, _of_our_days),
    Field("coin", Cell.TEXT),
    Field("gap_usd_x_qty", Cell.NUMBER, "USD, 0 or more", _least),
    Field("qty_contracts", Cell.NUMBER, "contracts above 0", lambda values: values > 0),
    Field("gap_per_contract_usd", Cell.NUMBER, "USD, 0 or more", _least),
)


@dataclass(frozen=True, eq=False)
class GapTable:
    """Rows `[R]`, one for each wave and coin: `needed` in USD and `contracts` above 0; `wave` is a row of `number`.

    Waves `[W]` are in the order of time: from `start` to `end`, both included, ms since 1970; none overlap.
    """

    path: str
    sha256: str
    number: Ints
    start: Ints
    end: Ints
    wave: Ints
    coin: Texts
    needed: Floats
    contracts: Floats


def read_gap_table(path: str | Path) -> GapTable:
    """Read a table of waves; InputError names file, row, column, value and remedy."""
    found = read_columns(path, FIELDS)
    columns = found.columns
    wave, start, end = (columns[name].astype(np.int64) for name in ("wave", "t_start_ms", "t_end_ms"))
    coin = np.array(columns["coin"].to_pylist(), dtype=object)
    needed, contracts = columns["gap_usd_x_qty"], columns["qty_contracts"]
    _agree(found.path, needed, contracts, columns["gap_per_contract_usd"])
    _each_once(found.path, wave, coin)
    number, first, row = np.unique(wave, return_index=True, return_inverse=True)
    _one_window(found.path, start, end, first[row])
    order = np.argsort(start[first], kind="stable")
    _apart(found.path, number[order], start[first][order], end[first][order], first[order])
    place = np.argsort(order)
    return GapTable(
        found.path,
        found.sha256,
        number[order],
        start[first][order],
        end[first][order],
        place[row],
        coin,
        needed,
        contracts,
    )


def _agree(path: str, needed: Floats, contracts: Floats, each: Floats) -> None:
    wrong = np.abs(needed - contracts * each) > CLOSE * np.maximum(needed, contracts * each)
    if wrong.any():
        row = int(np.argmax(wrong))
        words = f"{needed[row] / contracts[row]:.6g}, which is gap_usd_x_qty / qty_contracts"
        refuse(path, row, "gap_per_contract_usd", float(each[row]), words)


def _each_once(path: str, wave: Ints, coin: Texts) -> None:
    seen: dict[tuple[int, str], int] = {}
    for row, pair in enumerate(zip(wave.tolist(), coin.tolist(), strict=True)):
        if seen.setdefault(pair, row) != row:
            both = f"rows {seen[pair] + FIRST_ROW} and {row + FIRST_ROW}"
            raise InputError(f"{path}, {both}: found wave {pair[0]} and coin {pair[1]!r} in both; allowed: once")


def _one_window(path: str, start: Ints, end: Ints, first: Ints) -> None:
    """Rows of one wave say the same times, and a wave does not end before it starts."""
    for name, column in (("t_start_ms", start), ("t_end_ms", end)):
        wrong = column != column[first]
        if wrong.any():
            row = int(np.argmax(wrong))
            words = f"{column[first[row]]}, as in row {first[row] + FIRST_ROW} of the same wave"
            refuse(path, row, name, int(column[row]), words)
    wrong = end < start
    if wrong.any():
        row = int(np.argmax(wrong))
        refuse(path, row, "t_end_ms", int(end[row]), f"t_start_ms ({start[row]}) or later")


def _apart(path: str, number: Ints, start: Ints, end: Ints, row: Ints) -> None:
    wrong = start[1:] <= end[:-1]
    if wrong.any():
        at = int(np.argmax(wrong))
        words = f"a start after {end[at]}, the end of wave {number[at]}"
        refuse(path, int(row[at + 1]), "t_start_ms", int(start[at + 1]), words)
