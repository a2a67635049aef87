"""Books of every kind, and what policies take from them; one event, replayed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.api.replaying import replay
from lastresort.books.allocating import CALM, Stress
from lastresort.books.allocations import Allocations
from lastresort.books.book import Book
from lastresort.books.policies_on_book import allocations
from lastresort.books.replaying.replayed_event import ReplayedEvent
from lastresort.plugins.catalogue import Catalogue

DATA = Path(__file__).parents[2] / "books" / "data"
COLUMNS = ("account", "quantity", "entry_price", "collateral")

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x")',
    "\u05d0\u202ecba\u200f",
    "\U0001f600 & 'q' \"r\" | `t`",
    "A" * 300,
    "{{ 7*7 }} $x$ #set",
)
"""Ids that try to be something else in a page, a spreadsheet, Markdown or Typst."""

Allocate = Callable[..., Allocations]


@cache
def _catalogue() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Everything that is built in."""
    return _catalogue()


def eight() -> Book:
    """The book of the worked checks."""
    return Book.read(DATA / "8-book.csv")


def book_of(rows: Sequence[Sequence[Any]], mark: float = 108_000.0, **more: Any) -> Book:
    """A book of one market, a row per position: account, quantity, entry price and cash."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).assign(market="BTC", mark_price=mark, **more)
    return Book.from_frame(frame)


def hostile_book() -> Book:
    """The book of the worked checks with ids that nobody should have."""
    return replace(
        eight(), account=np.array(HOSTILE, object), owners=np.array([f"of {one}" for one in HOSTILE], object)
    )


@pytest.fixture(scope="session")
def allocate() -> Allocate:
    """Put a book to policies, by words: see `allocations`."""

    def run(
        book: Book | None = None, words: Sequence[str] = (), stress: Stress = CALM, command: str = "lastresort allocate"
    ) -> Allocations:
        return allocations(book or eight(), words, _catalogue(), stress, command=command)

    return run


@pytest.fixture(scope="session")
def books() -> Mapping[str, Callable[..., Book]]:
    """Books by name."""
    return {"eight": eight, "hostile": hostile_book, "of": book_of}


@pytest.fixture(scope="session")
def core(allocate: Allocate) -> Allocations:
    """The core suite on the book of the worked checks, with a fund."""
    command = "lastresort allocate 8-book.csv --fund 1000 --account nobody --out here"
    return allocate(stress=Stress(fund=1000.0), command=command)


@pytest.fixture(scope="session")
def event() -> ReplayedEvent:
    """The event of the worked checks under the rules that close."""
    return replay(DATA / "9-event.csv")


@pytest.fixture(scope="session")
def hostile_ids() -> tuple[str, ...]:
    """Ids that try to be something else."""
    return HOSTILE
