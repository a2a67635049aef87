"""Vaults, capital, default funds, IOUs and assignments: who pays, who takes, and who is paid back."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.backstops.claim_repayment import ClaimRepayment
from lastresort.mechanisms.contract import CashKind, CashView, Ints, Payer, Routing
from lastresort.simulation.accounts.journal import Cause
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import CROSS_COHORTS, MAKER, RETAIL, SHORT, VAULT
from lastresort.simulation.participants.vaults import Vaults
from lastresort.simulation.run import Run
from lastresort.simulation.universe import Universe

NONE = np.zeros((2, 4))
MARK = np.ones((2, 4))


def accounts_of(ledger: Ledger, cohort: int, book: int) -> Ints:
    return np.flatnonzero((ledger.isolated.cohort == cohort) & (ledger.isolated.book == book))


def inventory(ledger: Ledger, price: float = 0.97) -> float:
    """The engine takes two longs of the left venue's third market over; returns its contracts."""
    ids = accounts_of(ledger, RETAIL, 2)[:2]
    held = ledger.isolated.quantity[ids].copy()
    ledger.seize(ids, np.full(2, 2), held, np.full(2, price), np.ones(2))
    assert not ledger.burden.left_hole.any()
    return float(held.sum())


# -- vaults -------------------------------------------------------------------------------------------------------


def test_vaults_open_with_their_share_of_open_interest_and_no_position(universe: Universe, ledger: Ledger) -> None:
    cross = ledger.cross
    for venue, interest in enumerate((6e8, 4e8)):
        rows = cross.vaults(venue)
        assert (cross.venue[rows] == venue).all()
        assert cross.equity(MARK, rows) == pytest.approx(0.01 * interest * np.array([0.5, 0.3, 0.2]))
        assert not cross.quantity[rows].any()
    assert CROSS_COHORTS[cross.cohort[cross.rows[VAULT].start]] == "vault"
    assert not ledger.pockets.stake(np.arange(-6, 0)).any()


def test_the_vault_of_the_market_s_pool_takes_inventory_at_the_bankruptcy_price(ledger: Ledger) -> None:
    held, cross = inventory(ledger), ledger.cross
    row = cross.vaults(0)[2]
    cash = float(cross.cash[row])
    ledger.absorb(Payer.VAULT, 0, np.array([2]), np.zeros(1), np.array([0.4]))
    assert cross.quantity[row].tolist() == pytest.approx([0, 0, 0.4 * held, 0])
    assert cross.cash[row] - cash == pytest.approx(-0.4 * held * 0.97)
    assert ledger.engine_quantity[0, 2] == pytest.approx(0.6 * held)
    assert ledger.engine_cash[0, 2] == pytest.approx(-0.6 * held * 0.97)
    assert cross.equity(MARK, np.array([row]))[0] - cash == pytest.approx(0.4 * held * 0.03)
    assert not ledger.backstop_quantity.any()


def test_a_vault_pays_before_it_takes_at_the_price_that_is_left(ledger: Ledger) -> None:
    """Of 0.97 per contract 0.07 is paid first: the half that is taken over costs 0.90 each."""
    held, cross = inventory(ledger), ledger.cross
    row = cross.vaults(0)[2]
    cash = float(cross.cash[row])
    ledger.absorb(Payer.VAULT, 0, np.array([2]), np.array([0.07 * held]), np.array([0.5]))
    assert cash - cross.cash[row] == pytest.approx(0.07 * held + 0.5 * 0.90 * held)
    assert ledger.engine_cash[0, 2] == pytest.approx(-0.5 * 0.90 * held)


def test_a_vault_sells_with_its_time_constant_where_markets_trade(universe: Universe, ledger: Ledger) -> None:
    cross = ledger.cross
    rows = cross.vaults(1)
    cross.quantity[rows[0], [0, 3]] = 900.0, -90.0
    trading = np.ones((2, 4))
    trading[1, 3] = 0.0
    row, market, quantity = Vaults(universe).orders(cross, 30.0, trading)
    assert [row.tolist(), market.tolist()] == [[rows[0]] * 2, [0, 3]]
    assert quantity == pytest.approx([900 * np.expm1(-30 / 900), 0])


def test_a_vault_is_in_breach_like_anybody_else(ledger: Ledger) -> None:
    cross = ledger.cross
    row = cross.vaults(0)[1]
    cross.quantity[row, 1] = 1e6
    assert row not in cross.breached(MARK)
    cross.cash[row] = -1e6 * (1 - 0.9 * cross.rate[0, 1])
    assert row in cross.breached(MARK)
    cross.cash[row] = -1e6 * (1 - 1.1 * cross.rate[0, 1])
    assert row not in cross.breached(MARK)


