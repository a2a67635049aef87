"""Who pays under a policy, in a line: what is closed of whom at which price, who is charged, and what others give."""

from collections.abc import Iterator
from math import isinf

import numpy as np

from lastresort.books.book import Book
from lastresort.books.inverse_prices import as_quoted
from lastresort.books.policy_outcome import PolicyOutcome, Taken
from lastresort.mechanisms.contract import Ints

NAMED = 5
"""Payers that a line names, the largest first."""


def payer_line(one: PolicyOutcome) -> str:
    """Return a policy's payers, the largest by loss first; empty where nobody pays anything."""
    done, book = one.taken, one.book
    if done is None:
        return ""
    moved = np.flatnonzero(done.moved)
    trader = book.unit_account[book.unit[moved]]
    touched = np.flatnonzero((one.losses > 0) | (np.bincount(trader, minlength=len(book.account)) > 0))
    named = touched[np.argsort(-one.losses[touched], kind="stable")[:NAMED]].tolist()
    said = [*_others(done), *(_account(book, done, row, moved[trader == row]) for row in named)]
    if len(touched) > NAMED:
        said.append(f"and {len(touched) - NAMED:,} more")
    return ", ".join(said)


def priced(price: float) -> str:
    """A price in USD: to the cent, below one dollar with six digits that count."""
    if isinf(price):
        return "beyond any"
    return f"{price:,.2f}" if abs(price) >= 1 or price == 0 else f"{price:.6g}"


def _others(done: Taken) -> Iterator[str]:
    for payer, amount in done.paid.items():
        if round(amount, 2):
            yield f"{payer.replace('_', ' ')} {'pays' if amount > 0 else 'gets'} {abs(amount):,.2f}"


def _account(book: Book, done: Taken, row: int, here: Ints) -> str:
    """An account, what it trades in the positions `here`, and what it loses."""
    name, loss = str(book.full_accounts[row]), f"{round(done.loss[row], 2) + 0.0:,.2f}"
    if len(here) > 1:
        return f"{name} trades in {len(here)} markets ({loss})"
    if not len(here):
        return f"{name} is charged {loss}"
    k = int(here[0])
    price = as_quoted(book, int(book.market[k]), float(done.traded[k] / done.moved[k]))
    deed = "closes" if done.closed[k] > 0 else "takes over"
    return f"{name} {deed} {abs(done.moved[k]):,.7g} at {priced(price)} ({loss})"
