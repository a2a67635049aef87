"""Funding: at intervals longs pay shorts the average premium since the last payment, capped."""

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe

CHECK = 3600.0


class Funding:
    """Rates, caps and due times of all books, `[V, M]`; the scenario's interval is also the settlement cycle.

    A mechanism may change `cap` and `interval` of its venue; due payments are looked for every hour.
    """

    def __init__(self, env: simpy.Environment, universe: Universe, ledger: Ledger, prices: Prices) -> None:
        books, shape = universe.scenario.books, universe.shape
        self._env, self._ledger, self._prices = env, ledger, prices
        self._cycle, self._cap = books.funding_interval, books.funding_cap
        self.cap, self.interval = np.full(shape, self._cap), np.full(shape, self._cycle)
        self._sum, self._time, self._paid = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        env.process(self._payments())
        env.process(self._settlements())

    def note(self, premium: Floats, dt: float) -> None:
        """Premiums `[V, M]` held for `dt` seconds."""
        self._sum += premium * dt
        self._time += dt

    @property
    def rate(self) -> Floats:
        """What longs would pay now, as a fraction of the mark, `[V, M]`."""
        rate: Floats = np.clip(self._sum / np.maximum(self._time, 1e-9), -self.cap, self.cap)
        return rate

    def due_in(self, now: float) -> Floats:
        """Seconds until the next payment, `[V, M]`."""
        due: Floats = np.maximum(self._paid + self.interval - now, 0.0)
        return due

    def _payments(self) -> Generator[simpy.Event, Any, None]:
        while True:
            yield self._env.timeout(min(CHECK, self._cycle))
            due = self.due_in(self._env.now) <= 1e-6
            if due.any():
                rate = np.where(due, self.rate, 0.0)
                self._sum[due], self._time[due], self._paid[due] = 0.0, 0.0, self._env.now
                self._ledger.journal.time = self._env.now
                self._ledger.pay_funding(rate, self._prices.mark)

    def _settlements(self) -> Generator[simpy.Event, Any, None]:
        while True:
            yield self._env.timeout(self._cycle)
            self._ledger.winnings.settle(self._prices.settlement)
