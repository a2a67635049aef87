"""The lazy accounting of cells against accounts that close their share at every step."""

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import BASIS, ISOLATED_SIDES, MAKER
from lastresort.simulation.universe import Universe


class OneByOne:
    """Every account written up at every step."""

    def __init__(self, isolated: Isolated) -> None:
        self.cell, self.book = isolated.cell, isolated.book
        self.quantity, self.cash, self.wallet = isolated.quantity.copy(), isolated.cash.copy(), isolated.wallet.copy()
        self.spot_cash = isolated.spot_cash.copy()
        self.desk = isolated.is_basis

    def close(self, fraction: Floats, price: Floats, spot: Floats) -> None:
        w, p = fraction.ravel()[self.cell], price.ravel()[self.cell]
        self.wallet += w * self.cash + w * self.quantity * p
        sold = np.where(self.desk, -w * self.quantity, 0.0)
        self.spot_cash += sold * spot[self.book % len(spot)]
        self.quantity *= 1 - w
        self.cash *= 1 - w

    def move(self, ids: Ints, quantity: Floats, cash: Floats, wallet: Floats) -> None:
        self.quantity[ids] += quantity
        self.cash[ids] += cash
        self.wallet[ids] += wallet


def close_once(isolated: Isolated, brute: OneByOne, rng: np.random.Generator, fee: float) -> None:
    """Close random fractions of random cells at random prices, longs receiving less and shorts paying more."""
    mark = np.exp(0.2 * rng.standard_normal(isolated.shape[1:]))
    side = np.array(ISOLATED_SIDES)[:, None, None]
    net = mark * (1 - fee * side)
    fraction = 0.3 * rng.random(isolated.shape) * (rng.random(isolated.shape) < 0.6)
    spot = np.exp(0.2 * rng.standard_normal(isolated.shape[2]))
    isolated.sell_paired_spot(fraction[BASIS], spot)
    isolated.close_cells(fraction, net)
    brute.close(fraction, net, spot)


@pytest.mark.parametrize("seed", range(6))
def test_lazy_accounts_equal_accounts_written_up_one_by_one(ledger: Ledger, seed: int) -> None:
    isolated, rng = ledger.isolated, np.random.default_rng(seed)
    brute = OneByOne(isolated)
    n = len(isolated.book)
    for _ in range(60):
        close_once(isolated, brute, rng, fee=0.00045)
        ids = rng.choice(n, size=12, replace=False)
        isolated.settle(ids)
        by = rng.normal(0, 1e4, (3, 12))
        isolated.move(ids, *by)
        brute.move(ids, *by)
    mark = np.full(isolated.shape[1:], 0.7)
    owed, before = isolated.owed(mark), isolated.quantity.copy()
    assert np.array_equal(isolated.quantity, before), "nobody was brought up to date"
    isolated.everyone()
    scale = 1e-9 * np.abs(isolated.planned + isolated.quantity).max()
    exact_owed = -(brute.cash + brute.quantity * 0.7 + np.minimum(brute.wallet, 0.0))
    assert owed == pytest.approx(np.maximum(exact_owed, 0.0), rel=1e-9, abs=scale)
    assert (owed > 0).any()
    for lazy, exact in (
        (isolated.quantity, brute.quantity),
        (isolated.cash, brute.cash),
        (isolated.wallet, brute.wallet),
        (isolated.spot_cash, brute.spot_cash),
    ):
        assert lazy == pytest.approx(exact, rel=1e-9, abs=scale)
        assert np.abs(exact).max() > 0


