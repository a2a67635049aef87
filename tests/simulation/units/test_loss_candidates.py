"""The columns a rule sees about who may bear a loss, by hand for each kind of hedge."""

import numpy as np
import pytest

from lastresort.mechanisms.contract import Candidates
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE, MAKER, PAIRS
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.candidates import opposite_side

LONG, SHORT = 1.0, -1.0


def row_of(candidates: Candidates, account: int) -> int:
    found = np.flatnonzero(candidates.account == account)
    assert len(found) == 1
    return int(found[0])


def look(ledger: Ledger, universe: Universe, market: int, side: float, prices: Prices | None = None) -> Candidates:
    """The left venue's candidates for a loss on the given side."""
    return opposite_side(ledger, universe, prices or Prices(universe), 0, market, side)


def test_only_the_opposite_side_of_the_book_is_asked(universe: Universe, ledger: Ledger) -> None:
    for side in (LONG, SHORT):
        candidates = look(ledger, universe, 1, side)
        assert (candidates.quantity * side < 0).all()
        assert np.abs(candidates.quantity).sum() == pytest.approx(0.6 * 3e8)
        assert (np.diff(candidates.account) > 0).all()
        n = len(ledger.isolated.book)
        assert np.array_equal(candidates.isolated, candidates.account < n)


def test_a_basis_desk_is_hedged_by_its_spot(universe: Universe, ledger: Ledger) -> None:
    isolated = ledger.isolated
    candidates = look(ledger, universe, 0, LONG)
    desk = isolated.is_basis[candidates.account[candidates.isolated]]
    hedge = candidates.hedge[candidates.isolated]
    size = np.abs(candidates.quantity[candidates.isolated])
    assert desk.any()
    assert not desk.all()
    assert np.array_equal(hedge, np.where(desk, size, 0.0))
    assert not candidates.attested_hedge[candidates.isolated].any()


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
    for column in (seen.quantity, seen.equity, seen.hedge):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1.0
