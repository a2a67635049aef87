"""Scale invariance: units do not matter."""

from collections.abc import Iterator
from dataclasses import replace

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison, differ
from lastresort.plugins.testing.axioms.bearing import Borne, bear
from lastresort.plugins.testing.axioms.book import Book

UNITS = {
    "everything is 64 times larger": (64.0, 64.0),
    "the currency is worth 64 times as much": (1.0, 1 / 64),
    "a contract is worth a 64th": (64.0, 1.0),
}
"""Multiples of the number of contracts and of dollars; powers of two, so that nothing is rounded."""


def _look(rule: Mechanism, usual: Borne) -> Iterator[Comparison]:
    for unit, (contracts, dollars) in UNITS.items():
        other = bear(rule, scaled(usual.book, contracts, dollars))
        burdens = {account: burden.times(contracts, dollars) for account, burden in usual.burdens.items()}
        book = replace(usual.book, lot=usual.book.lot * contracts)
        expected = replace(usual, book=book, burdens=burdens, dearest=usual.dearest * dollars / contracts)
        moved = [account for account in burdens if differ(expected, other, (account,), (account,))]
        yield Comparison(
            violated=bool(moved),
            sentence=f"{unit}; the burden does not follow of {', '.join(map(str, moved))}" if moved else "",
            shown=(("as it is", usual), (unit, other)),
        )


def scaled(book: Book, contracts: float, dollars: float) -> Book:
    """The same book in other units: so many times the contracts, so many times the dollars."""
    price = dollars / contracts
    holders = tuple(
        replace(
            holder,
            contracts=holder.contracts * contracts,
            entry=holder.entry * price,
            cash=holder.cash * dollars,
            won=holder.won * dollars,
            contribution=holder.contribution * dollars,
        )
        for holder in book.holders
    )
    return Book(
        holders=holders,
        inventory=book.inventory * contracts,
        deficit=book.deficit * dollars,
        fund=book.fund * dollars,
        mark=book.mark * price,
        lot=book.lot * contracts,
    )


AXIOM = Axiom(
    name="scale-invariance",
    statement="In other units of money or of contracts everybody bears the same.",
    reading="Contracts, or contracts and dollars, are multiplied by 64, or dollars divided by it; prices "
    "and lots follow.",
    look=_look,
)
