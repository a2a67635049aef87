"""A closed book stands still: its price and its orders wait for the reopening, while obligations go on.

Positions are taken over, margin arrives, and only the waterfall waits, until the reopened book has had its say.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Phase
from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.accounts.journal import Cause, Party, Posting
from lastresort.simulation.run import Run
from lastresort.simulation.waterfall import stages

POLICY = "fund+queue-adl+circuit-breaker"
HALT = 120.0


@dataclass
class Watched:
    """What was seen tick by tick: time `[t]`, length `[t]`, and per book `[t, V, M]` what is said below.

    `halted` whether it was halted, `mid` its price, `traded` contracts changing hands in the book, `alone` and
    `crossed` contracts taken over from accounts on isolated and cross margin, `topped` USD that arrived as margin since
    the tick before, `asked` whether the waterfall was asked about it, `held` what the engine held at the start of the
    tick and `sold` what it sold in the book.
    """

    time: list[float] = field(default_factory=list)
    dt: list[float] = field(default_factory=list)
    halted: list[Any] = field(default_factory=list)
    mid: list[Any] = field(default_factory=list)
    traded: list[Any] = field(default_factory=list)
    alone: list[Any] = field(default_factory=list)
    crossed: list[Any] = field(default_factory=list)
    topped: list[Any] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    held: list[Any] = field(default_factory=list)
    sold: list[Any] = field(default_factory=list)

    def table(self, name: str) -> Any:
        """A column as an array."""
        return np.array(getattr(self, name))


@pytest.fixture
def watch(start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Watch a run with the circuit breaker to its end; `halted` says whether positions are taken over in halts."""

    def play(halted: bool = True) -> tuple[Run, Watched]:
        run, seen = start(crash(), POLICY), Watched()
        run.rules._taken_in_halts[:] = halted
        trade, tick, walk = run.ledger.trade, run.tick, stages.walk
        shape, alone = run.universe.shape, len(run.ledger.isolated.book)
        topped = np.zeros(shape)

        def note_trade(price: Any, orders: Any, maker_fill: Any, value_fill: Any) -> None:
            ledger = run.ledger
            held = np.abs(ledger.isolated.contracts.reshape(ledger.isolated.shape))
            gross = np.abs(maker_fill).sum(axis=0) + np.abs(value_fill) + np.abs(orders.engine)
            gross += 0 if orders.cells is None else (orders.cells * held).sum(axis=0)
            gross += 0 if orders.arbitrage is None else np.abs(orders.arbitrage).sum(axis=0)
            gross += np.bincount(ledger.isolated.book[orders.ids], np.abs(orders.single), gross.size).reshape(shape)
            np.add.at(gross, (ledger.cross.venue[orders.legs[0]], orders.legs[1]), np.abs(orders.rested))
            seen.traded[-1] += gross
            seen.sold[-1] += np.abs(orders.engine)
            trade(price, orders, maker_fill, value_fill)

        def read(posting: Posting) -> None:
            if posting.cause is Cause.TOP_UP:
                np.add.at(topped, (posting.venue, posting.market), posting.cash)
            elif posting.cause is Cause.LIQUIDATION_ORDER:
                np.add.at(seen.traded[-1], (posting.venue, posting.market), np.abs(posting.quantity))
            elif posting.cause is Cause.TAKEOVER and posting.party is Party.ACCOUNTS:
                column = np.where(posting.account < alone, 0, 1)
                for k, taken in enumerate((seen.alone, seen.crossed)):
                    mine = column == k
                    where = run.ledger.venue_of(posting.account[mine]), posting.market[mine]
                    np.add.at(taken[-1], where, np.abs(posting.quantity[mine]))

        def note_walk(losses: Any, *rest: Any) -> Any:
            if not losses.final:
                seen.asked[-1][losses.state._venue, losses.market] = True
            return walk(losses, *rest)

        def note_tick(dt: float) -> None:
            for name in ("traded", "alone", "crossed", "sold"):
                getattr(seen, name).append(np.zeros(shape))
            seen.asked.append(np.zeros(shape, dtype=bool))
            seen.topped.append(topped.copy())
            topped[:] = 0.0
            seen.held.append(run.ledger.engine_quantity.copy())
            tick(dt)
            seen.time.append(run.env.now)
            seen.dt.append(dt)
            seen.halted.append(run.rules.phase == Phase.AUCTION)
            seen.mid.append(run.prices.mid.copy())

        run.journal.readers.append(read)
        monkeypatch.setattr(run.ledger, "trade", note_trade)
        monkeypatch.setattr(run, "tick", note_tick)
        monkeypatch.setattr("lastresort.simulation.waterfall.resolution.walk", note_walk)
        run.play()
        assert np.any(seen.halted)
        return run, seen

    return play


