"""A closed book stands still: its price, its orders and its isolated accounts wait for the reopening."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Phase
from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.run import Run

POLICY = "fund+queue-adl+circuit-breaker"
HALT = 120.0


@dataclass
class Watched:
    """What was seen tick by tick: time `[t]`, length `[t]`, and per book `[t, V, M]` whether halted, mid and trades.

    `traded` is contracts changing hands in the book, `seized` contracts taken from isolated accounts.
    """

    time: list[float] = field(default_factory=list)
    dt: list[float] = field(default_factory=list)
    halted: list[Any] = field(default_factory=list)
    mid: list[Any] = field(default_factory=list)
    traded: list[Any] = field(default_factory=list)
    seized: list[Any] = field(default_factory=list)


@pytest.fixture
def watched(
    start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch
) -> tuple[Run, Watched]:
    """A run with the circuit breaker, watched to its end."""
    run, seen = start(crash(), POLICY), Watched()
    trade, seize, tick = run.ledger.trade, run.ledger.seize, run.tick
    shape = run.universe.shape
    isolated = len(run.ledger.isolated.book)

    def note_trade(price: Any, orders: Any, maker_fill: Any, value_fill: Any) -> None:
        held = np.abs(run.ledger.isolated.contracts.reshape(run.ledger.isolated.shape))
        gross = np.abs(maker_fill).sum(axis=0) + np.abs(value_fill) + np.abs(orders.engine)
        gross += 0 if orders.cells is None else (orders.cells * held).sum(axis=0)
        gross += 0 if orders.arbitrage is None else np.abs(orders.arbitrage).sum(axis=0)
        gross += np.bincount(run.ledger.isolated.book[orders.ids], np.abs(orders.single), gross.size).reshape(shape)
        np.add.at(gross, (run.ledger.cross.venue[orders.legs[0]], orders.legs[1]), np.abs(orders.rested))
        seen.traded[-1] += gross
        trade(price, orders, maker_fill, value_fill)

    def note_seizure(account: Any, market: Any, quantity: Any, *rest: Any) -> None:
        alone = account < isolated
        np.add.at(seen.seized[-1], (run.ledger.venue_of(account)[alone], market[alone]), np.abs(quantity[alone]))
        seize(account, market, quantity, *rest)

    def note_tick(dt: float) -> None:
        seen.traded.append(np.zeros(shape))
        seen.seized.append(np.zeros(shape))
        tick(dt)
        seen.time.append(run.env.now)
        seen.dt.append(dt)
        seen.halted.append(run.rules.phase == Phase.AUCTION)
        seen.mid.append(run.prices.mid.copy())

    monkeypatch.setattr(run.ledger, "trade", note_trade)
    monkeypatch.setattr(run.ledger, "seize", note_seizure)
    monkeypatch.setattr(run, "tick", note_tick)
    run.go()
    assert np.any(seen.halted)
    return run, seen


def test_a_halted_price_stands_still(watched: tuple[Run, Watched]) -> None:
    _, seen = watched
    halted, mid = np.array(seen.halted), np.array(seen.mid)
    both = halted[1:] & halted[:-1]
    assert both.sum() > 100
    np.testing.assert_allclose(mid[1:][both], mid[:-1][both], rtol=1e-12)
    assert (mid[1:][~halted[1:]] != mid[:-1][~halted[1:]]).mean() > 0.9, "elsewhere prices moved"


def test_nobody_trades_in_a_halt(watched: tuple[Run, Watched]) -> None:
    _, seen = watched
    halted, traded = np.array(seen.halted), np.array(seen.traded)
    assert traded[halted].max() < 1e-3, "contracts: a walk of no length ends where it began, up to rounding"
    assert traded[~halted].max() > 1e6


def test_liquidations_of_isolated_accounts_wait_for_the_reopening(watched: tuple[Run, Watched]) -> None:
    _, seen = watched
    halted, seized = np.array(seen.halted), np.array(seen.seized)
    assert seized[halted].max() == 0
    reopening = halted[:-1] & ~halted[1:]
    assert seized[1:][reopening].max() > 0, "somebody had waited"


def test_halted_seconds_and_halts_are_recorded(watched: tuple[Run, Watched]) -> None:
    run, seen = watched
    record = run.record(POLICY)
    seconds = (np.array(seen.dt)[:, None, None] * np.array(seen.halted)).sum(axis=0)
    np.testing.assert_allclose(record.books["halted"], seconds.ravel())
    begun = np.array(seen.halted) & ~np.array([np.zeros_like(seen.halted[0]), *seen.halted[:-1]])
    events = record.events[record.events["kind"] == "halt"]
    assert sorted(events["time"]) == sorted(seen.time[t] for t in np.nonzero(begun)[0])
    assert set(events["mechanism"]) == {"circuit-breaker"}


def test_a_halt_lasts_as_long_as_the_rule_says(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    """Ticks of four seconds divide the two minutes, so every halt that ends before the run does is exact."""
    scenario = crash(clock={"calm_tick": 4, "stress_tick": 4})
    record = play(scenario, POLICY)
    halts = record.events[record.events["kind"] == "halt"].groupby(["venue", "market"])["time"].agg(["count", "max"])
    over = halts[halts["max"] < scenario.duration - HALT]
    assert len(over) > 0
    halted = record.books.set_index(["venue", "market"]).loc[over.index, "halted"]
    np.testing.assert_allclose(halted, HALT * over["count"])
