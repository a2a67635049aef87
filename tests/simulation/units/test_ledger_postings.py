"""Every posting of the ledger by hand, and what happens when one does not balance."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats, Ints, Payer
from lastresort.simulation import ConservationError
from lastresort.simulation.accounts.journal import Cause
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import ARBITRAGE, MAKER, MOMENTUM, PAIRS, RETAIL, SHORT
from lastresort.simulation.universe import Universe

ONES = np.ones((2, 4))
NOTHING = np.empty(0)
NOBODY = np.empty(0, dtype=np.int64)


def no_orders() -> Orders:
    return Orders(None, NOBODY, NOTHING, None, (NOBODY, NOBODY), NOTHING, np.zeros((2, 4)))


def accounts_of(ledger: Ledger, cohort: int, book: int) -> Ints:
    """Isolated accounts of one cohort and book, largest first."""
    isolated = ledger.isolated
    ids = np.flatnonzero((isolated.cohort == cohort) & (isolated.book == book))
    return ids[np.argsort(-np.abs(isolated.quantity[ids]))]


def everything(ledger: Ledger) -> float:
    """All cash inside the system, counted account by account."""
    isolated, cross = ledger.isolated, ledger.cross
    isolated.everyone()
    pockets = ledger.pockets
    money = (isolated.cash, isolated.wallet, cross.cash, ledger.engine_cash, ledger.backstop_cash)
    own = (pockets.fund, pockets.fees, pockets.treasury, pockets.capital, pockets.default_fund)
    return float(sum(part.sum() for part in (*money, *own)) + ledger.transit)


def contracts(ledger: Ledger) -> Floats:
    """Contracts of each book, counted account by account."""
    isolated, cross = ledger.isolated, ledger.cross
    isolated.everyone()
    held = np.bincount(isolated.book, isolated.quantity, 8).reshape(2, 4)
    for row, venue in enumerate(cross.venue):
        held[venue] += cross.quantity[row]
    return np.asarray(held + ledger.engine_quantity + ledger.backstop_quantity)


def seize_all(ledger: Ledger, account: Ints, price: float, mark: float = 1.0) -> Floats:
    """The engine takes the whole positions of isolated accounts of one book; returns them."""
    quantity = ledger.isolated.quantity[account].copy()
    market = ledger.isolated.book[account] % 4
    ledger.seize(account, market, quantity, np.full(len(account), price), np.full(len(account), mark))
    return quantity


def test_everything_balances_at_the_start(ledger: Ledger) -> None:
    assert contracts(ledger) == pytest.approx(np.zeros((2, 4)), abs=1e-4)
    assert ledger.open_interest() == pytest.approx(np.outer([0.6, 0.4], [5e8, 3e8, 1e8, 1e8]), rel=1e-12)
    ledger.audit()


def test_a_takeover_at_the_bankruptcy_price_leaves_nothing(ledger: Ledger) -> None:
    ids = accounts_of(ledger, RETAIL, 5)[:3]
    q, cash = ledger.isolated.quantity[ids].copy(), ledger.isolated.cash[ids].copy()
    ledger.seize(ids, np.full(3, 1), q, -cash / q, np.full(3, 0.6))
    isolated = ledger.isolated
    assert not isolated.quantity[ids].any()
    assert not isolated.cash[ids].any()
    assert isolated.wallet[ids] == pytest.approx(0, abs=1e-9 * q.max())
    assert ledger.engine_quantity[1, 1] == pytest.approx(q.sum())
    assert ledger.engine_cash[1, 1] == pytest.approx(cash.sum())
    assert ledger.burden.liquidated[ids] == pytest.approx(0.6 * q)


def test_what_an_account_cannot_pay_the_engine_bears(ledger: Ledger) -> None:
    """A long whose position is worth less than it owes ends at zero; the engine's books carry the hole at once."""
    ids = accounts_of(ledger, RETAIL, 0)[:1]
    q, cash = float(ledger.isolated.quantity[ids[0]]), float(ledger.isolated.cash[ids[0]])
    price = 0.5 * -cash / q
    seize_all(ledger, ids, price)
    isolated = ledger.isolated
    assert [isolated.quantity[ids[0]], isolated.cash[ids[0]], isolated.wallet[ids[0]]] == pytest.approx([0, 0, 0])
    assert ledger.burden.left_hole[ids] == pytest.approx(-(cash + price * q))
    assert ledger.engine_cash[0, 0] == pytest.approx(cash), "what it paid, and the hole"


