"""The columns a rule sees about who may bear a loss, by hand for each kind of hedge."""

from dataclasses import fields

import numpy as np
import pytest
import simpy

from lastresort.mechanisms.building_blocks.ranking import unhedged
from lastresort.mechanisms.contract import Candidates, Scope
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE, MAKER, PAIRS, VALUE, VAULT
from lastresort.simulation.funding import Funding
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.providers import Providers
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues
from lastresort.simulation.waterfall.views import candidates

LONG, SHORT = 1.0, -1.0


def row_of(seen: Candidates, account: int) -> int:
    found = np.flatnonzero(seen.account == account)
    assert len(found) == 1
    return int(found[0])


def look(
    ledger: Ledger,
    universe: Universe,
    market: int,
    side: float,
    prices: Prices | None = None,
    scope: Scope = Scope.OPPOSITE,
) -> Candidates:
    """The left venue's candidates for a loss on the given side."""
    prices = prices or Prices(universe)
    funding = Funding(simpy.Environment(), universe, ledger, prices)
    venues = SimulatedVenues(universe, 1, ledger, prices, Quotes(universe), funding)
    return candidates(venues.at(0, 0.0), market, side, scope)


def test_only_the_opposite_side_of_the_book_is_asked(universe: Universe, ledger: Ledger) -> None:
    for side in (LONG, SHORT):
        seen = look(ledger, universe, 1, side)
        assert (seen.quantity * side < 0).all()
        assert np.abs(seen.quantity).sum() == pytest.approx(0.6 * 3e8)
        assert (np.diff(seen.account) > 0).all()
        n = len(ledger.isolated.book)
        assert np.array_equal(seen.isolated, seen.account < n)


def test_a_basis_desk_s_spot_is_no_hedge_here_and_only_attestation_shows_it(universe: Universe, ledger: Ledger) -> None:
    isolated = ledger.isolated
    seen = look(ledger, universe, 0, LONG)
    desk = isolated.is_basis[seen.account[seen.isolated]]
    size = np.abs(seen.quantity[seen.isolated])
    assert desk.any()
    assert not desk.all()
    assert not seen.hedge[seen.isolated].any()
    assert np.array_equal(seen.attested_hedge[seen.isolated], np.where(desk, size, 0.0))
    assert np.array_equal(unhedged(seen, attested=False)[seen.isolated], size)
    assert np.array_equal(unhedged(seen, attested=True)[seen.isolated], np.where(desk, 0.0, size))


@pytest.mark.parametrize(("long", "short", "offset"), [(1000.0, 400.0, 800.0), (1000.0, 700.0, 1000.0)])
def test_a_pair_is_hedged_by_its_other_leg_in_beta_dollars(
    universe: Universe, ledger: Ledger, long: float, short: float, offset: float
) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    row = int(np.flatnonzero((cross.venue == 0) & (cross.cohort == PAIRS))[0])
    cross.long_market[row], cross.short_market[row] = 0, 2
    cross.quantity[row] = 0.0
    cross.quantity[row, [0, 2]] = long, -short
    # the market shorted has twice the beta of the other
    seen = look(ledger, universe, 0, SHORT)
    k = row_of(seen, n + row)
    assert seen.hedge[k] == pytest.approx(offset)
    assert seen.attested_hedge[k] == 0
    other = look(ledger, universe, 2, LONG)
    assert other.hedge[row_of(other, n + row)] == pytest.approx(min(short, long / 2))


def test_a_pair_s_hedge_is_measured_at_current_marks(universe: Universe, ledger: Ledger) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    row = int(np.flatnonzero((cross.venue == 0) & (cross.cohort == PAIRS))[0])
    cross.long_market[row], cross.short_market[row] = 0, 2
    cross.quantity[row] = 0.0
    cross.quantity[row, [0, 2]] = 1000.0, -500.0
    prices = Prices(universe)
    prices.mark[0, 0], prices.mark[0, 2] = 0.9, 0.4
    seen = look(ledger, universe, 0, SHORT, prices)
    assert seen.hedge[row_of(seen, n + row)] == pytest.approx(500 * 0.4 * 2 / 0.9)


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [(-600.0, 600.0, 1.0), (-600.0, 150.0, 0.25), (-600.0, 900.0, 1.0), (-600.0, -100.0, 0.0)],
)
def test_an_arbitrageur_is_hedged_at_another_venue_which_only_attestation_shows(
    universe: Universe, ledger: Ledger, left: float, right: float, share: float
) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    cross.tensor(ARBITRAGE)[5, :, 1] = left, right
    seen = look(ledger, universe, 1, LONG)
    k = row_of(seen, n + cross.rows[ARBITRAGE].start + 2 * 5)
    assert seen.quantity[k] == left
    assert seen.hedge[k] == 0
    assert seen.attested_hedge[k] == pytest.approx(600 * share)


