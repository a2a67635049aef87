"""Sybil resistance: nobody gains, and nobody is hurt, by holding several accounts."""

from collections.abc import Iterator
from dataclasses import replace

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison, differ
from lastresort.plugins.testing.axioms.bearing import Borne, bear
from lastresort.plugins.testing.axioms.book import Book, Holder

CASH_LEFT = (0.5, 0.1)
"""Share of the cash that stays with the first half of the position: half, or hardly any."""


def _look(rule: Mechanism, whole: Borne) -> Iterator[Comparison]:
    for holder in whole.book.holders:
        for cash in CASH_LEFT if holder.cash else CASH_LEFT[:1]:
            yield _compared(rule, whole, holder, cash)


def _compared(rule: Mechanism, whole: Borne, holder: Holder, cash: float) -> Comparison:
    twin = max(whole.burdens) + 1
    parts = bear(rule, split(whole.book, holder, twin, cash))
    shares = {account: (account,) for account in whole.burdens} | {holder.account: (holder.account, twin)}
    moved = [account for account, mine in shares.items() if differ(whole, parts, (account,), mine)]
    who = (
        f"account {holder.account} keeps half of its position and {cash:.0%} of its cash, account {twin} gets the rest"
    )
    return Comparison(
        violated=bool(moved),
        sentence=f"{who}; the burden changes of {', '.join(map(str, moved))}" if moved else "",
        shown=(("one account", whole), (f"{holder.account} and {twin} have one owner", parts)),
    )


def split(book: Book, holder: Holder, twin: int, cash: float) -> Book:
    """The book with half of one account's position, and all but the share `cash` of its cash, in a second account."""
    half = replace(holder, contracts=holder.contracts / 2, won=holder.won / 2, contribution=holder.contribution / 2)
    parts = (
        replace(half, cash=holder.cash * cash),
        replace(half, account=twin, cash=holder.cash * (1 - cash)),
    )
    at = book.holders.index(holder)
    return replace(book, holders=book.holders[:at] + parts + book.holders[at + 1 :])


AXIOM = Axiom(
    name="sybil-resistance",
    statement="Splitting an account into two, or merging the two, changes nobody's burden.",
    reading="Half of the position goes to each part, the cash in halves or nearly all to one; what counts is what the "
    "two bear together, and what everybody else bears. One lot per account is allowed for rounding.",
    look=_look,
)