def test_a_flat_cross_margin_account_leaves_its_hole_over_the_markets_it_has_left(ledger: Ledger) -> None:
    """In proportion to what was paid in each, whichever leg comes first."""
    cross, n = ledger.cross, len(ledger.isolated.book)
    row = int(np.flatnonzero(cross.venue[: cross.rows[PAIRS].stop] == 1)[0])
    market = np.array([cross.short_market[row], cross.long_market[row]])
    quantity, cash = cross.quantity[row, market].copy(), float(cross.cash[row])
    price = np.array([1.0, 0.25])
    hole = -(cash + quantity @ price)
    assert hole > 0
    ledger.seize(np.full(2, n + row), market, quantity, price, np.ones(2))
    assert cross.cash[row] == pytest.approx(0, abs=1e-6)
    assert ledger.burden.left_hole[n + row] == pytest.approx(hole)
    paid = np.abs(quantity) * price
    assert ledger.engine_cash[1, market] == pytest.approx(-quantity * price - hole * paid / paid.sum())


def test_a_takeover_with_penalty_returns_what_is_left(ledger: Ledger) -> None:
    short = accounts_of(ledger, SHORT, 0)[:1]
    q, cash = ledger.isolated.quantity[short].copy(), ledger.isolated.cash[short].copy()
    seize_all(ledger, short, price=1.02)
    assert ledger.isolated.wallet[short] == pytest.approx(cash + 1.02 * q)
    assert ledger.engine_cash[0, 0] == pytest.approx(-1.02 * q[0])


def test_a_partial_takeover_keeps_the_margin_in_the_position(ledger: Ledger) -> None:
    ids = accounts_of(ledger, RETAIL, 0)[:1]
    q, cash = ledger.isolated.quantity[ids].copy(), ledger.isolated.cash[ids].copy()
    ledger.seize(ids, np.array([0]), q / 4, np.array([0.99]), np.ones(1))
    assert ledger.isolated.quantity[ids] == pytest.approx(0.75 * q)
    assert ledger.isolated.cash[ids] == pytest.approx(cash + 0.99 * q / 4)
    assert not ledger.isolated.wallet[ids].any()


def test_a_cross_margin_account_may_lose_two_legs_at_once(ledger: Ledger) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    row = 3
    market = np.array([cross.long_market[row], cross.short_market[row]])
    quantity, cash = cross.quantity[row, market].copy(), cross.cash[row]
    price = np.array([0.9, 1.1])
    ledger.seize(np.full(2, n + row), market, quantity, price, np.ones(2))
    assert not cross.quantity[row].any()
    assert cross.cash[row] == pytest.approx(cash + quantity @ price)


