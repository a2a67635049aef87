"""Progress on a terminal and off it: pace, time left, and the scores so far."""

import io
import time
from pathlib import Path

import pytest
from rich.console import Console

from lastresort.api.spelled import spelled
from lastresort.cli.pace import Pace
from lastresort.cli.progress import PAUSE_IN_LINES, Lines, Screen
from lastresort.experiments import Progress, RunStore, Study, run_study
from lastresort.experiments.planning import Comparison
from lastresort.scores.live import Glimpse, LiveScores


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
    monkeypatch.setattr("lastresort.cli.pace.time.monotonic", lambda: clock[0])
    pace = Pace()
    pace.see(over(1, reused=True))
    assert pace.told == ""
    pace.see(over(2))
    pace.see(over(3))
    clock[0] += 4
    assert pace.told == "0.5 runs/s, 74 s left"
    assert pace.counted == "3/40 runs, 1 kept from before"


def test_durations() -> None:
    assert [spelled(seconds) for seconds in (3, 99, 600, 36000)] == ["3 s", "99 s", "10 min", "10.0 h"]


def test_off_a_terminal_one_short_line_now_and_then_and_one_at_the_end(
    console: Console, scores: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lastresort.cli.progress.PAUSE_IN_LINES", 0.05)
    lines = Lines(console, scores, Path("results/toy"))
    with lines.told_now_and_then():
        lines.advance(over(0))
        lines.advance(over(1, failed=True))
        time.sleep(0.5)
        between = printed(console).splitlines()
        lines.advance(over(40))
    told = printed(console).splitlines()
    assert 2 <= len(between) <= 10
    assert between[-1].startswith("1/40 runs, 1 failed, ")
    assert between[-1].endswith(" left, results/toy")
    assert told[-1] == "40/40 runs, 1 failed, results/toy"
    assert max(map(len, told)) < 80
    assert scores.seen == 3


def test_half_a_minute_lies_between_two_lines_and_a_short_study_has_one(console: Console, scores: Known) -> None:
    assert PAUSE_IN_LINES == 30.0
    lines = Lines(console, scores, None)
    with lines.told_now_and_then():
        for done in range(1, 41):
            lines.advance(over(done))
    assert printed(console).splitlines() == ["40/40 runs"]


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


def test_on_a_terminal_the_count_is_there_before_the_first_run_is_over(console: Console) -> None:
    screen = Screen(console, None)
    screen.advance(over(0))
    console.print(screen.content())
    assert "0/40" in printed(console)


def test_a_study_says_how_many_runs_there_are_before_the_first_is_over(small_scenario: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    run_study(Study(str(small_scenario), (1,), tmp_path / "out", ("warehouse",)), seen.append)
    assert [(step.done, step.total) for step in seen] == [(0, 2), (1, 2), (2, 2)]
