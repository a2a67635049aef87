"""Where a run's time goes: the stages add up to the whole, and the record is the same with the clock and without."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation import RunRecord, simulate, stage_clock
from lastresort.simulation.recording.record import TABLES
from lastresort.simulation.stage_clock import REST, STAGES, StageClock


def played(scenario: Path, clock: StageClock | None = None) -> RunRecord:
    """A run of the small market under the queue."""
    catalogue = Catalogue.load()
    world = catalogue.scenario(str(scenario))
    waterfalls = {venue.name: build_waterfall(catalogue.policy("fund+queue-adl"), catalogue) for venue in world.venues}
    return simulate(world, waterfalls, 1, "fund+queue-adl", clock=clock)


def test_stages_add_up_and_change_nothing(small_scenario: Path) -> None:
    clock = StageClock()
    plain, clocked = played(small_scenario), played(small_scenario, clock)
    assert all(getattr(plain, table).equals(getattr(clocked, table)) for table in TABLES)
    total = clocked.totals["cpu_seconds"]
    times = {one.stage: one for one in clock.times(total)}
    assert list(times) == [*STAGES, REST]
    assert sum(one.cpu_seconds for one in times.values()) == pytest.approx(total)
    assert sum(one.share for one in times.values()) == pytest.approx(1.0)
    assert all(0 <= one.cpu_seconds < total for one in times.values())
    assert times["prices"].calls == times["orders"].calls >= clocked.totals["ticks"]
    assert times["liquidation"].calls == clocked.totals["ticks"], "nobody is liquidated in the tail"


class Inner:
    """A stage that takes two seconds."""

    def __init__(self, now: list[float]) -> None:
        self._now = now

    def work(self) -> str:
        """Let two seconds pass."""
        self._now[0] += 2.0
        return "done"


class Outer:
    """A stage that takes three seconds of its own and calls another twice; the second call fails."""

    def __init__(self, now: list[float]) -> None:
        self._now, self.inner = now, Inner(now)

    def work(self) -> None:
        """Let three seconds pass around two calls, and fail."""
        self.inner.work()
        self._now[0] += 3.0
        assert self.inner.work() == "done"
        raise ValueError


def test_a_stage_within_a_stage_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(stage_clock, "time", SimpleNamespace(process_time=lambda: now[0]))
    monkeypatch.setattr(stage_clock, "STAGES", {"outer": ("work",), "inner": ("inner.work",)})
    clock, run = StageClock(), Outer(now)
    clock.watch(run)
    with pytest.raises(ValueError, match=r"^$"):
        run.work()
    found = [(one.stage, one.cpu_seconds, one.share, one.calls) for one in clock.times(10.0)]
    assert found == [("outer", 3.0, 0.3, 1), ("inner", 4.0, 0.4, 2), (REST, 3.0, 0.3, 1)]