def test_deleveraging_at_the_bankruptcy_price_leaves_the_engine_nothing(ledger: Ledger) -> None:
    longs, shorts = accounts_of(ledger, RETAIL, 2), accounts_of(ledger, SHORT, 2)[:3]
    thinnest = np.argsort(ledger.isolated.cash[longs] / ledger.isolated.quantity[longs])
    longs = longs[thinnest][:4]
    cash, held = ledger.isolated.cash[longs].copy(), ledger.isolated.quantity[longs].sum()
    hole = np.maximum(-cash - 0.8 * ledger.isolated.quantity[longs], 0.0).sum()
    seize_all(ledger, longs, price=0.8)
    size = np.abs(ledger.isolated.quantity[shorts])
    close = size * held / size.sum()
    fund = ledger.pockets.fund.copy()
    price = 0.8 + hole / held
    assert price > 0.805, "some were bankrupt, and what they owe is the engine's loss"
    ledger.deleverage(shorts, 0, 2, close, np.full(3, price), price, Payer.FUND, 0.75)
    assert ledger.engine_quantity[0, 2] == pytest.approx(0, abs=1e-12 * held)
    assert ledger.engine_cash[0, 2] == pytest.approx(0, abs=1e-12 * held)
    assert ledger.pockets.fund == pytest.approx(fund, rel=1e-12)
    assert ledger.burden.loss[shorts] == pytest.approx(close * (price - 0.75))
    assert not ledger.burden.benefit.any()
    assert ledger.burden.closed[shorts] == pytest.approx(close * 0.75)


def test_a_deleveraged_isolated_account_is_paid_its_share_of_margin(ledger: Ledger) -> None:
    shorts = accounts_of(ledger, SHORT, 2)[:1]
    seize_all(ledger, accounts_of(ledger, RETAIL, 2)[:1], price=0.8)
    q, cash = ledger.isolated.quantity[shorts].copy(), ledger.isolated.cash[shorts].copy()
    ledger.deleverage(shorts, 0, 2, -0.25 * q, np.array([0.7]), 0.7, Payer.FUND, 0.75)
    assert ledger.isolated.quantity[shorts] == pytest.approx(0.75 * q)
    assert ledger.isolated.cash[shorts] == pytest.approx(0.75 * cash)
    assert ledger.isolated.wallet[shorts] == pytest.approx(0.25 * (cash + 0.7 * q))
    assert ledger.burden.benefit[shorts] == pytest.approx(-0.25 * q * 0.05)


@pytest.mark.parametrize("payer", [Payer.FUND, Payer.BACKSTOP])
def test_a_close_at_two_prices_charges_the_named_payer(ledger: Ledger, payer: Payer) -> None:
    shorts = accounts_of(ledger, SHORT, 2)[:2]
    seize_all(ledger, accounts_of(ledger, RETAIL, 2)[:2], price=0.8)
    engine = ledger.engine_cash[0, 2]
    close = np.array([10.0, 30.0])
    fund, backstop = ledger.pockets.fund[0].copy(), ledger.backstop_cash[0, 2]
    ledger.deleverage(shorts, 0, 2, close, np.array([0.7, 0.75]), 0.8, payer, 0.75)
    assert ledger.engine_cash[0, 2] - engine == pytest.approx(40 * 0.8)
    # the accounts paid 10 x 0.70 + 30 x 0.75 = 29.50, the engine received 32.00
    paid_fund, paid_backstop = fund[2] - ledger.pockets.fund[0, 2], backstop - ledger.backstop_cash[0, 2]
    assert (paid_fund, paid_backstop) == pytest.approx((2.5, 0) if payer is Payer.FUND else (0, 2.5), abs=1e-9)
    assert ledger.pockets.fund[0, :2] == pytest.approx(fund[:2], rel=1e-15)


def test_a_charge_moves_usd_from_margins_to_the_engine(ledger: Ledger) -> None:
    cross, n = ledger.cross, len(ledger.isolated.book)
    short = accounts_of(ledger, SHORT, 1)[0]
    row = next(r for r in range(cross.rows[PAIRS].stop) if cross.venue[r] == 0)
    before = ledger.isolated.cash[short], cross.cash[row]
    ledger.charge(np.array([short, n + row]), 0, 1, np.array([250.0, 40.0]))
    assert ledger.isolated.cash[short] - before[0] == pytest.approx(-250)
    assert cross.cash[row] - before[1] == pytest.approx(-40)
    assert ledger.engine_cash[0, 1] == 290
    assert ledger.burden.loss[[short, n + row]] == pytest.approx([250, 40])
    assert (ledger.burden.leg_loss[row, 1], ledger.burden.leg_loss.sum()) == (40, 40), "isolated accounts have one leg"


