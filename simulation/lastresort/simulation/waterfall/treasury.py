"""Where surpluses and fees go: asked through `route_cash`, by default surplus to the fund and fees to the treasury."""

import numpy as np

from lastresort.mechanisms.contract import Bools, CashKind, Floats, Ints
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues
from lastresort.simulation.waterfall.views import cash_view


class Treasury:
    """Routes the cash of all venues."""

    def __init__(self, venues: SimulatedVenues, rulebooks: list[Rulebook]) -> None:
        universe = venues.universe
        self._venues, self._rulebooks = venues, rulebooks
        self._ledger, self._prices = venues.ledger, venues.prices
        self._cushion = universe.scenario.margin.surplus_above
        pools = len(universe.scenario.margin.fund_split)
        interest = np.array([np.bincount(universe.tier, row, pools) for row in universe.open_interest])
        self._pool_weight: Floats = interest / interest.sum(axis=1, keepdims=True)

    def give_surplus(self, busy: Bools, time: float) -> None:
        """Pass on what the engines of `busy` books `[V, M]` own beyond a cushion on what they hold."""
        ledger, mid = self._ledger, self._prices.mid
        value = np.where(busy, ledger.engine_cash + ledger.engine_quantity * mid, 0.0)
        surplus = np.maximum(value - self._cushion * np.abs(ledger.engine_quantity) * mid, 0.0)
        surplus[surplus < self._venues.remnant] = 0.0
        if not surplus.any():
            return
        to_fund, to_claims = np.ones_like(surplus), np.zeros_like(surplus)
        for v in np.flatnonzero(surplus.any(axis=1)):
            routed = self._ask(int(v), time, CashKind.LIQUIDATION_SURPLUS, ledger.pool, surplus[v])
            if routed is not None:
                to_fund[v], to_claims[v] = routed
        ledger.give_surplus(surplus, to_fund, to_claims)

    def route_fees(self, time: float) -> None:
        """Route the trading fees collected so far; each pool's part is that of its markets in open interest."""
        for venue in range(len(self._rulebooks)):
            weight = self._pool_weight[venue]
            amount = self._ledger.pockets.fees[venue] * weight
            routed = self._ask(venue, time, CashKind.TRADING_FEE, np.arange(len(weight)), amount)
            to_fund, to_claims = (np.zeros(len(weight)),) * 2 if routed is None else routed
            self._ledger.give_fees(venue, to_fund * weight, float((to_claims * weight).sum()))

    def _ask(self, venue: int, time: float, kind: CashKind, pool: Ints, amount: Floats) -> tuple[Floats, Floats] | None:
        if not self._rulebooks[venue].answers("route_cash"):
            return None
        view = cash_view(self._venues.at(venue, time), np.full(len(pool), int(kind)), pool, amount)
        return self._rulebooks[venue].route_cash(view)