def test_a_bankrupt_vault_that_is_seized_leaves_nothing_but_its_hole(ledger: Ledger) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    held = inventory(ledger)
    row = cross.vaults(0)[2]
    ledger.absorb(Payer.VAULT, 0, np.array([2]), np.zeros(1), np.ones(1))
    cash = float(cross.cash[row])
    price = -0.5 * cash / held
    ledger.seize(np.array([n + row]), np.array([2]), np.array([held]), np.array([price]), np.ones(1))
    assert [cross.cash[row], cross.quantity[row, 2]] == pytest.approx([0, 0], abs=1e-6)
    assert ledger.burden.left_hole[n + row] == pytest.approx(-0.5 * cash)
    assert ledger.engine_cash[0, 2] == pytest.approx(cash)


# -- capital and default fund -------------------------------------------------------------------------------------


def test_capital_pays_and_nobody_else_bears_it(ledger: Ledger) -> None:
    assert ledger.pockets.capital == pytest.approx(0.0005 * np.array([6e8, 4e8]))
    ledger.absorb(Payer.CAPITAL, 1, np.array([0, 3]), np.array([700.0, 300.0]), np.zeros(2))
    assert ledger.pockets.capital == pytest.approx([3e5, 2e5 - 1000])
    assert ledger.engine_cash[1].tolist() == [700, 0, 0, 300]
    assert not ledger.burden.loss.any()


def test_members_bear_the_default_fund_in_proportion_to_what_they_put_in(ledger: Ledger) -> None:
    members = ledger.at_venue(1)
    stake = ledger.pockets.contribution(members)
    assert stake.sum() == pytest.approx(0.005 * 4e8)
    ledger.absorb(Payer.DEFAULT_FUND, 1, np.array([0, 3]), np.array([7000.0, 3000.0]), np.zeros(2))
    assert ledger.pockets.default_fund == pytest.approx([3e6, 2e6 - 10_000])
    assert ledger.burden.loss[members] == pytest.approx(10_000 * stake / 2e6)
    assert ledger.burden.loss.sum() == pytest.approx(10_000)
    alone = len(ledger.isolated.book)
    crossed = ledger.burden.loss[alone:]
    assert ledger.burden.leg_loss[:, [0, 3]] == pytest.approx(np.outer(crossed, [0.7, 0.3]))
    assert not ledger.burden.leg_loss[:, [1, 2]].any()
    assert np.array_equal(ledger.pockets.contribution(members), stake), "what they put in before the run"


# -- IOUs ---------------------------------------------------------------------------------------------------------


def test_a_charge_with_a_claim_is_owed(ledger: Ledger) -> None:
    one, two = accounts_of(ledger, SHORT, 1)[:2]
    other = accounts_of(ledger, SHORT, 5)[0]
    for claim in (True, False):
        ledger.charge(np.array([one, two]), 0, 1, np.array([300.0, 100.0]), claim=claim)
    ledger.charge(np.array([other]), 1, 1, np.array([50.0]), claim=True)
    assert ledger.pockets.claims[[one, two, other]].tolist() == [300, 100, 50]
    assert (ledger.pockets.owed(0), ledger.pockets.owed(1)) == (400, 50)


