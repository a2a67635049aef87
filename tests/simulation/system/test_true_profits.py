"""The profit a rule sees of every candidate of a whole run, against a replay of everything the account has traded."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Candidates, Floats, Scope
from lastresort.simulation import Scenario
from lastresort.simulation.accounts.journal import Cause, Party, Posting
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import ARBITRAGE, MAKER, VALUE
from lastresort.simulation.run import Run
from lastresort.simulation.waterfall import views
from lastresort.simulation.waterfall.state import VenueState

TRADED = {
    Cause.OPENING,
    Cause.REOPENING,
    Cause.TAKEOVER,
    Cause.LIQUIDATION_ORDER,
    Cause.DELEVERAGING,
    Cause.ASSIGNMENT,
    Cause.SETTLEMENT,
    Cause.INVENTORY,
}


class Costs:
    """Contracts and cost basis (USD) of every account and market, trade by trade.

    A trade that adds to a position adds to its cost; one that closes a part takes the same part of the cost away; one
    that turns it over leaves the cost of what is new.
    """

    def __init__(self, run: Run) -> None:
        ledger, (self.venues, self.markets) = run.ledger, run.universe.shape
        isolated, cross = self.crowd, _ = ledger.isolated, ledger.cross
        self.isolated, self.rows, self.venue = len(isolated.book), cross.rows, cross.venue
        self.held = np.zeros((self.isolated + len(cross), self.markets))
        self.held[self.isolated :] = cross.quantity
        self.held[np.arange(self.isolated), isolated.book % self.markets] = isolated.quantity
        self.cost = np.zeros_like(self.held)
        self.cost[self.isolated :] = cross.quantity * cross.entry
        self.cost[np.arange(self.isolated), isolated.book % self.markets] = isolated.quantity * isolated.entry

    def trade(self, account: int, market: int, change: float, price: float) -> None:
        """One trade of one account."""
        held, after = float(self.held[account, market]), float(self.held[account, market]) + change
        if held * change >= 0:
            self.cost[account, market] += change * price
        elif held * after < 0:
            self.cost[account, market] = after * price
        else:
            self.cost[account, market] *= after / held
        self.held[account, market] = after

    def read(self, posting: Posting) -> None:
        """Trades that the journal lists one by one."""
        if posting.cause in TRADED and posting.party is Party.ACCOUNTS:
            columns = (posting.account, posting.market, posting.quantity, -posting.cash - posting.fee)
            lines = zip(*(column.ravel().tolist() for column in np.broadcast_arrays(*columns)), strict=True)
            for account, market, change, paid in lines:
                if posting.cause is Cause.REOPENING:
                    self.fade(account, market)
                if change:
                    self.trade(account, market, change, paid / change)

    def fade(self, account: int, market: int) -> None:
        """Panic and profit taking have closed a part of an isolated position, and the same part of its cost."""
        held, thought = float(self.crowd.quantity[account]), self.held[account, market]
        self.cost[account, market] *= held / thought if thought else 0.0
        self.held[account, market] = held

    def read_quotes(self, price: Floats, maker_fill: Floats, value_fill: Floats) -> None:
        """What makers and value buyers traded."""
        self.read_cohort(MAKER, maker_fill, price)
        self.read_cohort(VALUE, value_fill, price)

    def read_orders(self, price: Floats, orders: Orders) -> None:
        """What arbitrageurs, pairs and vaults traded."""
        if orders.arbitrage is not None:
            self.read_cohort(ARBITRAGE, orders.arbitrage, price)
        for row, market, change in zip(*orders.legs, orders.rested, strict=True):
            if change:
                self.trade(self.isolated + int(row), int(market), float(change), float(price[self.venue[row], market]))

    def read_cohort(self, cohort: int, change: Floats, price: Floats) -> None:
        """One trade for each account of a cohort and market."""
        first = self.isolated + self.rows[cohort].start
        flat = change.reshape(-1, self.markets)
        for row, market in zip(*np.nonzero(flat), strict=True):
            bought = float(flat[row, market])
            self.trade(first + int(row), int(market), bought, float(price[row % self.venues, market]))


@pytest.mark.parametrize("policy", ["fund+queue-adl", "hyperliquid", "ccp-forced-allocation"])
def test_every_candidate_s_profit_is_that_of_its_trades(
    start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    run = start(crash(), policy)
    costs = Costs(run)
    run.journal.readers.append(costs.read)
    cross, quotes, look = Ledger._trade_cross, Ledger._trade_quotes, views.candidates
    seen = {"candidates": 0, "on cross margin": 0}

    def trade_cross(self: Ledger, price: Floats, orders: Orders) -> None:
        costs.read_orders(price, orders)
        cross(self, price, orders)

    def trade_quotes(self: Ledger, price: Floats, *fills: Floats) -> None:
        costs.read_quotes(price, *fills)
        quotes(self, price, *fills)

    def candidates(state: VenueState, market: int, side: float, scope: Scope) -> Candidates:
        found = look(state, market, side, scope)
        mark = float(state.valuation[market])
        alone, account = found.isolated, found.account
        # whole cells close by fractions of their accounts, which leaves entries alone: their cost follows their size
        share = np.divide(costs.cost, costs.held, out=np.ones_like(costs.cost), where=costs.held != 0)[account, market]
        held = np.where(alone, found.quantity, costs.held[account, market])
        np.testing.assert_allclose(found.quantity, held, rtol=1e-9, atol=1e-3)
        true = held * (mark - share)
        told = np.abs(true) > 1e-6 * found.notional + 1e-3
        assert (np.sign(found.profit[told]) == np.sign(true[told])).all()
        np.testing.assert_allclose(found.profit[told], true[told], rtol=1e-6, atol=1e-3)
        units = (costs.held[account] * state.valuation - costs.cost[account]).sum(axis=1)
        np.testing.assert_allclose(found.unit_profit[~alone], units[~alone], rtol=1e-6, atol=1.0)
        seen["candidates"] += len(alone)
        seen["on cross margin"] += int((~alone).sum())
        return found

    monkeypatch.setattr(Ledger, "_trade_cross", trade_cross)
    monkeypatch.setattr(Ledger, "_trade_quotes", trade_quotes)
    monkeypatch.setattr(views, "candidates", candidates)
    run.go()
    assert min(seen.values()) > 100, seen
