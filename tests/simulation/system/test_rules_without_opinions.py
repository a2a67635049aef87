"""A rule that is asked everything and says nothing: the run is as it would be without it, and looks nothing up."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import PrivateAttr

from lastresort.mechanisms.contract import QUESTIONS, MarketView, Mechanism
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.run import Run
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenue

COSTLY = ("open_interest", "venue_equity", "vault_equity", "funding_rate", "volatility", "claims")
"""Columns of tick questions that take sums over accounts or arithmetic."""


class Silent(Mechanism):
    """Answers every question of a tick and of a loss with None."""

    name = "silent"

    def _note(self, view: Any) -> None:
        """Looks at nothing."""

    def set_prices(self, view: Any) -> None:
        self._note(view)

    def set_phase(self, view: Any) -> None:
        self._note(view)

    def admit(self, view: Any) -> None:
        self._note(view)

    def require_margin(self, view: Any) -> None:
        self._note(view)

    def liquidate(self, view: Any) -> None:
        self._note(view)

    def route_cash(self, view: Any) -> None:
        self._note(view)

    def absorb(self, view: Any) -> None:
        self._note(view)

    def share_loss(self, view: Any) -> None:
        self._note(view)

    def allocate(self, event: Any) -> None:
        self._note(event.candidates)

    def observe(self, view: Any) -> None:
        self._note(view)


class Keeper(Silent):
    """Says nothing either; keeps what it is shown, and looks at all of it when it is shown something else."""

    name = "keeper"
    _last: Any = PrivateAttr(None)

    def _note(self, view: Any) -> None:
        if self._last is not None:
            columns = [getattr(self._last, field.name) for field in fields(self._last)]
            assert all(not column.flags.writeable for column in columns if isinstance(column, np.ndarray))
        self._last = view


def test_it_changes_nothing(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    """But for rounding: accounts that a loss is asked about are brought up to date once more."""
    without, record = (play(crash(), "fund+queue-adl", *rules) for rules in ((), (Silent,)))
    numbers = without.books.select_dtypes("number").columns
    np.testing.assert_allclose(record.books[numbers], without.books[numbers], rtol=1e-6, atol=1.0)


def test_keeping_views_changes_nothing_to_the_last_bit(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    silent, keeper = (play(crash(), "fund+queue-adl", rule) for rule in (Silent, Keeper))
    for table in ("accounts", "legs", "strategies", "books", "series", "events", "pools", "fills"):
        pd.testing.assert_frame_equal(getattr(keeper, table), getattr(silent, table), check_exact=True)


class Watcher(Mechanism):
    """Is asked what it does before a loss, looks at everybody, and does nothing."""

    name = "watcher"

    def intervene(self, view: MarketView) -> None:
        """Look at everybody."""
        assert len(view.candidates.equity) == len(view.candidates.account)
        view.random().random()


def test_watching_before_there_is_a_loss_changes_nothing(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    """But for rounding, as above; what it draws shifts nobody else's draws."""
    for policy in ("fund+queue-adl", "fund+random-lottery"):
        without, record = (play(crash(), policy, *rules) for rules in ((), (Watcher,)))
        numbers = without.books.select_dtypes("number").columns
        np.testing.assert_allclose(record.books[numbers], without.books[numbers], rtol=1e-6, atol=1.0)


def _note_name(names: list[str], name: str, state: object) -> None:
    names.append(name)


def test_a_quiet_tick_works_out_nothing_for_it(
    start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(crash(news=[]), "fund+queue-adl", Silent)
    asked = set(QUESTIONS) - {"allocate_jointly", "intervene"}
    assert all(book.answers(question) for book in run.rulebooks for question in asked)
    looked_up: list[str] = []
    for name in COSTLY:
        monkeypatch.setattr(SimulatedVenue, name, property(partial(_note_name, looked_up, name)))
    for _ in range(5):
        run.tick(1.0)
    assert looked_up == []
