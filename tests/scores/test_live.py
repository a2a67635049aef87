"""Scores while runs come in: measured once, when both of a pair are there, and the same numbers as in the table."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from scipy import stats

from lastresort.experiments import Progress, RunStore
from lastresort.experiments.planning import Comparison
from lastresort.plugins.errors import InputError
from lastresort.scores.live import LiveScores
from lastresort.scores.table import journal_of
from lastresort.simulation.recording.record import RunRecord

LOSSES = {"fund+queue-adl": (40.0, 10.0, 10.0), "other": (10.0, 10.0, 10.0)}
"""Loss of the first of two owners with 100 USD each by seed; the second bears 10."""

RICH = {"equity_start": 100.0}


@dataclass(frozen=True)
class Shelf(RunStore):
    """Runs by hand under keys like "other 1"; `reads` lists those that were asked for."""

    runs_by_hand: dict[str, RunRecord] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)

    def read(self, key: str) -> RunRecord:
        """Hand out a run."""
        self.reads.append(key)
        if key not in self.runs_by_hand:
            raise InputError("damaged")
        return self.runs_by_hand[key]


@pytest.fixture
def shelf(tmp_path: Path, a_run: Callable[..., RunRecord]) -> Shelf:
    """Three seeds of a reference and two policies."""
    runs = {f"deep-pocket {seed}": a_run([RICH, RICH], seed=seed) for seed in (1, 2, 3)}
    for policy, losses in LOSSES.items():
        for seed, loss in enumerate(losses, 1):
            accounts = [RICH | {"charged": loss}, RICH | {"charged": 10.0}]
            runs[f"{policy} {seed}"] = a_run(accounts, policy=policy, seed=seed)
    return Shelf(tmp_path, runs)


def over(policy: str, seed: int, failed: bool = False) -> Progress:
    """A run is over."""
    return Progress("toy", policy, seed, f"{policy} {seed}", 1, 9, False, failed)


def test_a_run_waits_for_the_reference_of_its_seed(shelf: Shelf) -> None:
    scores = LiveScores(shelf)
    scores.see(over("other", 1))
    assert shelf.reads == []
    scores.see(over("deep-pocket", 1))
    assert sorted(set(shelf.reads)) == ["deep-pocket 1", "other 1"]
    assert len(journal_of(shelf).read()) == 2


def test_differences_by_hand_with_student_s_interval(shelf: Shelf) -> None:
    """The queue's LC are 40 x 1.4 + 10 x 1.1 = 67, 22 and 22, the other's 22 in each of three seeds."""
    scores = LiveScores(shelf)
    for seed in (1, 2, 3):
        for policy in ("deep-pocket", *LOSSES):
            scores.see(over(policy, seed))
    lc, mnf = scores.glimpses()
    assert lc.comparison == Comparison("toy", "other", "fund+queue-adl", "lc")
    assert lc.seeds == 3
    assert lc.value == pytest.approx(-15.0)
    reach = stats.t.ppf(0.975, 2) * math.sqrt((30**2 + 2 * 15**2) / 2) / math.sqrt(3)
    assert (lc.low, lc.high) == pytest.approx((-15 - reach, -15 + reach))
    assert (mnf.comparison.score, mnf.value, mnf.low, mnf.high) == ("mnf", 0, 0, 0)


def test_declared_comparisons_alone_are_shown_and_one_seed_has_no_interval(shelf: Shelf) -> None:
    scores = LiveScores(shelf, [Comparison("toy", "fund+queue-adl", "other", "lc")])
    for policy in ("deep-pocket", *LOSSES):
        scores.see(over(policy, 1))
    (glimpse,) = scores.glimpses()
    assert glimpse.value == pytest.approx(45.0)
    assert math.isnan(glimpse.low)


def test_what_the_journal_knows_is_not_measured_again(shelf: Shelf) -> None:
    seen = [over(policy, seed) for seed in (1, 2) for policy in ("deep-pocket", *LOSSES)]
    first = LiveScores(shelf)
    for step in seen:
        first.see(step)
    assert len(shelf.reads) == 6
    shelf.reads.clear()
    second = LiveScores(shelf)
    for step in seen:
        second.see(step)
    assert shelf.reads == []
    assert second.glimpses() == first.glimpses()


def test_failed_and_damaged_runs_end_nothing(shelf: Shelf) -> None:
    scores = LiveScores(shelf)
    scores.see(over("deep-pocket", 1))
    scores.see(over("other", 1, failed=True))
    del shelf.runs_by_hand["fund+queue-adl 1"]
    scores.see(over("fund+queue-adl", 1))
    assert scores.glimpses() == []
