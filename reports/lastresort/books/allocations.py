"""What every policy would take from the accounts of a book: the table, its columns, and each account's row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from lastresort.books.allocating import Stress
from lastresort.books.book import Book, Kind
from lastresort.books.lost_positions import Takeover, lost
from lastresort.books.payer_lines import payer_line, priced
from lastresort.books.policy_outcome import PolicyOutcome
from lastresort.books.reading.book_summary import repeated_names

if TYPE_CHECKING:
    import pandas as pd

NAMED = 5
"""Accounts under water that the terminal names."""


@dataclass(frozen=True, eq=False)
class Allocations:
    """Policies on one book: what was lost, and the outcome of each, in the order in which they were asked for.

    `command` is what a reader would type to get the same.
    """

    book: Book
    stress: Stress
    takeovers: Sequence[Takeover]
    outcomes: Sequence[PolicyOutcome]
    command: str = ""

    @property
    def lost(self) -> float:
        """What was lost, USD."""
        return lost(self.takeovers)

    @property
    def rows(self) -> list[dict[str, str]]:
        """The table as it is printed, a row for each policy; dollars to the cent."""
        return [_row(one, HEADINGS) for one in self.outcomes]

    @property
    def money(self) -> list[dict[str, str]]:
        """The columns of the table in USD."""
        return [_row(one, MONEY) for one in self.outcomes]

    @property
    def spread(self) -> list[dict[str, str]]:
        """The columns of the table that say how unevenly accounts pay."""
        return [_row(one, SPREAD) for one in self.outcomes]

    @property
    def lines(self) -> list[str]:
        """What a reader should know before the table."""
        return [*self.book.summary(), *self.losses()]

    def losses(self, shown: Callable[[int], str] | None = None) -> list[str]:
        """What is unrealised, lost, and there to pay with; `shown` is how an account is called, by its row."""
        call = shown or (lambda row: str(self.book.full_accounts[row]))
        return [
            *self._unrealised(),
            *self._losses(call),
            *self._asked(),
            *self._purses(),
            *self._uncharged(call),
        ]

    @property
    def payers(self) -> list[str]:
        """Who pays under each policy that applies, the largest first."""
        lines = ((one.name, payer_line(one)) for one in self.outcomes if one.applies)
        return [f"{name}: {line or 'nobody pays anything'}" for name, line in lines]

    @property
    def notes(self) -> list[str]:
        """What a reader should know of single policies, after the table."""
        return [f"{one.name}: {text}" for one in self.outcomes for text in one.notes]

    def document(self) -> dict[str, Any]:
        """Everything but the rows of accounts, as JSON has it."""
        return {
            "book": {"sources": list(self.book.reading.sources), "lines": self.lines},
            "command": self.command,
            "lost": self.lost,
            "taken_over": [_takeover(self.book, one) for one in self.takeovers],
            "policies": [one.document() for one in self.outcomes],
        }

    def to_pandas(self) -> "pd.DataFrame":
        """Return the numbers of the table, a row for each policy; not applicable ones have none."""
        import pandas as pd

        return pd.DataFrame([{"policy": one.name, **(one.measures if one.applies else {})} for one in self.outcomes])

    def accounts(self) -> "pd.DataFrame":
        """Return each account's row: venue, owner, equity, and for each policy what it loses (USD; negative: gains)."""
        import pandas as pd

        book = self.book
        columns: dict[str, Any] = {
            "account": book.account,
            "venue": book.venues[book.account_venue],
            "owner": book.owners[book.owner],
            "equity": book.by_account(book.equity),
        }
        columns |= {f"loss: {one.name}": one.taken.loss for one in self.outcomes if one.taken is not None}
        return pd.DataFrame(columns)

    def accounts_csv(self) -> bytes:
        """Return each account's row as CSV, in UTF-8."""
        import pyarrow as pa
        from pyarrow import csv

        content = pa.BufferOutputStream()
        csv.write_csv(pa.Table.from_pandas(self.accounts(), preserve_index=False), content)
        return bytes(content.getvalue().to_pybytes())

    # -- lines ------------------------------------------------------------------------------------------------------

    def _unrealised(self) -> Iterator[str]:
        """Profits of contracts, and of spot where there is any; the summary tells them where names are repeated."""
        if repeated_names(self.book):
            return
        profit, spot = self.book.profit, self.book.kind == Kind.SPOT
        parts = [f"contracts {profit[~spot].sum():,.2f} USD"] * bool((~spot).any())
        parts += [f"spot {profit[spot].sum():,.2f} USD"] * bool(spot.any())
        if parts:
            yield f"unrealised profit: {', '.join(parts)}"

    def _losses(self, call: Callable[[int], str]) -> Iterator[str]:
        """Who is under water, and what the engine takes over."""
        if not self.takeovers:
            yield "nobody is under water: nothing is lost; --mark, --position and --deficit make it a stress test"
            return
        yield from (f"{_whose(one, call)}: {_taken(self.book, one)}" for one in self.takeovers[:NAMED])
        if len(self.takeovers) > NAMED:
            yield f"and {len(self.takeovers) - NAMED:,} more positions taken over"
        yield f"lost in all: {self.lost:,.2f} USD"

    def _asked(self) -> Iterator[str]:
        """The other side of each market in which something is taken over."""
        book = self.book
        for market in dict.fromkeys(one.market for one in self.takeovers):
            held = sum(one.contracts for one in self.takeovers if one.market == market)
            here = (book.market == market) & (book.quantity * held < 0) & (book.equity[book.unit] >= 0)
            size = float(np.abs(book.quantity[here]).sum())
            if held:
                name = book.full_names[market]
                yield f"asked on the other side of {name}: {_counted(int(here.sum()))}, {size:,.10g} {name}"

    def _purses(self) -> Iterator[str]:
        fund, capital = self.stress.fund, self.stress.capital
        where = f" on each of {len(self.book.venues)} venues" if len(self.book.venues) > 1 else ""
        yield f"the fund holds {fund:,.2f} USD, the venue's own capital is {capital:,.2f} USD{where}"

    def _uncharged(self, call: Callable[[int], str]) -> Iterator[str]:
        """Accounts with a position and nothing to charge."""
        book = self.book
        taken = {one.account for one in self.takeovers}
        poor = np.unique(book.unit_account[book.unit][(book.equity[book.unit] <= 0) & (book.kind != Kind.SPOT)])
        rows = [row for row in poor.tolist() if row not in taken]
        if rows:
            more = f" and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
            yield f"no equity, cannot be charged: {', '.join(map(call, rows[:NAMED]))}{more}"