@pytest.fixture
def watched(watch: Callable[..., tuple[Run, Watched]]) -> tuple[Run, Watched]:
    """A run with the circuit breaker, watched to its end."""
    return watch()


def test_a_halted_price_stands_still(watched: tuple[Run, Watched]) -> None:
    _, seen = watched
    halted, mid = seen.table("halted"), seen.table("mid")
    both = halted[1:] & halted[:-1]
    assert both.sum() > 100
    np.testing.assert_allclose(mid[1:][both], mid[:-1][both], rtol=1e-12)
    assert (mid[1:][~halted[1:]] != mid[:-1][~halted[1:]]).mean() > 0.9, "elsewhere prices moved"


def test_nobody_trades_in_a_halt(watched: tuple[Run, Watched]) -> None:
    """Neither by orders of their own (stops and openings wait) nor by orders in the names of accounts in breach."""
    _, seen = watched
    halted, traded = seen.table("halted"), seen.table("traded")
    assert traded[halted].max() < 1e-3, "contracts: a walk of no length ends where it began, up to rounding"
    assert traded[~halted].max() > 1e6


def test_positions_are_taken_over_and_margin_arrives_in_a_halt(watched: tuple[Run, Watched]) -> None:
    _, seen = watched
    halted = seen.table("halted")
    closed = halted[1:] & halted[:-1]
    assert seen.table("alone")[halted].sum() > 0
    assert seen.table("topped")[1:][closed].sum() > 0


def test_takeovers_wait_for_the_reopening_where_a_policy_says_so(watch: Callable[..., tuple[Run, Watched]]) -> None:
    """Isolated and cross margin alike; accounts that have waited are taken over once the market is open again."""
    _, seen = watch(halted=False)
    halted, taken = seen.table("halted"), seen.table("alone") + seen.table("crossed")
    assert taken[halted].max() == 0
    assert taken[~halted].max() > 0


def test_accounts_on_cross_margin_are_taken_over_like_others(watch: Callable[..., tuple[Run, Watched]]) -> None:
    """Whoever is in breach in a halt, on isolated or cross margin, is shown to the engine only where it may act."""
    run, _ = watch(halted=False)
    run.rules.phase[:] = Phase.AUCTION
    assert not run.rules.takeovers.any()
    run.rules._taken_in_halts[:] = True
    assert run.rules.takeovers.all()
    run.rules.phase[:] = Phase.SETTLE
    assert not run.rules.takeovers.any(), "nothing is left to take over in a market that was settled"


def test_the_waterfall_waits_until_the_book_has_reopened(watched: tuple[Run, Watched]) -> None:
    """In a halt nobody is asked; in the first tick after it what the engine holds goes to the book, then they are."""
    _, seen = watched
    halted, asked, held = seen.table("halted"), seen.table("asked"), seen.table("held")
    assert not asked[halted].any()
    assert asked[~halted].any()
    first = np.zeros_like(halted)
    first[1:] = halted[:-1] & ~halted[1:]
    full = first & (np.abs(held) > 1)
    assert full.any(), "the engine had taken over in the halt"
    assert seen.table("sold")[full].max() > 0
    assert asked[full].any()


def test_halted_seconds_and_halts_are_recorded(watched: tuple[Run, Watched]) -> None:
    run, seen = watched
    record = run.record(POLICY)
    during = seen.table("time") <= run.scenario.duration + 1e-6
    halted = seen.table("halted")[during]
    seconds = (seen.table("dt")[during][:, None, None] * halted).sum(axis=0)
    np.testing.assert_allclose(record.books["halted"], seconds.ravel())
    begun = halted & ~np.array([np.zeros_like(halted[0]), *halted[:-1]])
    events = record.events[record.events["kind"] == "halt"]
    assert set(events["time"]) >= {seen.time[t] for t in np.nonzero(begun)[0]}
    assert set(events["mechanism"]) == {"circuit-breaker"}


def test_a_halt_lasts_as_long_as_the_rule_says(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    """Ticks of four seconds divide the two minutes, so every halt that ends before the run does is exact."""
    scenario = crash(clock={"calm_tick": 4, "stress_tick": 4, "restless_tick": 4})
    record = play(scenario, POLICY)
    halts = record.events[record.events["kind"] == "halt"].groupby(["venue", "market"])["time"].agg(["count", "max"])
    over = halts[halts["max"] < scenario.duration - HALT]
    assert len(over) > 0
    halted = record.books.set_index(["venue", "market"]).loc[over.index, "halted"]
    np.testing.assert_allclose(halted, HALT * over["count"])
