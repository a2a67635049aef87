"""Rails: collateral moves between venues through a few servers that everybody else uses too."""

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


class Rails:
    """Treasuries of arbitrageurs, and other people's withdrawals, competing for one `simpy.Resource`."""

    def __init__(
        self,
        env: simpy.Environment,
        universe: Universe,
        seed: int,
        ledger: Ledger,
        prices: Prices,
        quotes: Quotes,
        admitted: Callable[[int, int, float, float], tuple[float, float]],
    ) -> None:
        self._env, self._settings = env, universe.scenario.rails
        self._leverage = universe.scenario.desks.arbitrage_leverage
        self._ledger, self._prices, self._quotes = ledger, prices, quotes
        self._admitted = admitted
        self._seed = seed
        self._shape = universe.shape
        self.bridge = simpy.Resource(env, capacity=self._settings.servers)
        self._busy = np.zeros(len(ledger.cross.tensor(ARBITRAGE)), dtype=bool)
        self._sent = np.zeros(len(self._busy), dtype=np.int64)
        self.waits: list[float] = []
        env.process(self._rivals())
        env.process(self._treasuries())

    def _rivals(self) -> Generator[simpy.Event, Any, None]:
        """Other people's withdrawals: Poisson, far more frequent in a crash."""
        rng = stream(self._seed, "rails", "rivals")
        gaps, services = rng.exponential(1.0, 100_000), rng.exponential(1.0, 100_000)
        for gap, service in zip(gaps, services, strict=True):
            stressed = self._quotes.common_volatility >= self._settings.rivals_threshold
            mean = self._settings.rivals_stress if stressed else self._settings.rivals_calm
            yield self._env.timeout(gap * mean)
            self._env.process(self._serve(service * self._settings.service))

    def _serve(self, duration: float) -> Generator[simpy.Event, Any, None]:
        asked = self._env.now
        with self.bridge.request() as server:
            yield server
            self.waits.append(self._env.now - asked)
            yield self._env.timeout(duration)

    def _treasuries(self) -> Generator[simpy.Event, Any, None]:
        """Every `check` seconds each arbitrageur moves cash from its richest to its neediest account."""
        while True:
            yield self._env.timeout(self._settings.check)
            for entity, source, target, amount in self._needs():
                self._busy[entity] = True
                self._env.process(self._transfer(entity, source, target, amount))

    def _needs(self) -> list[tuple[int, int, int, float]]:
        cross = self._ledger.cross
        need = cross.entity_notional(ARBITRAGE, self._prices.mark) / self._leverage
        spare = cross.entity_equity(ARBITRAGE, self._prices.valuation) - need
        target, source = spare.argmin(axis=1), spare.argmax(axis=1)
        entity = np.arange(len(spare))
        lack, excess = -spare[entity, target], spare[entity, source]
        urgent = (lack > self._settings.smallest * need[entity, target]) & (excess > 0) & ~self._busy
        amount = np.minimum(lack, 0.5 * excess)
        return [(int(e), int(source[e]), int(target[e]), float(amount[e])) for e in np.flatnonzero(urgent)]

    def _transfer(self, entity: int, source: int, target: int, amount: float) -> Generator[simpy.Event, Any, None]:
        first = self._ledger.cross.rows[ARBITRAGE].start + entity * self._shape[0]
        account = len(self._ledger.isolated.book) + first + source
        passing, haircut = self._admitted(source, account, amount, self._env.now)
        kept = amount * passing * haircut
        amount = amount * passing - kept
        if amount > 0:
            self._ledger.journal.time = self._env.now
            self._ledger.send(first + source, amount + kept, kept)
            self._ledger.cross.arrivals[first + target] += amount
            self._sent[entity] += 1
            rng = stream(self._seed, "rails", "transfer", entity, int(self._sent[entity]))
            yield from self._serve(float(rng.exponential(self._settings.service)))
            self._ledger.journal.time = self._env.now
            self._ledger.receive(first + target, amount)
            self._ledger.cross.arrivals[first + target] -= amount
        self._busy[entity] = False
