"""Composition: a loss that comes in two parts is borne like one."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison, differ
from lastresort.plugins.testing.axioms.bearing import Borne, bear_next, settled
from lastresort.plugins.testing.axioms.book import Book
from lastresort.plugins.testing.questioning import fresh


def _look(rule: Mechanism, once: Borne) -> Iterator[Comparison]:
    part = np.floor(abs(once.book.inventory) / once.book.lot / 2) * once.book.lot / abs(once.book.inventory)
    if 0 < part < 1:
        witness = fresh(rule)
        first = bear_next(witness, _part(once.book, part))
        rest = settled(replace(first, book=once.book), tuple(first.burdens))
        second = bear_next(witness, rest) if rest.inventory else replace(first, book=rest, burdens={})
        sums = {account: first.of(account) + second.burdens.get(account, first.of()) for account in first.burdens}
        twice = replace(first, burdens=sums, dearest=max(first.dearest, second.dearest))
        moved = [account for account in sums if differ(once, twice, (account,), (account,))]
        yield Comparison(
            violated=bool(moved),
            sentence=f"in two parts the burden changes of {', '.join(map(str, moved))}" if moved else "",
            shown=(("one loss", once), ("first part of it", first), ("the rest", second)),
        )


def _part(book: Book, part: float) -> Book:
    return replace(book, inventory=book.inventory * part, deficit=book.deficit * part)


AXIOM = Axiom(
    name="composition",
    statement="Two losses one after the other are borne like one loss of the same size.",
    reading="The engine's inventory and loss come in two halves; accounts are posted in between, and the rule keeps "
    "what it remembers. One lot per account is allowed for rounding.",
    look=_look,
)
