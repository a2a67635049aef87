"""Progress on a terminal and off it: pace, time left, and the scores so far."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from lastresort.api.spelled import spelled
from lastresort.cli.progress import Lines, Pace, Screen
from lastresort.scores.live import Glimpse, LiveScores
from lastresort.study import Progress, RunStore
from lastresort.study.planning import Comparison


class Known(LiveScores):
    """Scores that know ten differences as soon as a run was seen."""

    seen = 0

    def see(self, step: Progress) -> None:
        """Count a run."""
        self.seen += 1

    def glimpses(self) -> list[Glimpse]:
        """Ten differences."""
        return [Glimpse(Comparison("toy", f"p{n}", "queue", "lc"), -0.25, -0.5, 0.125, 7) for n in range(10)]


@pytest.fixture
def scores(tmp_path: Path) -> Known:
    """Scores of a store without runs."""
    return Known(RunStore(tmp_path))


@pytest.fixture
def console() -> Console:
    """A wide terminal that writes to memory."""
    return Console(file=io.StringIO(), force_terminal=True, width=160, color_system=None)


def over(done: int, reused: bool = False, failed: bool = False) -> Progress:
    """The `done`-th of 40 runs is over."""
    return Progress("toy", "[p1]", done, "key", done, 40, reused, failed)


def printed(console: Console) -> str:
    """What is on the terminal."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_runs_from_before_do_not_count_for_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("lastresort.cli.progress.time.monotonic", lambda: clock[0])
    pace = Pace()
    pace.see(over(1, reused=True))
    assert pace.told(39) == "starting"
    pace.see(over(2))
    pace.see(over(3))
    clock[0] += 4
    assert pace.told(37) == "0.5 runs/s, 74 s left"


def test_durations() -> None:
    assert [spelled(seconds) for seconds in (3, 99, 600, 36000)] == ["3 s", "99 s", "10 min", "10.0 h"]


def test_off_a_terminal_a_line_for_each_run_and_the_scores_now_and_then(
    console: Console, scores: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("lastresort.cli.progress.time.monotonic", lambda: clock[0])
    lines = Lines(console, scores)
    for done in (1, 2, 3):
        lines.advance(over(done, failed=done == 2))
        clock[0] += 20
    told = printed(console).splitlines()
    assert told[:2] == ["1/40  toy, [p1], seed 1", "2/40  toy, [p1], seed 2 (failed)"]
    assert [line.startswith("so far: ") for line in told] == [False, False, False, True]
    assert "toy, p0 - queue, lc -0.25 [-0.5, +0.125] (7 seeds)" in told[-1]
    assert scores.seen == 3


def test_on_a_terminal_a_bar_above_the_scores_and_failures_scroll_by(console: Console, scores: Known) -> None:
    screen = Screen(console, scores)
    console.print(screen.content())
    screen.advance(over(1, failed=True))
    assert "toy, [p1], seed 1 (failed)" in printed(console)
    console.print(screen.content())
    told = printed(console)
    assert "1/40" in told
    assert "runs/s" in told
    assert "so far (2 more)" in told
    assert "p7" in told
    assert "p8" not in told
    assert "-0.25 [-0.5, +0.125]" in told
