"""A book as the venue whose rules are asked about it."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.testing.axioms.book import MAINTENANCE, Book
from lastresort.plugins.testing.sample_venue import SampleAccounts, SampleVenue

MARKET = 2
"""Id of the market, none of the two largest, which some rules exempt; nobody holds anything in those."""

AGAINST_WINNERS = {"previous_mark": 0.02, "index": 0.01, "last_settlement": 0.05}
"""Prices that differ from the mark, as the share of it by which they are worse for the side opposite to the engine."""


def venue_of(book: Book, seed: int = 0) -> SampleVenue:
    """The venue; mid and mark are the same, books are bottomless, and `seed` is behind the random numbers."""
    one = np.ones(MARKET + 1)
    worse = {name: book.mark * (1 + book.side * share) * one for name, share in AGAINST_WINNERS.items()}
    accounts = _accounts(book)
    return SampleVenue(
        time=0.0,
        accounts=accounts,
        mid=book.mark * one,
        mark=book.mark * one,
        volatility=one,
        beta=one,
        rate=MAINTENANCE * one,
        lot=book.lot * one,
        initial_open_interest=np.abs(accounts.quantity).sum(axis=0),
        inventory=_in_the_market(book.inventory),
        engine_cash=_in_the_market(-book.inventory * book.mark - book.deficit),
        slip=0 * one,
        slope=0 * one,
        pool=np.zeros(MARKET + 1, dtype=np.int64),
        pool_balance=np.array([book.fund]),
        pool_peak=np.array([book.fund]),
        fund_result=0 * one,
        vault_equity=np.zeros(1),
        vault_notional=np.zeros(1),
        claims=0.0,
        capital=0.0,
        default_fund=float(accounts.contribution.sum()),
        remnant=0.0,
        rounding=0.0,
        key=(seed,),
        **worse,
    )


def _accounts(book: Book) -> SampleAccounts:
    """Those of the book, in its order; those without any hedge are isolated."""
    holders, n = book.holders, len(book.holders)
    quantity, entry, cash, won, hedged, opened, contribution = np.array(
        [(who.contracts, who.entry, who.cash, who.won, who.hedged, who.opened, who.contribution) for who in holders]
    ).T
    none = np.zeros((n, MARKET + 1))
    return SampleAccounts(
        account=np.array([holder.account for holder in holders], dtype=np.int64),
        isolated=hedged == 0,
        quantity=_in_the_market(quantity),
        entry=_in_the_market(entry),
        cash=cash,
        opened=_in_the_market(opened),
        hedged=_in_the_market(hedged),
        attested=none,
        opening=cash - won,
        settled=cash - won,
        contribution=contribution,
        discount=np.array([np.nan if holder.discount is None else holder.discount for holder in holders]),
        since=np.zeros(n),
        orders=np.zeros(n, dtype=np.int64),
        vault=np.zeros(n, dtype=np.bool_),
        **{name: np.zeros(n) for name in ("tier", "programme", "cover")},
    )


def _in_the_market(value: Floats | float) -> Floats:
    """Columns `[..., M]` that are nothing in the other markets."""
    column = np.zeros((*np.shape(value), MARKET + 1))
    column[..., MARKET] = value
    return column