def test_a_charged_short_is_liquidated_earlier(ledger: Ledger) -> None:
    short = accounts_of(ledger, SHORT, 1)[:1]
    q, cash, rate = (float(c[short[0]]) for c in (ledger.isolated.quantity, ledger.isolated.cash, ledger.isolated.rate))
    earlier = -(cash - 0.05 * -q) / (q * (1 + rate))
    ledger.charge(short, 0, 1, np.array([0.05 * -q]))
    mark = ONES.copy()
    mark[0, 1] = earlier * 1.0001
    assert short[0] in ledger.isolated.hits(mark, ONES > 0).breached


def test_a_fund_pays_from_the_pool_of_the_market(ledger: Ledger) -> None:
    ledger.absorb(Payer.FUND, 0, np.array([0, 3]), np.array([1000.0, 70.0]), np.zeros(2))
    assert ledger.pockets.fund[0].tolist() == [5e5 - 1000, 3e5, 2e5 - 70]
    assert ledger.pockets.fund_peak[0].tolist() == [5e5, 3e5, 2e5]
    assert ledger.pockets.fund_result[0].tolist() == [-1000, 0, 0, -70]
    assert ledger.engine_cash[0].tolist() == [1000, 0, 0, 70]


def test_a_fund_may_pay_from_several_pools(ledger: Ledger) -> None:
    drawn = np.array([0.5, 0.3, 0.2])
    ledger.absorb(Payer.FUND, 0, np.array([0, 3]), np.array([1000.0, 500.0]), np.zeros(2), drawn)
    assert ledger.pockets.fund[0] == pytest.approx([5e5 - 750, 3e5 - 450, 2e5 - 300])
    assert ledger.pockets.fund_result[0] == pytest.approx([-1000, 0, 0, -500])


def test_a_backstop_takes_inventory_at_the_bankruptcy_price(ledger: Ledger) -> None:
    held = seize_all(ledger, accounts_of(ledger, RETAIL, 0)[-2:], price=0.9).sum()
    hole = ledger.burden.left_hole.sum()
    ledger.absorb(Payer.BACKSTOP, 0, np.array([0]), np.array([1000.0]), np.array([0.25]))
    assert ledger.engine_quantity[0, 0] == pytest.approx(0.75 * held)
    assert ledger.backstop_quantity[0, 0] == pytest.approx(0.25 * held)
    assert ledger.engine_cash[0, 0] == pytest.approx(0.75 * (-0.9 * held - hole + 1000))
    assert ledger.backstop_cash[0, 0] == pytest.approx(0.25 * (-0.9 * held - hole + 1000) - 1000)


def test_a_backstop_pays_from_outside(ledger: Ledger) -> None:
    ledger.absorb(Payer.BACKSTOP, 1, np.array([0, 3]), np.array([7.0, 5.0]), np.zeros(2))
    assert ledger.backstop_cash[1].tolist() == [-7, 0, 0, -5]
    assert ledger.engine_cash[1].tolist() == [7, 0, 0, 5]
    assert ledger.pockets.fund[1] == pytest.approx([5e4, 3e4, 2e4])


def test_surplus_goes_to_the_pools_of_its_markets_and_to_the_treasury(ledger: Ledger) -> None:
    amount, to_fund = np.zeros((2, 4)), np.ones((2, 4))
    amount[0], to_fund[0] = [100, 200, 40, 60], [1.0, 0.5, 0.25, 0.0]
    ledger.give_surplus(amount, to_fund, np.zeros((2, 4)))
    assert ledger.pockets.fund[0] == pytest.approx([5e5 + 100, 3e5 + 100, 2e5 + 10])
    assert ledger.pockets.fund_peak[0] == pytest.approx(ledger.pockets.fund[0])
    assert ledger.pockets.treasury.tolist() == [190, 0]
    assert ledger.engine_cash[0].tolist() == [-100, -200, -40, -60]