def _counted(accounts: int) -> str:
    return f"{accounts:,} account{'' if accounts == 1 else 's'}"


def _whose(one: Takeover, call: Callable[[int], str]) -> str:
    return f"under water: {call(one.account)}" if one.account >= 0 else "from outside"


def _taken(book: Book, one: Takeover) -> str:
    lacks = f"lacks {one.lacks:,.2f} USD"
    if one.lacks < 0:
        lacks = f"is worth {-one.lacks:,.2f} USD more than its price, which pays for others of its market first"
    if not one.contracts:
        return f"{lacks}, holds nothing"
    name = book.full_names[one.market]
    return f"{lacks}; {one.contracts:+,.10g} {name} taken over at bankruptcy price {priced(one.price)}"


def _takeover(book: Book, one: Takeover) -> dict[str, Any]:
    return {
        "account": str(book.full_accounts[one.account]) if one.account >= 0 else None,
        "market": str(book.full_names[one.market]),
        "contracts": one.contracts,
        "price": one.price if one.contracts and isfinite(one.price) else None,
        "lacks": one.lacks,
    }


MONEY: Mapping[str, str] = {
    "closed": "closed",
    "assigned": "handed over",
    "left_open": "left open",
    "charged": "charged",
    "collected": "collected",
    "others": "fund and others",
    "unpaid": "UNPAID",
    "overshoot": "overshoot",
}
"""Numbers of a line in USD, and their titles."""

SPREAD: Mapping[str, str] = {
    "payers": "payers",
    "largest_burden": "largest burden",
    "top_share": "top-1 share",
    "gini_asked": "Gini asked",
    "gini_all": "Gini all",
    "hoover_asked": "Hoover asked",
    "hoover_all": "Hoover all",
    "hedges_broken": "hedges broken",
}
"""Numbers of a line that say how unevenly accounts pay."""

HEADINGS: Mapping[str, str] = {**MONEY, **SPREAD}


def _row(one: PolicyOutcome, headings: Mapping[str, str]) -> dict[str, str]:
    """Dollars to the cent, shares and indices to six places."""
    if not one.applies:
        return {"policy": one.name, **dict.fromkeys(headings.values(), "-")}
    found = one.measures
    return {"policy": one.name, **{title: _cell(name, found) for name, title in headings.items()}}


def _cell(name: str, found: Mapping[str, Any]) -> str:
    value = found[name]
    if name in MONEY:
        return f"{round(value, 2) + 0.0:,.2f}"
    if name == "payers":
        return f"{value:,}"
    if name == "hedges_broken":
        return f"{value} of {found['hedged']}"
    if value is None:
        return "no loss"
    if name == "largest_burden":
        return f"{100 * value:.4f} % ({found['largest_burden_account']})"
    return f"{value:.4f}" if name == "top_share" else f"{value:.6f}"