def test_running_totals_are_the_sums_over_accounts(ledger: Ledger) -> None:
    isolated, rng = ledger.isolated, np.random.default_rng(9)
    brute = OneByOne(isolated)
    for _ in range(40):
        close_once(isolated, brute, rng, fee=0.001)
    cells = len(isolated.contracts)
    assert isolated.contracts == pytest.approx(np.bincount(brute.cell, brute.quantity, cells), rel=1e-9, abs=1e-3)
    assert isolated.margin_cash == pytest.approx(np.bincount(brute.cell, brute.cash, cells), rel=1e-9, abs=1e-3)
    assert isolated.loose_cash == pytest.approx(np.bincount(brute.book // 4, brute.wallet, 2), rel=1e-9)


def test_a_cell_close_halves_an_account_by_hand(ledger: Ledger) -> None:
    isolated = ledger.isolated
    short = int(np.flatnonzero(isolated.cohort == BASIS)[0])
    q, cash = isolated.quantity[short], isolated.cash[short]
    half = np.full(isolated.shape, 0.5)
    isolated.sell_paired_spot(half[BASIS], np.full(4, 0.93))
    isolated.close_cells(half, np.full(isolated.shape, 0.9))
    isolated.settle(np.array([short]))
    assert isolated.quantity[short] == q / 2 < 0
    assert isolated.cash[short] == cash / 2
    assert isolated.wallet[short] == pytest.approx(cash / 2 + q / 2 * 0.9)
    assert isolated.spot_cash[short] == pytest.approx(-q / 2 * 0.93)


def liquidation_prices(isolated: Isolated) -> Floats:
    ids = isolated.everyone()
    held = ids[isolated.quantity != 0]
    q = isolated.quantity[held]
    return np.asarray(-isolated.cash[held] / (q - np.abs(q) * isolated.rate[held]))


def test_cell_closes_leave_liquidation_prices_alone(ledger: Ledger) -> None:
    isolated, rng = ledger.isolated, np.random.default_rng(3)
    before = liquidation_prices(isolated)
    brute = OneByOne(isolated)
    for _ in range(50):
        close_once(isolated, brute, rng, fee=0.01)
    assert liquidation_prices(isolated) == pytest.approx(before, rel=1e-12)


def test_funding_is_what_each_account_owes_and_sums_to_the_cell_totals(universe: Universe, ledger: Ledger) -> None:
    isolated, rng = ledger.isolated, np.random.default_rng(5)
    close_once(isolated, OneByOne(isolated), rng, fee=0.0)
    isolated.everyone()
    cash = isolated.cash.copy()
    rate, mark = rng.uniform(-0.0075, 0.0075, universe.shape), rng.uniform(0.5, 1.5, universe.shape)
    isolated.pay_funding(rate, mark)
    due = isolated.quantity * (rate * mark).ravel()[isolated.book]
    assert isolated.cash == pytest.approx(cash - due, rel=1e-14)
    totals = np.bincount(isolated.cell, isolated.cash, len(isolated.margin_cash))
    assert isolated.margin_cash == pytest.approx(totals, rel=1e-12, abs=1e-3)
    longs_pay = isolated.quantity * rate.ravel()[isolated.book] > 0
    assert (isolated.cash[longs_pay] < cash[longs_pay]).all()


def close_through_the_ledger(ledger: Ledger, fraction: Floats, price: Floats) -> None:
    """Cells close at `price` `[V, M]`, and value buyers are the other side."""
    isolated, nobody, nothing = ledger.isolated, np.empty(0, dtype=np.int64), np.empty(0)
    orders = Orders(fraction, nobody, nothing, None, (nobody, nobody), nothing, np.zeros(price.shape))
    sold = (fraction * isolated.contracts.reshape(isolated.shape)).sum(axis=0)
    ledger.trade(price, orders, np.zeros_like(ledger.cross.tensor(MAKER)), sold)


@pytest.mark.parametrize("looking", [False, True])
def test_what_accounts_under_water_owe_for_their_closes_the_engine_bears(ledger: Ledger, looking: bool) -> None:
    """A fall to 0.7 and a rise to 1.3 leave levered longs and shorts with less than nothing; wallets never shrink.

    Each step is reckoned account by account; who looks at accounts in between changes nothing.
    """
    isolated, rng, fee = ledger.isolated, np.random.default_rng(11), 0.00045
    n, book = len(isolated.book), isolated.book
    cash, quantity, wallet = isolated.cash.copy(), isolated.quantity.copy(), isolated.wallet.copy()
    owed = np.zeros(n)
    for level in np.r_[np.linspace(1, 0.7, 10), np.linspace(0.7, 1.3, 10)]:
        price, fraction = np.full((2, 4), level), 0.2 * rng.random(isolated.shape)
        close_through_the_ledger(ledger, fraction, price)
        w = fraction.ravel()[isolated.cell]
        release = w * (cash + quantity * level * (1 - fee * np.sign(quantity)))
        wallet, owed = wallet + np.maximum(release, 0.0), owed + np.maximum(-release, 0.0)
        cash, quantity = cash * (1 - w), quantity * (1 - w)
        if looking:
            isolated.everyone()
    ledger.audit()
    assert (owed > 0).sum() > 20
    assert isolated.wallet == pytest.approx(wallet, rel=1e-9, abs=1e-3)
    assert ledger.burden.left_hole[:n] == pytest.approx(owed, rel=1e-9, abs=1e-3)
    assert -ledger.engine_cash.ravel() == pytest.approx(np.bincount(book, owed, 8), rel=1e-9)


@pytest.mark.parametrize("fraction", [0.9, 1.0])
def test_a_cell_may_close_again_and_again(ledger: Ledger, fraction: float) -> None:
    """400 times nine tenths leave 1e-400 of a position, which is less than any number there is, and no NaN."""
    isolated = ledger.isolated
    paid = np.bincount(isolated.book, isolated.cash + isolated.wallet + isolated.quantity, 8)
    for _ in range(400):
        isolated.sell_paired_spot(np.full((2, 4), fraction), np.ones(4))
        isolated.close_cells(np.full(isolated.shape, fraction), np.ones(isolated.shape))
        isolated.settle(np.arange(0, len(isolated.book), 2))
    isolated.everyone()
    assert np.isfinite(np.r_[isolated.quantity, isolated.cash, isolated.wallet, isolated.spot_cash]).all()
    assert np.bincount(isolated.book, isolated.wallet, 8) == pytest.approx(paid, rel=1e-9)


def test_a_position_opened_in_a_cell_that_has_all_but_gone_keeps_its_money(ledger: Ledger) -> None:
    isolated, first = ledger.isolated, np.array([0])
    close = np.full(isolated.shape, 0.47)
    for _ in range(32):
        isolated.close_cells(close, np.ones(isolated.shape))
    isolated.settle(first)
    wallet = isolated.wallet[0]
    isolated.move(first, np.array([1e6]), np.array([-9e5]), np.zeros(1))
    released = 0.47 * (isolated.quantity[0] * 1.25 + isolated.cash[0])
    isolated.close_cells(close, np.full(isolated.shape, 1.25))
    isolated.settle(first)
    assert isolated.wallet[0] - wallet == pytest.approx(released, rel=1e-9)