@given(st.lists(st.floats(0.01, 1e5), min_size=1, max_size=3), st.floats(0, 4e5), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_claims_are_repaid_in_proportion_and_never_beyond_what_is_owed(
    universe: Universe, make_ledger: Callable[[Universe], Ledger], owed: list[float], amount: float, a: float, b: float
) -> None:
    """Surplus `amount`: a share of it for the fund, another for claims, the rest for the treasury, to the last cent."""
    ledger = make_ledger(universe)
    to_fund, to_claims = min(a, 1 - b), b
    accounts = accounts_of(ledger, SHORT, 1)[: len(owed)]
    claims = np.array(owed[: len(accounts)])
    ledger.charge(accounts, 0, 1, claims, claim=True)
    isolated, fund = ledger.isolated, ledger.pockets.fund.sum()
    money = isolated.cash[accounts] + isolated.wallet[accounts]
    surplus, share = NONE.copy(), np.ones((2, 4))
    surplus[0, 2] = amount
    ledger.give_surplus(surplus, to_fund * share, to_claims * share)
    repaid = min(to_claims * amount, claims.sum())
    got = isolated.cash[accounts] + isolated.wallet[accounts] - money
    assert got == pytest.approx(repaid * claims / claims.sum(), abs=1e-3)
    assert ledger.pockets.claims[accounts] == pytest.approx(claims * (1 - repaid / claims.sum()), abs=1e-6)
    assert (ledger.pockets.claims >= 0).all()
    assert ledger.pockets.fund.sum() - fund == pytest.approx(to_fund * amount, abs=1e-6)
    assert ledger.pockets.treasury[0] == pytest.approx(amount - to_fund * amount - repaid, abs=1e-5)
    assert ledger.burden.benefit.sum() == pytest.approx(repaid)
    ledger.audit()


def test_a_repaid_claim_has_no_market(ledger: Ledger) -> None:
    account = np.array([len(ledger.isolated.book)])
    ledger.charge(account, int(ledger.cross.venue[0]), 1, np.array([300.0]), claim=True)
    ledger.pockets.fees[ledger.cross.venue[0]] = 1000.0
    ledger.engine_cash[ledger.cross.venue[0], 1] -= 1000.0
    ledger.give_fees(int(ledger.cross.venue[0]), np.zeros(3), 1.0)
    assert ledger.burden.benefit[account] == pytest.approx(300)
    assert ledger.burden.leg_loss[0] == pytest.approx([0, 300, 0, 0])
    assert not ledger.burden.leg_benefit.any()


def test_fees_repay_claims_too(ledger: Ledger) -> None:
    (short,) = accounts_of(ledger, SHORT, 1)[:1]
    ledger.charge(np.array([short]), 0, 1, np.array([100.0]), claim=True)
    ledger.pockets.fees[0] = 1000.0
    ledger.engine_cash[0, 1] -= 1000.0
    ledger.give_fees(0, np.array([0.1, 0.2, 0.0]), 0.4)
    assert ledger.pockets.claims[short] == 0
    assert ledger.pockets.treasury[0] == pytest.approx(700 - 100)
    assert ledger.pockets.fund[0] == pytest.approx([5e5 + 100, 3e5 + 200, 2e5])
    assert ledger.pockets.fees[0] == 0


# -- routing ------------------------------------------------------------------------------------------------------


def with_surplus(run: Run, amount: float, market: int = 1) -> None:
    """The left engine owns `amount` USD and nothing else, at the right venue's backstop's cost."""
    run.ledger.engine_cash[0, market] += amount
    run.ledger.backstop_cash[0, market] -= amount


def test_without_a_rule_surpluses_go_to_the_fund_and_fees_to_the_treasury(standing: Callable[..., Run]) -> None:
    run = standing()
    with_surplus(run, 50_000.0)
    run.ledger.pockets.fees[:] = 300.0, 200.0
    run.ledger.backstop_cash[:, 0] -= 300.0, 200.0
    run.resolution.settle(0.0, np.ones((2, 4), dtype=bool))
    run.resolution.route_fees(0.0)
    assert run.ledger.pockets.fund[0] == pytest.approx([5e5, 3e5 + 50_000, 2e5])
    assert run.ledger.pockets.treasury.tolist() == [300, 200]
    assert run.ledger.engine_cash[0, 1] == 0


def test_a_rule_is_shown_its_cash_and_routes_it(standing: Callable[..., Run]) -> None:
    seen: list[CashView] = []

    def route(view: CashView) -> Routing:
        seen.append(view)
        surplus = view.kind == CashKind.LIQUIDATION_SURPLUS
        return Routing(np.where(surplus, 0.5, 0.2), np.where(surplus, 0.3, 0.1))

    run = standing({"route_cash": route})
    ledger = run.ledger
    (short,) = accounts_of(ledger, SHORT, 1)[:1]
    ledger.charge(np.array([short]), 0, 1, np.array([20_000.0]), claim=True)
    with_surplus(run, 30_000.0)
    run.resolution.settle(0.0, np.repeat([[True], [False]], 4, axis=1))
    # the engine owned the 20,000 charged and 30,000 more
    (view,) = seen
    assert view.amount.tolist() == [0, 50_000, 0, 0]
    assert (view.claims, view.pool.tolist()) == (20_000, [0, 1, 2, 2])
    assert ledger.pockets.claims[short] == pytest.approx(5_000)
    assert ledger.pockets.fund[0] == pytest.approx([5e5, 325_000, 2e5])
    assert ledger.pockets.treasury[0] == pytest.approx(10_000)
    ledger.pockets.fees[0] += 1000.0
    ledger.backstop_cash[0, 0] -= 1000.0
    run.resolution.route_fees(1.0)
    assert (seen[1].kind == CashKind.TRADING_FEE).all()
    assert seen[1].amount == pytest.approx([500, 300, 200]), "open interest of the pools"
    assert ledger.pockets.fund[0] == pytest.approx([500_100, 325_060, 200_040])
    assert ledger.pockets.claims[short] == pytest.approx(4_900)
    assert ledger.pockets.treasury[0] == pytest.approx(10_700)


def test_claim_repayment_pays_claims_first(standing: Callable[..., Run]) -> None:
    run = standing(ClaimRepayment())
    ledger = run.ledger
    (short,) = accounts_of(ledger, SHORT, 1)[:1]
    ledger.charge(np.array([short]), 0, 1, np.array([20_000.0]), claim=True)
    with_surplus(run, 30_000.0)
    fund = ledger.pockets.fund[0, 1]
    run.resolution.settle(0.0, np.repeat([[True], [False]], 4, axis=1))
    assert ledger.pockets.owed(0) == pytest.approx(0, abs=1e-6)
    assert ledger.pockets.fund[0, 1] - fund == pytest.approx(30_000)


def test_a_small_surplus_and_the_cushion_stay_with_the_engine(standing: Callable[..., Run]) -> None:
    """Below 10,000 USD nothing moves; of a larger one 1 % of the inventory's value is kept."""
    run = standing()
    with_surplus(run, 9_999.0)
    run.resolution.settle(0.0, np.ones((2, 4), dtype=bool))
    assert run.ledger.engine_cash[0, 1] == 9_999
    run.ledger.engine_quantity[0, 1] += 2e6
    run.ledger.backstop_quantity[0, 1] -= 2e6
    with_surplus(run, 90_001.0 - 2e6)
    run.resolution.settle(1.0, np.ones((2, 4), dtype=bool))
    assert run.ledger.engine_cash[0, 1] == pytest.approx(20_000 - 2e6)


# -- assignment ---------------------------------------------------------------------------------------------------


def test_makers_take_inventory_over_as_a_position(ledger: Ledger) -> None:
    """Nobody is closed: a provider below the mark gains, one above it pays, and the payer covers the gap."""
    held, cross, n = inventory(ledger), ledger.cross, len(ledger.isolated.book)
    rows = np.arange(cross.rows[MAKER].start, cross.rows[MAKER].stop, 2)[:2]
    before, cash = cross.quantity[rows, 2].copy(), cross.cash[rows].copy()
    taken, price = np.array([0.25, 0.5]) * held, np.array([0.90, 1.02])
    ledger.deleverage(n + rows, 0, 2, taken, price, 0.97, Payer.BACKSTOP, 1.0, Cause.ASSIGNMENT)
    assert cross.quantity[rows, 2] - before == pytest.approx(taken)
    assert cash - cross.cash[rows] == pytest.approx(taken * price)
    assert ledger.engine_quantity[0, 2] == pytest.approx(0.25 * held)
    assert ledger.engine_cash[0, 2] == pytest.approx(-0.25 * 0.97 * held)
    assert ledger.backstop_cash[0, 2] == pytest.approx(-(0.25 * 0.07 - 0.5 * 0.05) * held)
    assert ledger.burden.benefit[n + rows] == pytest.approx([0.025 * held, 0])
    assert ledger.burden.loss[n + rows] == pytest.approx([0, 0.01 * held])
    assert ledger.burden.leg_benefit[rows, 2] == pytest.approx([0.025 * held, 0])
    assert ledger.burden.leg_loss[rows, 2] == pytest.approx([0, 0.01 * held])
    assert not ledger.burden.closed.any()
    assert [posting.cause for posting in ledger.journal.tick] == [Cause.TAKEOVER], "volunteers are forced to nothing"


def test_pockets_are_part_of_the_balance(ledger: Ledger) -> None:
    """Money put into any pocket from nowhere stops the next posting."""
    for pocket in ("fund", "treasury", "capital", "default_fund", "fees"):
        column: Any = getattr(ledger.pockets, pocket)
        column += 100.0
        with pytest.raises(Exception, match="does not balance"):
            ledger.charge(np.empty(0, dtype=np.int64), 0, 0, np.empty(0))
        column -= 100.0
    ledger.charge(np.empty(0, dtype=np.int64), 0, 0, np.empty(0))
