"""Who pays under a policy, in a line: what is closed of whom at which price, who is charged, and what others give."""

from collections.abc import Iterator
from math import isinf

import numpy as np

from lastresort.books.inverse_prices import as_quoted
from lastresort.books.policy_outcome import PolicyOutcome
from lastresort.mechanisms.contract import Bools

NAMED = 5
"""Payers that a line names, the largest first."""


def payer_line(one: PolicyOutcome) -> str:
    """Return a policy's payers, the largest by loss first; empty where nobody pays anything."""
    if one.taken is None:
        return ""
    touched = np.flatnonzero((one.losses > 0) | _closes(one))
    named = touched[np.argsort(-one.losses[touched], kind="stable")]
    said = [*_others(one), *(_account(one, int(row)) for row in named[:NAMED])]
    if len(named) > NAMED:
        said.append(f"and {len(named) - NAMED:,} more")
    return ", ".join(said)


def priced(price: float) -> str:
    """A price in USD: to the cent, below one dollar with six digits that count."""
    if isinf(price):
        return "beyond any"
    return f"{price:,.2f}" if abs(price) >= 1 or price == 0 else f"{price:.6g}"


def _closes(one: PolicyOutcome) -> Bools:
    done, book = one.taken, one.book
    assert done is not None
    return np.asarray(np.bincount(book.unit_account[book.unit], np.abs(done.moved), len(book.account)) > 0)


def _others(one: PolicyOutcome) -> Iterator[str]:
    assert one.taken is not None
    for payer, amount in one.taken.paid.items():
        if round(amount, 2):
            yield f"{payer.replace('_', ' ')} {'pays' if amount > 0 else 'gets'} {abs(amount):,.2f}"


def _account(one: PolicyOutcome, row: int) -> str:
    """An account, what is closed of it, and what it loses."""
    done, book = one.taken, one.book
    assert done is not None
    here = np.flatnonzero((book.unit_account[book.unit] == row) & (done.moved != 0))
    name, loss = str(book.full_accounts[row]), f"{done.loss[row]:,.2f}"
    if len(here) > 1:
        return f"{name} trades in {len(here)} markets ({loss})"
    if not len(here):
        return f"{name} is charged {loss}"
    k = int(here[0])
    price = as_quoted(book, int(book.market[k]), float(done.traded[k] / done.moved[k]))
    deed = "closes" if done.closed[k] > 0 else "takes over"
    return f"{name} {deed} {abs(done.moved[k]):,.7g} at {priced(price)} ({loss})"
