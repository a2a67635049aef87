"""What is posted to a sample venue: nothing comes or goes, and entries, cash and purses by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Absorption, Allocation, Floats, LossEvent, Payer, Scope
from lastresort.plugins.testing.sample_postings import SamplePostings
from lastresort.plugins.testing.sample_venue import SampleVenue
from lastresort.plugins.testing.small_crash import TROUGH
from lastresort.plugins.testing.small_crash.accounts import ACCOUNTS
from lastresort.plugins.testing.small_crash.scenes import scene
from lastresort.simulation.waterfall.open_losses import OpenLosses
from lastresort.simulation.waterfall.stages import unset_severity
from lastresort.simulation.waterfall.views import loss_event, residual_view

BOTH = np.arange(2)
MAJOR, SMALL = 0, 1
RULE = "a rule"


@pytest.fixture
def venue() -> SampleVenue:
    """The trough: the engine is long 2,600,000 major and 2,200,000 small contracts."""
    return scene(TROUGH).venue.copy()


def event(venue: SampleVenue, market: int, scope: Scope = Scope.EVERYBODY) -> LossEvent:
    """A loss of all the engine holds in a market, and of 60,000 USD."""
    losses = OpenLosses.of(venue, BOTH, final=False)
    return loss_event(losses, market, float(venue.inventory[market]), 60_000.0, scope)


def row(name: str) -> int:
    return [account.name for account in ACCOUNTS].index(name)


def only(name: str, amount: float) -> Floats:
    column = np.zeros(len(ACCOUNTS))
    column[row(name)] = amount
    return column


def worth(venue: SampleVenue) -> float:
    """Equity of the accounts, the engine's books at the mark, the pools, and the venue's own purses."""
    engine = (venue.engine_cash + venue.inventory * venue.mark).sum()
    purses = venue.pool_balance.sum() + venue.capital + venue.default_fund
    return float(venue.equity.sum() + engine + purses)


def contracts(venue: SampleVenue) -> Floats:
    return np.asarray(venue.accounts.quantity.sum(axis=0) + venue.inventory)


def test_a_short_that_is_closed_keeps_its_entry_and_loses_to_the_price(venue: SampleVenue) -> None:
    """Naked short: -700,000 at 1.00 with 105,000 in cash; 200,000 are bought at 0.60, the mark is 0.55."""
    said = Allocation(only("naked short", 200_000), only("naked short", 0), 0.60, 0.60)
    before = venue.equity[row("naked short")]
    SamplePostings(venue).allocate(event(venue, SMALL), RULE, said)
    k = row("naked short")
    assert venue.accounts.quantity[k].tolist() == [0.0, -500_000.0]
    assert venue.accounts.entry[k, SMALL] == 1.0
    assert venue.accounts.cash[k] == pytest.approx(105_000 + 200_000 * (1.00 - 0.60))
    assert venue.equity[k] == pytest.approx(before - 200_000 * 0.05)
    assert venue.inventory[SMALL] == 2_000_000


def test_a_position_that_grows_averages_its_entry_and_one_that_turns_enters_anew(venue: SampleVenue) -> None:
    """The second maker is long 400,000 from 0.56, the market maker short 500,000 from 1.02; both take 600,000."""
    assign = only("second maker", 600_000) + only("market maker", 600_000)
    SamplePostings(venue).allocate(
        event(venue, SMALL), RULE, Allocation(0 * assign, 0 * assign, 0.50, 0.50, assign=assign)
    )
    grown, turned = row("second maker"), row("market maker")
    assert venue.accounts.quantity[[grown, turned], SMALL].tolist() == [1_000_000, 100_000]
    assert venue.accounts.entry[grown, SMALL] == pytest.approx((400_000 * 0.56 + 600_000 * 0.50) / 1e6)
    assert venue.accounts.entry[turned, SMALL] == 0.50
    assert venue.accounts.cash[turned] == pytest.approx(962_000 + 500_000 * (1.02 - 0.50))


def test_the_fund_pays_the_gap_between_two_prices(venue: SampleVenue) -> None:
    close = only("naked short", 100_000)
    before = venue.pool_balance.copy()
    SamplePostings(venue).allocate(event(venue, SMALL), RULE, Allocation(close, 0 * close, 0.55, 0.57))
    assert (venue.pool_balance - before).tolist() == pytest.approx([0.0, -100_000 * 0.02])
    assert venue.fund_result[SMALL] == pytest.approx(-3_200 - 2_000)


def test_a_charge_is_cash_and_a_claim(venue: SampleVenue) -> None:
    charge = only("saver", 60_000)
    engine = venue.engine_cash[MAJOR]
    SamplePostings(venue).allocate(event(venue, MAJOR), RULE, Allocation(0 * charge, charge, 0.88, 0.88, claim=True))
    assert venue.equity[row("saver")] == 440_000
    assert venue.engine_cash[MAJOR] == pytest.approx(engine + 60_000)
    assert venue.claims == 60_000


@pytest.mark.parametrize("drawn", [None, np.array([0.25, 0.75])])
def test_pools_pay_their_own_markets_or_what_is_drawn(venue: SampleVenue, drawn: Floats | None) -> None:
    losses = OpenLosses.of(venue, BOTH, final=False)
    pay = np.array([30_000.0, 50_000.0])
    said = Absorption(Payer.FUND, pay, np.zeros(2), np.zeros(2), drawn)
    SamplePostings(venue).absorb(losses, RULE, said)
    paid = pay if drawn is None else 80_000 * drawn
    assert venue.pool_balance.tolist() == pytest.approx((np.array([405_000, 146_800]) - paid).tolist())
    assert venue.pool_peak.tolist() == [405_000, 150_000]


def test_a_vault_takes_inventory_at_what_the_engine_has_booked(venue: SampleVenue) -> None:
    losses = OpenLosses.of(venue, BOTH, final=False)
    booked, equity = venue.engine_cash.copy(), venue.vault_equity.copy()
    said = Absorption(Payer.VAULT, np.zeros(2), np.zeros(2), np.array([0.5, 0.0]))
    SamplePostings(venue).absorb(losses, RULE, said)
    assert venue.inventory.tolist() == [1_300_000, 2_200_000]
    assert venue.engine_cash.tolist() == pytest.approx([booked[0] / 2, booked[1]])
    assert venue.vault_equity[0] == pytest.approx(equity[0] + 1_300_000 * 0.88 + booked[0] / 2)
    assert venue.vault_notional[0] == pytest.approx(1_300_000 * 0.88)


@settings(max_examples=60, deadline=None)
@given(
    market=st.sampled_from([MAJOR, SMALL]),
    share=st.lists(st.floats(0, 1), min_size=len(ACCOUNTS), max_size=len(ACCOUNTS)),
    winner=st.floats(0.3, 1.2),
    loser=st.floats(0.3, 1.2),
    charge=st.floats(0, 1e5),
)
def test_nothing_comes_or_goes(market: int, share: list[float], winner: float, loser: float, charge: float) -> None:
    venue = scene(TROUGH).venue.copy()
    asked = event(venue, market)
    part = np.array(share) / len(share)
    close, charged = part * np.abs(asked.candidates.quantity), charge * part
    before, held = worth(venue), contracts(venue)
    said = Allocation(close, charged, winner, loser, assign=part * 1e5)
    SamplePostings(venue).allocate(asked, RULE, said)
    assert worth(venue) == pytest.approx(before, rel=1e-12)
    np.testing.assert_allclose(contracts(venue), held, atol=1e-6)


@pytest.mark.parametrize("payer", [Payer.FUND, Payer.CAPITAL, Payer.DEFAULT_FUND])
def test_a_payment_only_changes_hands(venue: SampleVenue, payer: Payer) -> None:
    losses, before = OpenLosses.of(venue, BOTH, final=False), worth(venue)
    said = Absorption(payer, np.array([10_000.0, 20_000.0]), np.zeros(2), np.zeros(2))
    SamplePostings(venue).absorb(losses, RULE, said)
    assert worth(venue) == pytest.approx(before, rel=1e-12)


def test_views_stay_what_they_were(venue: SampleVenue) -> None:
    losses = OpenLosses.of(venue, BOTH, final=False)
    asked = event(venue, SMALL)
    seen = residual_view(losses, unset_severity(losses))
    kept = [column.copy() for column in (seen.pool_balance, seen.cash, asked.candidates.quantity)]
    SamplePostings(venue).absorb(losses, RULE, Absorption(Payer.FUND, np.full(2, 1e4), np.zeros(2), np.zeros(2)))
    close = only("naked short", 1e5)
    SamplePostings(venue).allocate(asked, RULE, Allocation(close, 0 * close, 0.55, 0.55))
    for column, then in zip((seen.pool_balance, seen.cash, asked.candidates.quantity), kept, strict=True):
        assert column.tolist() == then.tolist()
    assert scene(TROUGH).venue.inventory.tolist() == [2_600_000, 2_200_000], "the scene itself stays too"