def test_fees_are_collected_from_takers_and_routed(ledger: Ledger) -> None:
    fee = 0.00045
    ids = accounts_of(ledger, RETAIL, 0)[:2]
    q, cash = ledger.isolated.quantity[ids].copy(), ledger.isolated.cash[ids].copy()
    orders = no_orders()
    orders.ids, orders.single = ids, -q
    value = np.zeros((2, 4))
    value[0, 0] = q.sum()
    ledger.trade(0.95 * ONES, orders, np.zeros_like(ledger.cross.tensor(MAKER)), value)
    assert ledger.isolated.wallet[ids] == pytest.approx(cash + 0.95 * q * (1 - fee))
    fees = fee * 0.95 * q.sum()
    assert ledger.pockets.fees == pytest.approx([fees, 0])
    ledger.give_fees(0, np.array([0.5, 0.2, 0.1]), 0.0)
    assert ledger.pockets.fund[0] == pytest.approx([5e5 + 0.5 * fees, 3e5 + 0.2 * fees, 2e5 + 0.1 * fees])
    assert ledger.pockets.treasury == pytest.approx([0.2 * fees, 0])
    assert not ledger.pockets.fees.any()


def test_a_momentum_short_opens_with_its_wallet_as_margin(ledger: Ledger) -> None:
    isolated = ledger.isolated
    ids = accounts_of(ledger, MOMENTUM, 0)[:1]
    wallet, size = isolated.wallet[ids].copy(), -isolated.planned[ids] / 0.9
    orders = no_orders()
    orders.ids, orders.single = ids, -size
    value = np.zeros((2, 4))
    value[0, 0] = size[0]
    ledger.trade(0.9 * ONES, orders, np.zeros_like(ledger.cross.tensor(MAKER)), value)
    assert isolated.quantity[ids] == pytest.approx(-size)
    assert isolated.wallet[ids] == pytest.approx(0, abs=1e-9)
    assert isolated.cash[ids] - 0.9 * size == pytest.approx(wallet - 0.00045 * 0.9 * size)
    assert not isolated.planned[ids].any()


def test_funding_moves_money_from_longs_to_shorts_and_sums_to_zero(ledger: Ledger) -> None:
    seize_all(ledger, accounts_of(ledger, RETAIL, 0)[:2], price=0.9)
    before, engine, held = everything(ledger), ledger.engine_cash[0, 0], ledger.engine_quantity[0, 0]
    cash, quantity = ledger.cross.cash.copy(), ledger.cross.quantity.copy()
    rate, mark = np.full((2, 4), 0.001), np.full((2, 4), 0.8)
    rate[1] = -0.002
    ledger.pay_funding(rate, mark)
    assert everything(ledger) == pytest.approx(before, rel=1e-12)
    assert engine - ledger.engine_cash[0, 0] == pytest.approx(0.0008 * held)
    due = quantity.sum(axis=1) * np.where(ledger.cross.venue == 0, 0.0008, -0.0016)
    assert cash - ledger.cross.cash == pytest.approx(due, rel=1e-6, abs=1e-3)
    ledger.audit()


def test_a_transfer_is_in_transit_until_it_arrives(ledger: Ledger) -> None:
    first = ledger.cross.rows[ARBITRAGE].start
    before, cash = everything(ledger), ledger.cross.cash[first : first + 2].copy()
    ledger.send(first, 500.0)
    assert ledger.transit == 500
    assert everything(ledger) == pytest.approx(before, rel=1e-12)
    ledger.receive(first + 1, 500.0)
    assert ledger.transit == 0
    assert ledger.cross.cash[first : first + 2] - cash == pytest.approx([-500, 500])


@pytest.mark.parametrize("seed", range(3))
def test_any_mix_of_postings_balances(ledger: Ledger, seed: int) -> None:
    rng = np.random.default_rng(seed)
    before = everything(ledger)
    for _ in range(30):
        for k in rng.permutation(len(POSTINGS)):
            POSTINGS[k](ledger, rng)
    assert contracts(ledger) == pytest.approx(np.zeros((2, 4)), abs=1e-3)
    assert everything(ledger) == pytest.approx(before, rel=1e-11)
    ledger.audit()
    assert ledger.conservation_error < 1e-11


