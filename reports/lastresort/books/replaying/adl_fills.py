"""Fills of a deleveraging, in the public schema of reconstructed events."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lastresort.books.book import Texts
from lastresort.books.replaying.csv_cells import Cell, Field, refuse
from lastresort.books.replaying.csv_columns import CsvColumns, read_columns
from lastresort.mechanisms.contract import Bools, Floats, Ints

PUBLIC_SET = (
    "the public set: github.com/ConejoCapital/HyperReplay, non-commercial licence; not ours to ship",
    "several versions of it exist: compare the SHA-256 with that of the file you mean",
)
"""Where the record of a real event is to be had, to be said before a file is read."""

EARLIEST, LATEST = 10**11, 10**14
"""Milliseconds since 1970 that a time may be: seconds and microseconds of our days are outside."""


def _above_zero(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return values > 0


def _of_our_days(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return (values > EARLIEST) & (values < LATEST)


TIME_WORDS = "milliseconds since 1970, such as 1760130964831"

FIELDS = (
    Field("user", Cell.TEXT),
    Field("coin", Cell.TEXT),
    Field("time", Cell.WHOLE, TIME_WORDS, _of_our_days),
    Field("adl_price", Cell.NUMBER, "a price above 0, in USD", _above_zero),
    Field("adl_size", Cell.NUMBER, "contracts above 0", _above_zero),
    Field("adl_notional", Cell.NUMBER, "USD above 0", _above_zero),
    Field("closed_pnl", Cell.NUMBER, "a number, in USD"),
    Field("position_size", Cell.NUMBER, "contracts before the fill, negative for a short"),
    Field("entry_price", Cell.NUMBER, "a price, in USD", lambda values: values >= 0),
    Field("total_unrealized_pnl", Cell.NUMBER, "a number, in USD"),
    Field("total_equity", Cell.NUMBER, "a number, in USD"),
    Field("is_negative_equity", Cell.TRUTH),
    Field("liquidated_user", Cell.TEXT, may_be_blank=True),
    Field("liquidated_total_equity", Cell.NUMBER, "a number, in USD", required=False, may_be_blank=True),
    Field("mark_price", Cell.NUMBER, "a price above 0, in USD (or no such column)", _above_zero, required=False),
)
"""The columns that are read; others, such as leverage_realtime (0 where cash is not positive), are not looked at."""


@dataclass(frozen=True, eq=False)
class AdlFills:
    """Fills `[F]` in the order of time, with ids as rows of `users`, `coins` and `losers`.

    `time` is in ms since 1970, `size` in contracts above 0, `position` in contracts before the fill (negative for a
    short), `equity` that of the winner's account and `loser_equity` that of the liquidated one (None without such a
    column, NaN where it is blank), `mark` None without such a column. `loser` is -1 where nobody is named. Of one
    millisecond, fills of a user and coin are in the order in which the position shrinks, whatever the file's order is.
    """

    path: str
    sha256: str
    users: Texts
    coins: Texts
    losers: Texts
    user: Ints
    coin: Ints
    loser: Ints
    time: Ints
    price: Floats
    size: Floats
    notional: Floats
    closed_pnl: Floats
    position: Floats
    entry_price: Floats
    unrealized: Floats
    equity: Floats
    said_negative: Bools
    loser_equity: Floats | None
    mark: Floats | None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.time)

    @cached_property
    def side(self) -> Ints:
        """Of each fill: 1 where the winner is long, -1 where short, 0 where that is not known."""
        return np.sign(self.position).astype(np.int64)


def read_fills(path: str | Path) -> AdlFills:
    """Read an event file; InputError names file, row, column, value and remedy."""
    found = read_columns(path, FIELDS)
    _entered(found)
    fills = _from_columns(found)
    return replace(fills, notes=_notes(fills))


def _entered(found: CsvColumns) -> None:
    wrong = (found.columns["position_size"] != 0) & (found.columns["entry_price"] <= 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        refuse(found.path, row, "entry_price", float(found.columns["entry_price"][row]), "a price above 0, in USD")


def _from_columns(found: CsvColumns) -> AdlFills:
    columns = found.columns
    (users, user), (coins, coin) = _ids(columns["user"]), _ids(columns["coin"])
    losers, loser = _ids(columns["liquidated_user"])
    numbers = [columns[field.name] for field in FIELDS if field.cell is Cell.NUMBER and field.name in columns]
    order = _order(columns["time"], user * len(coins) + coin, columns["position_size"], [loser, *numbers])
    loser_equity, mark = columns.get("liquidated_total_equity"), columns.get("mark_price")
    return AdlFills(
        path=found.path,
        sha256=found.sha256,
        users=users,
        coins=coins,
        losers=losers,
        user=user[order],
        coin=coin[order],
        loser=loser[order],
        time=columns["time"][order].astype(np.int64),
        price=columns["adl_price"][order],
        size=columns["adl_size"][order],
        notional=columns["adl_notional"][order],
        closed_pnl=columns["closed_pnl"][order],
        position=columns["position_size"][order],
        entry_price=columns["entry_price"][order],
        unrealized=columns["total_unrealized_pnl"][order],
        equity=columns["total_equity"][order],
        said_negative=columns["is_negative_equity"][order].astype(np.bool_),
        loser_equity=None if loser_equity is None else loser_equity[order],
        mark=None if mark is None else mark[order],
    )


def _ids(column: pa.DictionaryArray) -> tuple[Texts, Ints]:
    """Distinct ids in the order of their texts, and the row of each fill among them (-1 where it is blank)."""
    texts = column.dictionary.to_pylist()
    named = sorted({text for text in texts if text.strip()})
    place = {text: row for row, text in enumerate(named)}
    rows = np.array([place.get(text, -1) for text in texts], np.int64)
    return np.array(named, dtype=object), rows[column.indices.to_numpy()]


def _order(time: Ints, owner: Ints, position: Floats, rest: list[Any]) -> Ints:
    """By time; where that ties, by whatever else there is, so that the order of the file does not matter."""
    keys = [time, owner, -np.abs(position), *rest]
    order = np.argsort(time, kind="stable")
    for known in (1, 3):
        tied = _ties(order, keys[:known])
        if tied.any():
            rows = order[tied]
            order[tied] = rows[np.lexsort([key[rows] for key in reversed(keys if known == 3 else keys[:3])])]
    return order


def _ties(order: Ints, keys: list[Any]) -> Bools:
    """Which places of an order have a neighbour with the same keys."""
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for key in keys:
        same &= np.diff(key[order]) == 0
    return np.append(same, False) | np.insert(same, 0, False)


def _repeated(fills: AdlFills) -> int:
    """How many fills are the same as the one before, which stands next to it in this order."""
    columns = (fills.time, fills.user, fills.coin, fills.position, fills.loser, fills.price, fills.size)
    same = [np.diff(column) == 0 for column in columns]
    return int(np.logical_and.reduce(same).sum())


def _notes(fills: AdlFills) -> tuple[str, ...]:
    """What is odd in a file and does not keep it from being read."""
    flat = int((fills.position == 0).sum())
    contrary = int((fills.said_negative != (fills.equity < 0)).sum())
    value = fills.price * fills.size
    other = int((np.abs(fills.notional - value) > 1e-6 * value).sum())
    nobody = int((fills.loser < 0).sum())
    unknown = 0 if fills.loser_equity is None else int(np.isnan(fills.loser_equity).sum())
    counted = (
        (
            _repeated(fills),
            "that a fill before repeats: same account, coin, time, price, size, position; all are counted",
        ),
        (flat, "with position_size 0, whose side is not known: in the figures, in no comparison"),
        (contrary, "whose is_negative_equity contradicts total_equity; total_equity is taken"),
        (other, "whose adl_notional is not adl_price x adl_size; adl_notional is summed"),
        (nobody, "without a liquidated_user"),
        (unknown, "with a blank liquidated_total_equity, which counts as no deficit"),
    )
    return tuple(f"{count:,} fill{'s' * (count != 1)} {words}" for count, words in counted if count)
