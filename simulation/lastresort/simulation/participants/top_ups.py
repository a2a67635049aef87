"""Margin top-ups: some holders of isolated positions send new cash some time after the venue has warned them."""

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.triggers import TriggerLists
from lastresort.simulation.universe import Universe


class TopUps:
    """Warnings at a multiple of maintenance margin, and a process of its own for each payment, up to two per account.

    Cash arrives whether or not the market trades; for a position that is gone by then nothing is sent.
    """

    def __init__(
        self, env: simpy.Environment, universe: Universe, ledger: Ledger, delays: tuple[Floats, Floats]
    ) -> None:
        self._env, self._ledger = env, ledger
        self._settings = universe.scenario.top_ups
        self._delays = np.array(delays)
        self._sent = np.zeros(len(self._delays[0]), dtype=np.int64)
        self._warned = np.zeros(len(self._sent), dtype=bool)
        self._watched, self._everywhere = (
            TriggerLists(ledger.isolated.first),
            np.ones(universe.open_interest.size, dtype=bool),
        )
        self._expect(np.flatnonzero(np.isfinite(self._delays[0])))
        self._watched.rebuild_all()

    def watch(self, mark: Floats) -> None:
        """Warn whoever has come near liquidation at these marks `[V, M]`."""
        isolated = self._ledger.isolated
        ids = self._watched.reached(mark.ravel(), self._everywhere)
        ids = ids[~self._warned[ids]]
        if not len(ids):
            return
        isolated.settle(ids)
        warned = self._near(isolated, ids, mark)
        self._warned[ids[warned]] = True
        for account in ids[warned]:
            self._env.process(self._send(int(account), float(self._delays[self._sent[account], account])))
        self._watched.watch_anew(ids[~warned])

    def _near(self, isolated: Isolated, ids: Ints, mark: Floats) -> Bools:
        value = isolated.quantity[ids] * mark.ravel()[isolated.book[ids]]
        near = isolated.cash[ids] + value < self._settings.warning * isolated.rate[ids] * np.abs(value)
        return np.asarray(near & (value != 0))

    def _expect(self, ids: Ints) -> None:
        """Watch for the price at which equity is the warning's multiple of maintenance margin."""
        isolated = self._ledger.isolated
        q, rate = isolated.quantity[ids], self._settings.warning * isolated.rate[ids]
        with np.errstate(divide="ignore", invalid="ignore"):
            level = -isolated.cash[ids] / (q - np.abs(q) * rate)
        down = np.where((q > 0) & (level > 0), level, -np.inf)
        self._watched.place(ids, down, np.where(q < 0, np.maximum(level, 0.0), np.inf))

    def _send(self, account: int, delay: float) -> Generator[simpy.Event, Any, None]:
        yield self._env.timeout(delay)
        ids = np.array([account])
        self._sent[account] += 1
        amount = self._settings.amount * self._ledger.isolated.start_margin[ids]
        self._ledger.isolated.settle(ids)
        if self._ledger.isolated.quantity[account] != 0:
            self._ledger.top_up(ids, amount)
            if self._sent[account] < len(self._delays):
                self._warned[account] = False
                self._expect(ids)