def random_trade(ledger: Ledger, rng: np.random.Generator) -> None:
    isolated, cross = ledger.isolated, ledger.cross
    price = np.exp(0.1 * rng.standard_normal((2, 4)))
    cells = 0.02 * rng.random(isolated.shape)
    arbitrage = rng.normal(0, 1e3, cross.tensor(ARBITRAGE).shape)
    rows = rng.choice(cross.rows[PAIRS].stop, 5, replace=False)
    market, pairs = rng.integers(0, 4, 5), rng.normal(0, 1e3, 5)
    engine = -0.3 * ledger.engine_quantity
    held = isolated.contracts.reshape(isolated.shape)
    flow = engine + arbitrage.sum(axis=0) - (cells * held).sum(axis=0)
    np.add.at(flow, (cross.venue[rows], market), pairs)
    makers = -rng.dirichlet(np.ones(len(cross.tensor(MAKER))))[:, None, None] * 0.7 * flow
    orders = Orders(cells, NOBODY, NOTHING, arbitrage, (rows, market), pairs, engine)
    ledger.trade(price, orders, makers, -flow - makers.sum(axis=0))


def random_takeover(ledger: Ledger, rng: np.random.Generator) -> None:
    isolated = ledger.isolated
    ids = rng.choice(np.flatnonzero(isolated.quantity != 0), 3, replace=False)
    isolated.settle(ids)
    quantity = isolated.quantity[ids] * np.array([1.0, 0.5, 0.1])
    ledger.seize(ids, isolated.book[ids] % 4, quantity, rng.uniform(0.8, 1.2, 3), np.ones(3))


