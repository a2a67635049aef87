"""The race for the best policy: who is dropped runs no more, who fails is out, and it ends, decided or not."""

import numpy as np
import pandas as pd
import pytest
from tests.scores.drawn_scores import drawn_score

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError
from lastresort.scores.seeds.racing import Goal, Race, until_selected
from lastresort.scores.seeds.selection import select_best

MEAN = drawn_score("x")
GOAL = Goal(MEAN, smallest_difference=0.5, first_stage=5, most_seeds=60)
MEANS = {"best": 0.0, "second": 0.8, "worst": 8.0}
PATIENT = 10**9


class Track:
    """Unit normals around known means; remembers every run. Policies of `failing` fail from that seed on."""

    def __init__(self, means: dict[str, float], failing: dict[str, int] | None = None, noise: float = 1.0) -> None:
        self.runs: dict[str, set[int]] = {}
        self._failing = failing or {}
        random = np.random.Generator(np.random.Philox(key=7))
        self._values: dict[str, Floats] = {
            name: mean + noise * random.normal(size=1000) for name, mean in means.items()
        }

    def run(self, policies: tuple[str, ...], seeds: tuple[int, ...]) -> pd.DataFrame:
        """The table of everything that has run, without policies that failed."""
        for name in policies:
            self.runs[name] = self.runs.get(name, set()) | set(seeds)
        return self.table({name: seeds for name, seeds in self.runs.items() if not self._failed(name)})

    def table(self, runs: dict[str, set[int]]) -> pd.DataFrame:
        """The scores of some runs; that of a seed does not depend on when it ran."""
        rows = [(name, seed, self._values[name][seed]) for name, seeds in runs.items() for seed in sorted(seeds)]
        return pd.DataFrame(rows, columns=["policy", "seed", "x"])

    def _failed(self, name: str) -> bool:
        return max(self.runs[name]) >= self._failing.get(name, PATIENT)


def test_the_known_best_is_selected_as_from_all_runs_and_the_dropped_run_no_more() -> None:
    track = Track(MEANS)
    race = until_selected(track.run, tuple(MEANS), GOAL)
    crossed = track.table({name: set(range(1, 200)) for name in MEANS})
    assert race.found == select_best(crossed, MEAN, tuple(MEANS), 0.5, first_stage=5)
    assert race.found
    assert race.found.best == "best"
    assert track.runs["worst"] == set(range(1, 6))
    assert track.runs["best"] == track.runs["second"] > track.runs["worst"]
    assert race.failed == ()


def test_the_budget_ends_an_open_race() -> None:
    track = Track(dict.fromkeys("abc", 0.0))
    goal = Goal(MEAN, smallest_difference=0.01, first_stage=5, most_seeds=18)
    found = until_selected(track.run, tuple("abc"), goal).found
    assert found
    assert (found.best, found.seeds) == (None, 18)
    assert found.most
    assert found.most > 18
    assert max(max(seeds) for seeds in track.runs.values()) == 18


def test_twins_tie_after_the_first_stage() -> None:
    track = Track({"one": 1.0, "other": 1.0}, noise=0.0)
    found = until_selected(track.run, ("one", "other"), GOAL).found
    assert found
    assert (found.survivors, found.best, found.seeds) == (("one", "other"), "one", 5)


def test_who_fails_is_out_and_whom_it_had_beaten_runs_again() -> None:
    """The race then is the one that would have been without it."""
    means = {"leader": 0.0, "close": 0.3, "behind": 4.0}
    alone = Track(means)
    expected = until_selected(alone.run, ("close", "behind"), GOAL)
    track = Track(means, failing={"leader": 12})
    race = until_selected(track.run, tuple(means), GOAL)
    assert race.failed == ("leader",)
    assert race.found == expected.found
    assert race.found
    assert race.found.best == "close"


def test_the_beaten_come_back_where_only_the_failed_had_beaten_them() -> None:
    means = {"leader": -9.0, "one": 0.0, "other": 0.0, "shadow": -9.0}
    track = Track(means, failing={"leader": 6, "shadow": 6})
    goal = Goal(MEAN, smallest_difference=0.1, first_stage=5, most_seeds=30)
    race = until_selected(track.run, tuple(means), goal)
    assert race.failed == ("leader", "shadow")
    assert track.runs["leader"] == set(range(1, 16))
    assert track.runs["one"] == track.runs["other"] == set(range(1, 31))
    assert race.found
    assert race.found.seeds == 30


@pytest.mark.parametrize("failing", [{"best": 1}, {"best": 1, "second": 1}, dict.fromkeys(MEANS, 1)])
def test_it_ends_whoever_fails(failing: dict[str, int]) -> None:
    race = until_selected(Track(MEANS, failing).run, tuple(MEANS), GOAL)
    left = [name for name in MEANS if name not in failing]
    assert race.failed == tuple(failing)
    assert (race.found.best if race.found else None) == (left[0] if left else None)


def test_the_same_runs_lead_to_the_same_end() -> None:
    def once() -> Race:
        return until_selected(Track(MEANS).run, tuple(MEANS), GOAL)

    assert once() == once()


def test_seeds_start_where_the_study_starts() -> None:
    track = Track(MEANS)
    until_selected(track.run, tuple(MEANS), GOAL, first=30)
    assert track.runs["worst"] == set(range(30, 35))


@pytest.mark.parametrize(
    ("goal", "policies", "sentence"),
    [
        (GOAL, ("best",), "found one policy, 'best'; allowed: two or more"),
        (GOAL, (), "found no policy"),
        (Goal(MEAN, 0.5, 20, 10), tuple(MEANS), "found 10 seeds at most; allowed: at least the first stage, 20"),
        (Goal(MEAN, 0.0), tuple(MEANS), "allowed: above 0"),
    ],
)
def test_nothing_runs_under_impossible_settings(goal: Goal, policies: tuple[str, ...], sentence: str) -> None:
    track = Track(MEANS)
    with pytest.raises(InputError, match=sentence):
        until_selected(track.run, policies, goal)
    assert track.runs == {}
