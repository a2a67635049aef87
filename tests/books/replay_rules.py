"""Rules for replays, written by hand, and events as tables."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from lastresort.books.book import Book
from lastresort.books.replaying.adl_fills import AdlFills, read_fills
from lastresort.books.replaying.rule_agreement import ClosingRule
from lastresort.mechanisms.contract import Floats

EVENT = Path(__file__).parent / "data" / "9-event.csv"


def rooms(book: Book, market: int, contracts: float) -> Floats:
    """How much of each position can be closed: those on the other side, of accounts with an equity above 0."""
    asked = (book.market == market) & (np.sign(book.quantity) == -np.sign(contracts))
    return np.where(asked & (book.equity[book.unit] > 0), np.abs(book.quantity), 0.0)


def in_shares(weight: Callable[[Book], Floats]) -> ClosingRule:
    """In proportion to a weight; what is beyond a position goes to the others."""

    def rule(book: Book, market: int, contracts: float, price: float) -> Floats:
        room = rooms(book, market, contracts)
        left, closed = min(abs(contracts), room.sum()), np.zeros(len(room))
        weights = np.where(room > 0, np.maximum(weight(book), 0.0), 0.0)
        while left > 1e-12 * abs(contracts) and (open_ := (closed < room) & (weights > 0)).any():
            more = np.minimum(np.where(open_, weights / weights[open_].sum() * left, 0.0), room - closed)
            closed, left = closed + more, left - more.sum()
        return closed

    return rule


def queue(book: Book, market: int, contracts: float, price: float) -> Floats:
    """Profit times leverage first, each position whole."""
    room = rooms(book, market, contracts)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = book.profit / book.entry_value * book.notional / np.maximum(book.equity[book.unit], 0.0)
    order = np.argsort(np.where(room > 0, -score, np.inf), kind="stable")
    closed = np.zeros(len(room))
    before = np.cumsum(room[order]) - room[order]
    closed[order] = np.clip(abs(contracts) - before, 0.0, room[order])
    return closed


RULES = {
    "queue-adl": queue,
    "profit-pro-rata": in_shares(lambda book: book.profit),
    "equity-pro-rata": in_shares(lambda book: book.equity[book.unit]),
}


def event_table() -> pd.DataFrame:
    """The worked event as a table."""
    return pd.read_csv(EVENT)


def written_event(folder: Path, table: pd.DataFrame) -> Path:
    """A table as an event file."""
    path = folder / "event.csv"
    table.to_csv(path, index=False)
    return path


def fills_of(folder: Path, table: pd.DataFrame) -> AdlFills:
    """The fills of a table, by way of a file."""
    return read_fills(written_event(folder, table))