def random_deleveraging(ledger: Ledger, rng: np.random.Generator) -> None:
    isolated = ledger.isolated
    book = int(rng.integers(0, 8))
    ids = isolated.in_book(book)
    shorts = ids[isolated.quantity[ids] < 0][:3]
    winner = rng.uniform(0.8, 1.2, len(shorts))
    close = -isolated.quantity[shorts] * rng.choice([0.2, 1.0], len(shorts))
    payer = Payer(int(rng.integers(0, 2)))
    ledger.deleverage(shorts, book // 4, book % 4, close, winner, 0.9, payer, 1.0)
    ledger.charge(shorts, book // 4, book % 4, rng.uniform(0, 10, len(shorts)), claim=bool(rng.integers(0, 2)))


def random_assignment(ledger: Ledger, rng: np.random.Generator) -> None:
    rows, market = ledger.cross.on_venue(1)[-6:], int(rng.integers(0, 4))
    taken = 0.1 * ledger.engine_quantity[1, market] * np.ones(6)
    account = rows + len(ledger.isolated.book)
    ledger.deleverage(
        account, 1, market, taken, rng.uniform(0.8, 1.2, 6), 1.1, Payer.BACKSTOP, 1.0, cause=Cause.ASSIGNMENT
    )


def random_liquidation_orders(ledger: Ledger, rng: np.random.Generator) -> None:
    """Longs of two markets of both venues sell parts of their positions or all."""
    isolated = ledger.isolated
    ids = np.concatenate([isolated.in_book(book) for book in (0, 2, 4, 6)])
    longs = rng.permutation(ids[isolated.quantity[ids] > 0])[:6]
    sold, (venue, market) = -isolated.quantity[longs] * rng.choice([0.3, 1.0], 6), np.divmod(isolated.book[longs], 4)
    makers = rng.uniform(0, 10, ledger.cross.tensor(MAKER).shape)
    value = -np.bincount(isolated.book[longs], sold, 8).reshape(2, 4) - makers.sum(axis=0)
    ledger.fill(longs, venue, market, sold, rng.uniform(0.5, 1.2, (2, 4)), rng.uniform(0, 1, 6), makers, value)


def random_surplus(ledger: Ledger, rng: np.random.Generator) -> None:
    ledger.give_surplus(rng.uniform(0, 100, (2, 4)), 0.6 * rng.random((2, 4)), 0.4 * rng.random((2, 4)))
    ledger.give_fees(int(rng.integers(0, 2)), np.array([0.2, 0.3, 0.1]), 0.3)


def random_absorption(ledger: Ledger, rng: np.random.Generator) -> None:
    pay = rng.uniform(0, 100, 2)
    payer = Payer(int(rng.integers(0, 5)))
    take = rng.random(2) if payer in (Payer.BACKSTOP, Payer.VAULT) else np.zeros(2)
    ledger.absorb(payer, int(rng.integers(0, 2)), np.array([0, 2]), pay, take)


POSTINGS = (
    random_trade,
    random_takeover,
    random_deleveraging,
    random_assignment,
    random_liquidation_orders,
    random_surplus,
    random_absorption,
)


# -- postings that are broken on purpose --------------------------------------------------------------------------


def losing(move: Callable[..., Any], place: int) -> Callable[..., Any]:
    """The same posting with one of its columns one per cent too small."""

    def broken(*columns: Any) -> Any:
        changed = [0.99 * column if k == place else column for k, column in enumerate(columns)]
        return move(*changed)

    return broken


def test_money_lost_in_a_charge_is_named(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.isolated, "move", losing(ledger.isolated.move, 2))
    with pytest.raises(ConservationError, match=r"^charge at venue 1 does not balance"):
        ledger.charge(accounts_of(ledger, SHORT, 5)[:1], 1, 1, np.array([1e5]))


def test_contracts_lost_in_a_takeover_are_named(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.isolated, "move", losing(ledger.isolated.move, 1))
    with pytest.raises(ConservationError, match=r"^takeover at venue 0 does not balance"):
        seize_all(ledger, accounts_of(ledger, RETAIL, 2)[:1], price=1.0)


def test_a_trade_without_the_other_side_is_named(ledger: Ledger) -> None:
    orders = no_orders()
    orders.ids = accounts_of(ledger, RETAIL, 0)[:1]
    orders.single = -ledger.isolated.quantity[orders.ids]
    nothing = np.zeros((2, 4))
    with pytest.raises(ConservationError, match=r"^trade at venue 0 does not balance"):
        ledger.trade(ONES, orders, np.zeros_like(ledger.cross.tensor(MAKER)), nothing)


def test_a_transfer_that_leaks_is_named(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger.cross, "move", losing(ledger.cross.move, 3))
    with pytest.raises(ConservationError, match=r"^transfer at venue 0 does not balance"):
        ledger.send(ledger.cross.rows[ARBITRAGE].start, 1e5)


def a_pair(ledger: Ledger, venue: int) -> tuple[int, int]:
    """Row and long market of a pair."""
    row = int(np.flatnonzero(ledger.cross.venue[: ledger.cross.rows[PAIRS].stop] == venue)[0])
    return row, int(ledger.cross.long_market[row])


def test_money_lost_in_a_charge_to_a_pair_is_named(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The totals of pairs follow what was moved, not what was to be moved."""
    row, market = a_pair(ledger, venue=1)
    monkeypatch.setattr(ledger.cross, "move", losing(ledger.cross.move, 3))
    with pytest.raises(ConservationError, match=r"^charge at venue 1 does not balance"):
        ledger.charge(np.array([len(ledger.isolated.book) + row]), 1, market, np.array([1e5]))


def test_two_lines_about_one_position_of_a_pair_both_move_it(ledger: Ledger) -> None:
    row, market = a_pair(ledger, venue=0)
    half = np.full(2, 0.5 * ledger.cross.quantity[row, market])
    account = np.full(2, len(ledger.isolated.book) + row)
    ledger.seize(account, np.full(2, market), half, np.ones(2), np.ones(2))
    assert ledger.cross.quantity[row, market] == 0
    ledger.audit()


def test_the_audit_detects_pairs_that_drift_from_their_totals(ledger: Ledger) -> None:
    row, market = a_pair(ledger, venue=1)
    ledger.audit()
    ledger.cross.quantity[row, market] += 1000.0
    with pytest.raises(ConservationError, match=r"^audit at venue 1 does not balance"):
        ledger.audit()


def test_totals_of_pairs_run_along_with_every_posting(ledger: Ledger) -> None:
    """After a takeover, a charge, funding and a transfer the audit finds them where the accounts are."""
    row, market = a_pair(ledger, venue=0)
    account = np.array([len(ledger.isolated.book) + row])
    ledger.seize(account, np.array([market]), 0.5 * ledger.cross.quantity[[row], market], np.ones(1), np.ones(1))
    ledger.charge(account, 0, market, np.array([10.0]), claim=True)
    ledger.pay_funding(np.full((2, 4), 1e-4), ONES)
    ledger.send(row, 5.0)
    ledger.pockets.treasury[0] += 20.0
    ledger.pockets.capital[0] -= 20.0
    ledger.give_fees(0, np.zeros(3), 1.0)
    ledger.audit()
    assert ledger.conservation_error < 1e-12


def test_nan_does_not_pass_for_balance(ledger: Ledger) -> None:
    with pytest.raises(ConservationError, match=r"^surplus"):
        ledger.give_surplus(np.full((2, 4), np.nan), np.ones((2, 4)), np.zeros((2, 4)))


@pytest.mark.parametrize("column", ["quantity", "cash", "wallet"])
def test_the_audit_detects_accounts_that_drift_from_their_cells(ledger: Ledger, column: str) -> None:
    ledger.audit()
    getattr(ledger.isolated, column)[17] += 1000.0
    with pytest.raises(ConservationError, match=r"^audit at venue 0 does not balance"):
        ledger.audit()


def test_open_interest_counts_inventory_of_engine_and_backstop(universe: Universe, ledger: Ledger) -> None:
    seize_all(ledger, accounts_of(ledger, RETAIL, 0)[:2], price=0.9)
    ledger.absorb(Payer.BACKSTOP, 0, np.array([0]), np.zeros(1), np.array([0.5]))
    assert ledger.open_interest() == pytest.approx(universe.open_interest, rel=1e-12)


def test_what_accounts_owe_at_the_end_by_hand(ledger: Ledger) -> None:
    """At 0.5 longs of leverage L owe (1 / 2 - 1 / L) of their notional, whatever is in the wallet beside them."""
    isolated, n = ledger.isolated, len(ledger.isolated.book)
    account = accounts_of(ledger, RETAIL, 5)[0]
    isolated.wallet[account] = 1e12
    margin = isolated.cash[account] + isolated.quantity[account]
    owed = ledger.debt(0.5 * ONES)
    assert owed[account] == pytest.approx(max(0.5 * isolated.quantity[account] - margin, 0.0))
    assert not ledger.debt(ONES).any()
    assert (owed[:n] > 0).any()
    assert ledger.debts(0.5 * ONES).sum() == pytest.approx(owed.sum())


def test_debt_on_cross_margin_is_where_the_positions_are(ledger: Ledger, universe: Universe) -> None:
    cross, row = ledger.cross, int(ledger.cross.rows[PAIRS].start)
    venue = cross.venue[row]
    before = ledger.debts(ONES)
    cross.quantity[row] = [3.0, 0.0, -1.0, 0.0]
    cross.cash[row] = -2.0 - 100.0
    assert (ledger.debts(ONES) - before)[venue] == pytest.approx([75.0, 0.0, 25.0, 0.0])
    cross.quantity[row], cross.cash[row] = 0.0, -100.0
    share = universe.open_interest[venue] / universe.open_interest[venue].sum()
    assert (ledger.debts(ONES) - before)[venue] == pytest.approx(100.0 * share)