@pytest.mark.parametrize(("spot", "share"), [(1000.0, 1.0), (250.0, 0.25), (0.0, 0.0), (-50.0, 0.0)])
def test_a_maker_is_hedged_in_spot_which_only_attestation_shows(
    universe: Universe, ledger: Ledger, spot: float, share: float
) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    cross.tensor(MAKER)[3, :, 2] = -800.0, -200.0
    cross.maker_spot[3, 2] = spot
    seen = look(ledger, universe, 2, LONG)
    k = row_of(seen, n + cross.rows[MAKER].start + 2 * 3)
    assert seen.hedge[k] == 0
    assert seen.attested_hedge[k] == pytest.approx(800 * share)


def test_makers_are_fully_hedged_at_the_start(universe: Universe, ledger: Ledger) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    seen = look(ledger, universe, 3, LONG)
    maker = np.isin(seen.account - n, np.arange(len(cross))[cross.rows[MAKER]])
    assert maker.sum() == 12
    assert seen.attested_hedge[maker] == pytest.approx(np.abs(seen.quantity[maker]))


def test_money_columns_by_hand(universe: Universe, ledger: Ledger) -> None:
    isolated = ledger.isolated
    prices = Prices(universe)
    prices.mark[0, 1] = 0.8
    short, long = (int(np.flatnonzero((isolated.book == 1) & (isolated.quantity * s > 0))[0]) for s in (-1, 1))
    isolated.quantity[short], isolated.cash[short], isolated.entry[short] = -1000.0, 1300.0, 1.1
    isolated.quantity[long], isolated.cash[long], isolated.entry[long] = 500.0, -450.0, 0.7
    seen = look(ledger, universe, 1, LONG, prices)
    k = row_of(seen, short)
    columns = (seen.notional, seen.equity, seen.profit, seen.spendable, seen.leverage, seen.entry_price)
    assert [column[k] for column in columns] == pytest.approx([800, 500, 300, 500, 1.6, 1.1])
    ruined = look(ledger, universe, 1, SHORT, prices)
    k = row_of(ruined, long)
    assert [column[k] for column in (ruined.notional, ruined.equity, ruined.profit, ruined.spendable)] == pytest.approx(
        [400, -50, 50, 0]
    )
    assert ruined.leverage[k] == 1e6


def test_columns_cannot_be_written(universe: Universe, ledger: Ledger) -> None:
    seen = look(ledger, universe, 0, LONG)
    for field in fields(seen):
        with pytest.raises(ValueError, match="read-only"):
            getattr(seen, field.name)[0] = 1.0


# -- scopes -------------------------------------------------------------------------------------------------------


def test_both_sides_are_the_long_and_the_short_holders(universe: Universe, ledger: Ledger) -> None:
    both = look(ledger, universe, 1, LONG, scope=Scope.HOLDERS)
    sides = [look(ledger, universe, 1, side).account for side in (LONG, SHORT)]
    assert sorted(both.account) == sorted(np.concatenate(sides))
    assert both.quantity.sum() == pytest.approx(0, abs=1e-3)
    assert (both.quantity != 0).all()


def test_everybody_is_every_account_of_the_venue_once(universe: Universe, ledger: Ledger) -> None:
    ledger.cross.move(ledger.cross.vaults(0)[:1], np.array([1]), np.array([250.0]), np.array([-200.0]))
    everybody = look(ledger, universe, 1, LONG, scope=Scope.EVERYBODY)
    n = len(ledger.isolated.book)
    wanted = np.concatenate([np.flatnonzero(ledger.isolated.book < 4), n + np.flatnonzero(ledger.cross.venue == 0)])
    assert everybody.account.tolist() == wanted.tolist()
    holders = look(ledger, universe, 1, LONG, scope=Scope.HOLDERS)
    assert everybody.account[everybody.quantity != 0].tolist() == holders.account.tolist()
    for field in fields(holders):  # what is known about a holder does not depend on who else is asked
        column = getattr(everybody, field.name)[everybody.quantity != 0]
        np.testing.assert_array_equal(column, getattr(holders, field.name))
    elsewhere = everybody.isolated & (ledger.isolated.book[np.minimum(everybody.account, n - 1)] != 1)
    assert elsewhere.any()
    for column in (everybody.quantity, everybody.notional, everybody.profit):
        assert not column[elsewhere].any()
    held = everybody.account[elsewhere]
    assert everybody.equity[elsewhere] == pytest.approx(ledger.isolated.cash[held] + ledger.isolated.quantity[held])


