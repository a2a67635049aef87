"""The ledger of a book against that of the kit's sample venue: every rule takes the same from everybody in both."""

from dataclasses import replace

import numpy as np
import pytest
from tests.books.mixed_book import ACCOUNTS, mixed_book

from lastresort.books.book import Book
from lastresort.books.book_postings import BookPostings
from lastresort.books.book_venue import BookVenue
from lastresort.books.lost_positions import take_over
from lastresort.books.policy_words import policies_meant
from lastresort.books.static_walk import settle
from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall
from lastresort.plugins.testing.sample_postings import SamplePostings
from lastresort.plugins.testing.sample_venue import SampleAccounts, SampleVenue
from lastresort.simulation.waterfall.open_losses import OpenLosses
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.stages import walk

BUILT_IN = Catalogue.load()
DRAWS = {"random-lottery", "random-by-notional", "dydx-rotation", "gmx-keeper"}
RULES = sorted(
    name for name, rule in BUILT_IN.mechanisms.items() if set(LOSSES) & set(answered(rule)) and name not in DRAWS
)


def unhedged_book() -> Book:
    """Without hedges, which the sample venue takes off an account's delta."""
    book = mixed_book()
    none = np.zeros(len(book.unit))
    return replace(book, given={**book.given, "hedge": none, "attested_hedge": none})


def dense(venue: BookVenue, column: Floats) -> Floats:
    """A column of positions as a table of accounts and markets."""
    table = np.zeros((ACCOUNTS, 2))
    table[venue.unit, venue.market] = column
    return table


def sample(venue: BookVenue) -> SampleVenue:
    """The same venue in the columns of the kit."""
    book, mark, none = venue.book, venue.mark, np.zeros(ACCOUNTS)
    quantity, entry = dense(venue, venue.quantity), dense(venue, venue.entry_price)
    accounts = SampleAccounts(
        account=np.arange(ACCOUNTS),
        isolated=np.zeros(ACCOUNTS, dtype=np.bool_),
        quantity=quantity,
        entry=entry,
        cash=venue.equity - (quantity * (mark - entry)).sum(axis=1),
        opened=dense(venue, venue.given("opened")),
        hedged=np.zeros((ACCOUNTS, 2)),
        attested=np.zeros((ACCOUNTS, 2)),
        opening=venue.equity - book.given["gain"],
        settled=venue.equity.copy(),
        contribution=book.given["contribution"],
        discount=np.full(ACCOUNTS, np.nan),
        since=none,
        orders=np.zeros(ACCOUNTS, dtype=np.int64),
        vault=np.zeros(ACCOUNTS, dtype=np.bool_),
        **dict.fromkeys(("tier", "programme", "cover"), none),
    )
    return SampleVenue(
        time=0.0,
        accounts=accounts,
        index=mark,
        mid=mark,
        mark=mark,
        previous_mark=mark,
        last_settlement=mark,
        volatility=np.ones(2),
        beta=venue.beta,
        rate=np.full(2, 0.01),
        lot=venue.lot,
        initial_open_interest=venue.initial_open_interest,
        inventory=venue.inventory.copy(),
        engine_cash=venue.engine_cash.copy(),
        slip=np.zeros(2),
        slope=np.zeros(2),
        pool=venue.pool,
        pool_balance=venue.pool_balance.copy(),
        pool_peak=venue.pool_peak.copy(),
        fund_result=np.zeros(2),
        vault_equity=np.zeros(1),
        vault_notional=np.zeros(1),
        claims=0.0,
        capital=venue.capital,
        default_fund=venue.default_fund,
        remnant=venue.remnant,
        rounding=venue.rounding,
        key=(0,),
    )


@pytest.mark.parametrize("rule", RULES)
def test_both_take_the_same_from_everybody(rule: str) -> None:
    (asked,) = policies_meant([rule], BUILT_IN)
    given = {**unhedged_book().given, "bid": np.zeros(ACCOUNTS)}
    venue = BookVenue(replace(unhedged_book(), given=given), 0, fund=20.0, capital=5.0)
    take_over(venue)
    other = sample(venue)
    settle(venue, build_waterfall(asked.policy, BUILT_IN), BookPostings(venue), throttled=False)
    rulebook = Rulebook(build_waterfall(asked.policy, BUILT_IN))
    losses = OpenLosses.of(other, np.array([0, 1]), final=True)
    for _ in walk(losses, rulebook.losses, rulebook, SamplePostings(other)):
        pass
    assert venue.equity == pytest.approx(other.equity, rel=1e-9, abs=1e-9)
    assert dense(venue, venue.quantity) == pytest.approx(other.accounts.quantity, rel=1e-9, abs=1e-9)
    assert venue.inventory == pytest.approx(other.inventory, rel=1e-9, abs=1e-9)
    assert venue.engine_cash == pytest.approx(other.engine_cash, rel=1e-9, abs=1e-9)
