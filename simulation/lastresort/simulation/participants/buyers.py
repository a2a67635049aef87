"""Buyers of the fall: they wait until a market stops falling, and most of them until their cash has arrived."""

import math
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.bargains import bargain_orders, paid_from, watched
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


class Buyers:
    """Orders of all buyers, `[V + 1, M]` contracts (spot last), >= 0; finite cash for each market, USD.

    Once a book has fallen far enough from its recent high and has made no new low for `patience` seconds, those whose
    cash is ready buy back a share of its deepest discount, and the others the rest of it, as fast as theirs has
    arrived. A market whose price is further below its fundamental than `discount` calls them; each buyer's cash comes
    in an event of its own.
    """

    def __init__(self, env: simpy.Environment, universe: Universe, seed: int) -> None:
        self._env, self._settings = env, universe.scenario.buyers
        V, M = universe.shape
        self._weight = universe.depth_share
        by_market = universe.by_market(self._settings.cash) * universe.open_interest.sum(axis=0)
        self.ready, self._coming = self._settings.ready * by_market, (1 - self._settings.ready) * by_market
        self.arrived, self.cash = np.zeros(M), np.zeros(M)
        self._notice = -np.log1p(-universe.by_market(self._settings.fall))
        low, high, deepest, waited = (np.zeros((V + 1, M)) for _ in range(4))
        self._seen = low, high, deepest, waited
        self._called = np.zeros(M, dtype=bool)
        n = self._settings.entities
        self._delay = np.array([stream(seed, "buyers", market).exponential(size=n) for market in universe.markets])
        self._cost = (np.zeros(M), np.zeros(M))

    def watch(self, prices: Prices, dt: float) -> None:
        """Note new lows, and call for cash where a market has become cheap."""
        kept = math.exp(-dt / self._settings.memory)
        where = (prices.displacement, prices.fundamental)
        cheap = watched(self._seen, *where, self._weight, dt, kept) > self._settings.discount
        for m in np.flatnonzero(cheap & ~self._called):
            self._called[m] = True
            for delay in self._settings.arrival * self._delay[m]:
                self._env.process(self._arrive(int(m), float(delay)))

    def _arrive(self, market: int, delay: float) -> Generator[simpy.Event, Any, None]:
        yield self._env.timeout(delay)
        self.arrived[market] += 1 / self._settings.entities
        self.cash[market] += self._coming[market] / self._settings.entities

    def orders(self, prices: Prices, quotes: Quotes, dt: float, trading: Floats) -> Floats | None:
        """What they buy now; None where nobody does. `trading` `[V, M]` is 0 where a market is closed."""
        s = self._settings
        anybody, fast, slow, price = bargain_orders(
            self._seen,
            prices.displacement,
            prices.fundamental,
            (quotes.ask, quotes.down, quotes.up),
            trading,
            self._notice,
            s.patience,
            (1 - s.rebound, -math.expm1(-dt / s.rebound_time)),
            -np.expm1(-dt * self.arrived / s.buying_time),
        )
        if not anybody:
            return None
        self._cost = paid_from(fast, price, self.ready), paid_from(slow, price, self.cash)
        return fast + slow

    def settle(self, bought: Floats, ordered: Floats) -> None:
        """Pay for what was bought of the orders, both `[V + 1, M]`."""
        asked = ordered.sum(axis=0)
        share = np.divide(bought.sum(axis=0), asked, out=np.zeros_like(asked), where=asked > 0)
        self.ready -= share * self._cost[0]
        self.cash -= share * self._cost[1]