def test_everybody_is_looked_at_up_to_date(universe: Universe, ledger: Ledger) -> None:
    """Half of every cell closed at 0.9: what candidates show is half of what they held."""
    isolated = ledger.isolated
    before = look(ledger, universe, 2, LONG, scope=Scope.EVERYBODY)
    equity = before.equity[before.isolated].copy()
    isolated.close_cells(np.full(isolated.shape, 0.5), np.full(isolated.shape, 0.9))
    after = look(ledger, universe, 2, LONG, scope=Scope.EVERYBODY)
    assert after.equity[after.isolated] == pytest.approx(equity / 2)


def test_providers_are_the_makers_of_the_venue(universe: Universe, ledger: Ledger) -> None:
    providers = look(ledger, universe, 1, LONG, scope=Scope.PROVIDERS)
    cross, n = ledger.cross, len(ledger.isolated.book)
    rows = np.flatnonzero((cross.cohort == MAKER) & (cross.venue == 0))
    assert providers.account.tolist() == (n + rows).tolist()
    assert len(rows) == 12
    assert np.isfinite(providers.bid).all()
    others = look(ledger, universe, 1, LONG, scope=Scope.EVERYBODY)
    assert np.isfinite(others.bid).sum() == 12, "nobody else volunteers"


# -- columns of the margin unit and of the account ----------------------------------------------------------------


def test_a_maker_s_room_and_bid_by_hand(universe: Universe, ledger: Ledger) -> None:
    """Free collateral over initial margin, a quarter of it; a discount of 0.5 to 1.5 hours of volatility."""
    cross, entity, market = ledger.cross, 3, 2
    row = cross.rows[MAKER].start + 2 * entity
    cross.quantity[row], cross.cash[row] = [1000.0, 0.0, -500.0, 0.0], 700.0
    prices = Prices(universe)
    prices.mark[0] = [0.9, 1.0, 0.8, 1.0]
    margin, depth = universe.scenario.margin, universe.scenario.backstops
    initial = np.array([margin.cross[tier] / margin.per_leverage for tier in (0, 1, 2)])
    free = 700 + 900 - 400 - 900 * initial[0] - 400 * initial[2]
    wanted = depth.provider_share * free / (0.8 * initial[2])
    low, high = depth.provider_risk
    discount = (low + (high - low) * entity / 11) * np.hypot(2 * 0.02, 0.03) / np.sqrt(24)
    for side in (LONG, SHORT):
        seen = look(ledger, universe, market, side, prices, Scope.PROVIDERS)
        assert seen.room[entity] == pytest.approx(wanted)
        assert seen.bid[entity] == pytest.approx(0.8 * np.exp(-side * discount))
    cross.cash[row] = -700.0
    assert look(ledger, universe, market, LONG, prices, Scope.PROVIDERS).room[entity] == 0


@pytest.mark.parametrize(("volatility", "counted"), [(2.0, 2.0), (4.9, 4.9), (50.0, 5.0)])
def test_makers_ask_for_more_in_a_storm_up_to_a_point(
    universe: Universe, ledger: Ledger, volatility: float, counted: float
) -> None:
    quotes = Quotes(universe)
    providers = Providers(universe, ledger, quotes)
    calm = providers.discount(providers.rows(0), 0, 3)
    quotes.volatility[0, 3] = volatility
    loud = providers.discount(providers.rows(0), 0, 3)
    assert universe.scenario.backstops.provider_volatility == 5
    assert loud / calm == pytest.approx(np.full(12, counted))


def test_others_room_is_all_of_their_free_collateral(universe: Universe, ledger: Ledger) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    pair = int(np.flatnonzero((cross.venue == 0) & (cross.cohort == PAIRS))[0])
    cross.quantity[pair], cross.cash[pair] = [0.0, 300.0, 0.0, 0.0], 100.0
    seen = look(ledger, universe, 0, LONG, scope=Scope.EVERYBODY)
    rate = universe.scenario.margin.cross
    per = universe.scenario.margin.per_leverage
    assert seen.room[row_of(seen, n + pair)] == pytest.approx((400 - 300 * rate[1] / per) / (rate[0] / per))
    assert not seen.room[seen.isolated].any()
    value = row_of(seen, n + cross.rows[VALUE].start)
    assert (seen.equity[value] > 0, seen.room[value]) == (True, 0), "value buyers do not take positions over"


