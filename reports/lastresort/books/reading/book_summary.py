"""What a book holds and how it came about, in lines."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from lastresort.books.book import Book, Kind
from lastresort.mechanisms.contract import Floats

MOST = 10
"""Names or rows that a line tells, and markets that have a line of their own."""

CLOSES = 1e-9
"""Share of what is open below which longs and shorts are the same."""


def summary(book: Book) -> list[str]:
    """Return lines: counts, whether contracts close, all venues together, and rows that became no position."""
    counts = f"{_counted(len(book.account), 'account')}, {_counted(len(book.markets.name), 'market')}"
    return [counts, *_alike(book), *_closing(book), *_together(book), *_rows(book), *book.reading.notes]


def repeated_names(book: Book) -> list[str]:
    """Return the names that several markets have, on several venues or of several kinds."""
    return [name for name, count in Counter(book.markets.name.tolist()).items() if count > 1]


def _alike(book: Book) -> list[str]:
    """Markets whose names differ by nothing but capitals."""
    found: dict[str, dict[str, None]] = {}
    for name in book.markets.name.tolist():
        found.setdefault(name.casefold(), {})[name] = None
    several = [" and ".join(f"'{name}'" for name in names) for names in found.values() if len(names) > 1]
    return [f"{one} are different markets here, though only capitals tell them apart" for one in several[:MOST]]


def _closing(book: Book) -> list[str]:
    """One line where all contracts close, else one for each market that does not."""
    contracts = book.markets.kind != Kind.SPOT
    net, gross = _sums(book, book.quantity), _sums(book, np.abs(book.quantity))
    open_markets = np.flatnonzero(contracts & (np.abs(net) > CLOSES * gross)).tolist()
    if not open_markets:
        return ["book closes (0.0 net)"] if contracts.any() else []
    lines = [f"partial book: {_excess(book, market, net[market])}" for market in open_markets[:MOST]]
    more = len(open_markets) - MOST
    return [*lines, f"partial book: {more:,} further markets do not close"] if more > 0 else lines


def _excess(book: Book, market: int, net: float) -> str:
    longer, shorter = ("longs", "shorts") if net > 0 else ("shorts", "longs")
    return f"{longer} exceed {shorter} by {_quantity(abs(net))} {_market(book, market)}"


def _market(book: Book, market: int) -> str:
    """The name of a market, with its venue where there are several, and its kind where the venue has two."""
    name, row = book.markets.name[market], book.markets.venue[market]
    alike = (book.markets.name == name) & (book.markets.venue == row) & (book.markets.kind != Kind.SPOT)
    kind = f" ({Kind(book.markets.kind[market]).name.lower()})" if alike.sum() > 1 else ""
    return f"{name}{kind}{f' on {book.venues[row]}' if len(book.venues) > 1 else ''}"


def _together(book: Book) -> list[str]:
    """Markets of one name on several venues or of several kinds, and what is unrealised."""
    alike = repeated_names(book)
    if not alike:
        return []
    spot = book.kind == Kind.SPOT
    lines = []
    names = book.markets.name[book.market]
    for name in alike[:MOST]:
        held = book.quantity[names == name]
        parts = [(held[~spot[names == name]], "contracts"), (held[spot[names == name]], "spot")]
        told = ", ".join(f"{_signed(part.sum())} in {what}" for part, what in parts if len(part))
        lines.append(f"{name} in all: {told}, net delta {_net(held)}")
    profits = [(book.profit[~spot], "contracts"), (book.profit[spot], "spot")]
    return [
        *lines,
        f"unrealised: {', '.join(f'{part.sum():,.2f} USD in {what}' for part, what in profits if len(part))}",
    ]


def _rows(book: Book) -> list[str]:
    reading, lines = book.reading, []
    if reading.flat:
        lines.append(f"{_counted(len(reading.flat), 'flat row')}: {_listed(reading.flat, ', ')}")
    if reading.netted:
        lines.append(f"{_counted(reading.netted, 'row')} of hedge mode netted")
    if reading.dropped:
        reasons = [one.reason for one in reading.dropped]
        lines.append(f"{_counted(len(reasons), 'row')} dropped: {_listed(reasons, '; ')}")
    return lines


def _listed(texts: Iterable[str], between: str) -> str:
    every = list(texts)
    more = f"{between}and {len(every) - MOST:,} more" if len(every) > MOST else ""
    return f"{between.join(every[:MOST])}{more}"


def _sums(book: Book, values: Floats) -> Floats:
    return np.asarray(np.bincount(book.market, values, len(book.markets.name)), dtype=float)


def _net(held: Floats) -> str:
    return "0.0" if abs(held.sum()) <= CLOSES * np.abs(held).sum() else _signed(held.sum())


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{_quantity(abs(value))}"


def _quantity(value: float) -> str:
    return f"{value:,.10g}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
