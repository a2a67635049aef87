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

    Cash arrives whether or not the market trades; for a position that is gone by then nothing is sent. Columns have a
    row for each `account` that sends anything at all.
    """

    def __init__(
        self, env: simpy.Environment, universe: Universe, ledger: Ledger, delays: tuple[Floats, Floats]
    ) -> None:
        self._env, self._ledger = env, ledger
        self._settings = universe.scenario.top_ups
        self._account = np.flatnonzero(np.isfinite(delays[0]))
        self._delays = np.array([delay[self._account] for delay in delays])
        self._sent = np.zeros(len(self._account), dtype=np.int64)
        self._warned = np.zeros(len(self._account), dtype=bool)
        self._watched, self._everywhere = (
            TriggerLists(np.searchsorted(self._account, ledger.isolated.first)),
            np.ones(universe.open_interest.size, dtype=bool),
        )
        if len(self._account):
            self._expect(np.arange(len(self._account)))
            self._watched.rebuild_all()

    def release(self) -> None:
        """Forget what nobody waits for any more."""
        del self._watched, self._delays

    def watch(self, mark: Floats) -> None:
        """Warn whoever has come near liquidation at these marks `[V, M]`."""
        isolated = self._ledger.isolated
        rows = self._watched.reached(mark.ravel(), self._everywhere)
        rows = rows[~self._warned[rows]]
        if not len(rows):
            return
        isolated.settle(self._account[rows])
        warned = self._near(isolated, self._account[rows], mark)
        self._warned[rows[warned]] = True
        for row in rows[warned].tolist():
            self._env.process(self._send(row, float(self._delays[self._sent[row], row])))
        self._watched.watch_anew(rows[~warned])

    def _near(self, isolated: Isolated, ids: Ints, mark: Floats) -> Bools:
        value = isolated.quantity[ids] * mark.ravel()[isolated.book[ids]]
        near = isolated.cash[ids] + value < self._settings.warning * isolated.rate[ids] * np.abs(value)
        return np.asarray(near & (value != 0))

    def _expect(self, rows: Ints) -> None:
        """Watch for the price at which equity is the warning's multiple of maintenance margin."""
        isolated, ids = self._ledger.isolated, self._account[rows]
        q, rate = isolated.quantity[ids], self._settings.warning * isolated.rate[ids]
        with np.errstate(divide="ignore", invalid="ignore"):
            level = -isolated.cash[ids] / (q - np.abs(q) * rate)
        down = np.where((q > 0) & (level > 0), level, -np.inf)
        self._watched.place(rows, down, np.where(q < 0, np.maximum(level, 0.0), np.inf))

    def _send(self, row: int, delay: float) -> Generator[simpy.Event, Any, None]:
        yield self._env.timeout(delay)
        rows = np.array([row])
        ids = self._account[rows]
        self._sent[row] += 1
        amount = self._settings.amount * self._ledger.isolated.start_margin[ids]
        self._ledger.isolated.settle(ids)
        if self._ledger.isolated.quantity[ids[0]] != 0:
            self._ledger.top_up(ids, amount)
            if self._sent[row] < len(self._delays):
                self._warned[row] = False
                self._expect(rows)