def test_margin_unit_and_account_columns_by_hand(universe: Universe, ledger: Ledger) -> None:
    isolated, cross, n = ledger.isolated, ledger.cross, len(ledger.isolated.book)
    prices = Prices(universe)
    prices.mark[0] = [0.9, 0.8, 0.7, 0.6]
    short = int(np.flatnonzero((isolated.book == 1) & (isolated.quantity < 0) & ~isolated.is_basis)[0])
    isolated.quantity[short], isolated.cash[short], isolated.entry[short] = -1000.0, 1300.0, 1.1
    isolated.rate[short], isolated.opened[short] = 0.02, 77.0
    pair = int(np.flatnonzero((cross.venue == 0) & (cross.cohort == PAIRS))[0])
    cross.long_market[pair], cross.short_market[pair] = 0, 1
    cross.quantity[pair], cross.cash[pair] = [200.0, -100.0, 0.0, 0.0], 10.0
    cross.entry[pair] = [1.05, 0.95, 1.0, 1.0]
    seen = look(ledger, universe, 1, LONG, prices, Scope.HOLDERS)
    k, j = row_of(seen, short), row_of(seen, n + pair)
    assert [seen.maintenance[k], seen.unit_profit[k], seen.opened[k]] == pytest.approx([16, 300, 77])
    assert seen.net_delta[k] == pytest.approx(1.5 * -800)
    rate = universe.scenario.margin.cross
    assert seen.maintenance[j] == pytest.approx(180 * rate[0] + 80 * rate[1])
    # the long lost 200 x 0.15, the short won 100 x 0.15
    assert [seen.unit_profit[j], seen.profit[j], seen.opened[j]] == pytest.approx([-15, 15, 0])
    assert seen.entry_price[j] == 0.95
    assert seen.net_delta[j] == pytest.approx(180 * 1.0 - 80 * 1.5)
    assert [seen.equity[j], seen.leverage[j]] == pytest.approx([110, 260 / 110])


def test_a_desk_s_net_delta_is_that_of_its_short(universe: Universe, ledger: Ledger) -> None:
    """Short 500 at a mark of 0.79, weighted by beta 1.5; its 500 of spot are on no leg of the venue."""
    isolated, prices = ledger.isolated, Prices(universe)
    prices.mark[0, 1], prices.index[1] = 0.79, 0.80
    desk = int(np.flatnonzero((isolated.book == 1) & isolated.is_basis)[0])
    isolated.quantity[desk] = -500.0
    seen = look(ledger, universe, 1, LONG, prices)
    assert seen.net_delta[row_of(seen, desk)] == pytest.approx(1.5 * -500 * 0.79)


def test_contributions_are_shares_of_the_default_fund_by_opening_notional(universe: Universe, ledger: Ledger) -> None:
    everybody = [look(ledger, universe, m, LONG, scope=Scope.EVERYBODY) for m in (0, 3)]
    assert everybody[0].contribution.sum() == pytest.approx(0.005 * 6e8)
    assert np.array_equal(everybody[0].contribution, everybody[1].contribution)
    alone = everybody[0].isolated
    opening = np.abs(ledger.isolated.quantity[everybody[0].account[alone]])
    gross = ledger.cross.notional(np.ones((2, 4)), np.flatnonzero(ledger.cross.venue == 0)).sum() + opening.sum()
    assert everybody[0].contribution[alone] == pytest.approx(3e6 * opening / gross)
    vaults = ledger.cross.rows[VAULT]
    row = everybody[0].account - len(ledger.isolated.book)
    assert not everybody[0].contribution[(row >= vaults.start) & (row < vaults.stop)].any()


def test_gains_are_of_the_run_and_variation_is_since_the_last_settlement(universe: Universe, ledger: Ledger) -> None:
    """A long from 1.00: settled at 0.95, then closed by half at 0.90; transfers are nobody's gain."""
    isolated, cross, n = ledger.isolated, ledger.cross, len(ledger.isolated.book)
    long = int(np.flatnonzero((isolated.book == 1) & (isolated.quantity > 0))[0])
    q = float(isolated.quantity[long])
    desk = cross.rows[ARBITRAGE].start
    exposure = cross.quantity[desk].copy()
    ledger.winnings.settle(np.full((2, 4), 0.95))
    ledger.send(desk, 700.0)
    ledger.receive(desk, 200.0)
    isolated.close_cells(np.full(isolated.shape, 0.5), np.full(isolated.shape, 0.90))
    prices = Prices(universe)
    prices.mark[:] = 0.92
    seen = look(ledger, universe, 1, LONG, prices, Scope.EVERYBODY)
    k, j = row_of(seen, long), row_of(seen, n + desk)
    won = q * (0.5 * 0.90 + 0.5 * 0.92 - 1)
    assert [seen.gain[k], seen.variation[k]] == pytest.approx([won, won + 0.05 * q])
    assert [seen.gain[j], seen.variation[j]] == pytest.approx(
        [-0.08 * exposure.sum(), -0.03 * exposure.sum()], abs=1e-3
    )
