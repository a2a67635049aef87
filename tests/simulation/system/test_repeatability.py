"""The same seed gives the same bytes, and what a policy does shifts nobody's random draws."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism, Scope, Waterfall
from lastresort.simulation import RunRecord, Scenario, simulate
from lastresort.simulation.rails import Rails
from lastresort.simulation.recording.record import TABLES
from lastresort.simulation.run import Run
from lastresort.simulation.streams import stream
from lastresort.simulation.waterfall.open_losses import OpenLosses
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues
from lastresort.simulation.waterfall.views import loss_event


def table_bytes(record: RunRecord) -> dict[str, bytes]:
    """Every table of a record as a Parquet file."""
    files = {}
    for table in TABLES:
        buffer = BytesIO()
        getattr(record, table).to_parquet(buffer)
        files[table] = buffer.getvalue()
    return files


def test_same_seed_same_bytes(waterfalls: Callable[..., dict[str, Waterfall]], crash: Callable[..., Scenario]) -> None:
    scenario = crash()
    one, other = (simulate(scenario, waterfalls(scenario, "fund+queue-adl"), 7) for _ in range(2))
    assert table_bytes(one) == table_bytes(other)
    ours, theirs = ({k: v for k, v in r.totals.items() if k != "cpu_seconds"} for r in (one, other))
    assert ours == theirs


def test_another_seed_other_bytes(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    one, other = (table_bytes(play(crash(), "fund+queue-adl", seed=seed)) for seed in (1, 2))
    assert all(one[table] != other[table] for table in TABLES)


def test_a_policy_changes_no_exogenous_draw(start: Callable[..., Run], crash: Callable[..., Scenario]) -> None:
    shared, backed = (start(crash(), policy) for policy in ("fund+queue-adl", "deep-pocket"))
    for run in (shared, backed):
        run.go()
    np.testing.assert_array_equal(shared.paths, backed.paths)
    fresh = start(crash(), "deep-pocket")
    assert not np.array_equal(fresh.ledger.cross.quantity, backed.ledger.cross.quantity), "the run did trade"
    for run in (shared, backed):
        drawn, anew = (each.recorder.accounts(each.recorder.standing(run.prices))[_DRAWN] for each in (run, fresh))
        np.testing.assert_array_equal(drawn, anew)
        np.testing.assert_array_equal(run.ledger.isolated.base_rate, fresh.ledger.isolated.base_rate)


_DRAWN = ["account", "owner", "venue", "cohort", "isolated", "gross_start", "equity_start"]


@pytest.mark.parametrize("policy", ["fund+queue-adl", "deep-pocket"])
def test_other_peoples_withdrawals_come_when_they_come(
    start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    """Rivals keep their own stream: however many transfers a policy provokes, they arrive at the same moments."""
    arrivals: list[tuple[float, float]] = []
    serve = Rails._serve

    def note(rails: Any, duration: float) -> Iterator[Any]:
        arrivals.append((rails._env.now, duration))
        yield from serve(rails, duration)

    monkeypatch.setattr(Rails, "_serve", note)
    scenario = crash({"rails": {"rivals_calm": 30.0, "rivals_stress": 30.0, "service": 600.0}})
    start(scenario, policy, seed=3).go()
    rng = stream(3, "rails", "rivals")
    gaps, services = rng.exponential(1.0, 100_000), rng.exponential(1.0, 100_000)
    times = np.cumsum(30.0 * gaps)
    expected = [(t, 600.0 * s) for t, s in zip(times, services, strict=True) if t < scenario.duration]
    assert len(expected) > 50
    seen = np.array(arrivals)
    for moment, duration in expected:
        assert np.isclose(seen, (moment, duration), rtol=1e-9).all(axis=1).any()


class DiceAdl(QueueAdl):
    """The built-in queue, which throws dice it has no use for."""

    name = "dice-adl"

    def allocate(self, event: LossEvent) -> Allocation:
        event.random().standard_normal(1000)
        return super().allocate(event)


class PlainAdl(QueueAdl):
    """The built-in queue under another name."""

    name = "plain-adl"


def test_a_rules_own_dice_shift_nobody(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> None:
    dice, plain = (table_bytes(play(crash(), "fund+queue-adl", rule)) for rule in (DiceAdl, PlainAdl))
    for table in ("accounts", "legs", "strategies", "books", "series"):
        assert dice[table] == plain[table]


def test_a_rule_draws_the_same_numbers_for_the_same_event(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    drawn: list[list[float]] = []

    class Noting(Mechanism):
        """Asked first, it notes its draws and leaves the decision to the queue."""

        name = "noting"

        def allocate(self, event: LossEvent) -> None:
            drawn.append([float(event.random().random()), float(event.random().random())])

    class NotingAgain(Noting):
        """The same under another name."""

        name = "noting-again"

    for rule in (Noting, NotingAgain):
        play(crash(), "fund+queue-adl", rule)
    half = len(drawn) // 2
    assert half > 1
    assert drawn[:half] == drawn[half:]
    assert all(first == second for first, second in drawn), "each generator of an event starts afresh"
    assert len({first for first, _ in drawn[:half]}) == half, "events draw independently"


def event(venues: SimulatedVenues, venue: int, market: int) -> LossEvent:
    """The next loss event of one market, of no size."""
    losses = OpenLosses.of(venues.at(venue, 0.0), np.array([market]), final=False)
    return loss_event(losses, 0, 0.0, 1.0, Scope.OPPOSITE)


def test_a_rule_that_is_asked_more_often_in_one_market_draws_the_same_in_another(
    start: Callable[..., Run], crash: Callable[..., Scenario]
) -> None:
    alone, after = (start(crash(), "fund+queue-adl").resolution._venues for _ in range(2))
    for _ in range(3):
        event(after, 0, 0)
    draws = [event(venues, 1, 1).random().random(4) for venues in (alone, after)]
    np.testing.assert_array_equal(draws[0], draws[1])
    again = event(after, 1, 1).random().random(4)
    assert not np.array_equal(again, draws[0]), "each event of a market has draws of its own"
