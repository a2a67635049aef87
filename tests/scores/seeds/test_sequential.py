"""Seeds until precise: what the first stage says is run, in all scenarios, within the budget, and then it ends."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.scores.drawn_scores import drawn_score

from lastresort.experiments.planning import Comparison, Precision
from lastresort.scores.seeds.sequential import Precise, until_precise

MEAN = drawn_score("x")
CALM, CRASH = (Comparison(scenario, "pro-rata", "queue", "x") for scenario in ("calm", "crash"))
SPREAD = {"calm": 0.1, "crash": 1.0}
POLICIES = ("queue", "pro-rata")


class World:
    """Scenarios with normal differences; remembers the seeds it was asked for. Policies of `failing` fail there."""

    def __init__(self, failing: dict[str, int] | None = None) -> None:
        self.asked: list[tuple[int, ...]] = []
        self._failing = failing or {}

    def run(self, seeds: tuple[int, ...]) -> dict[str, pd.DataFrame]:
        """Tables without policies that failed on one of the seeds: from the seed on that `failing` says."""
        self.asked.append(seeds)
        return {name: pd.concat(self._rows(name, policy, seeds) for policy in POLICIES) for name in SPREAD}

    def _rows(self, scenario: str, policy: str, seeds: tuple[int, ...]) -> pd.DataFrame:
        if policy == "pro-rata" and max(seeds) >= self._failing.get(scenario, 10**9):
            seeds = ()
        return pd.DataFrame({"policy": policy, "seed": seeds, "x": self.values(scenario, policy)[: len(seeds)]})

    @staticmethod
    def values(scenario: str, policy: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """Two thousand seeds of one policy; the difference is the queue's zero from pro-rata's normals."""
        random = np.random.Generator(np.random.Philox(key=len(scenario)))
        return SPREAD[scenario] * random.normal(size=2000) * (policy == "pro-rata")


def precise(world: World, precision: Precision, declared: tuple[Comparison, ...] = (CALM, CRASH)) -> Precise:
    """Run the loop over a made-up world."""
    return until_precise(world.run, declared, {"x": MEAN}, precision)


def test_the_first_stage_decides_with_a_share_of_the_doubt_for_each_comparison() -> None:
    world = World()
    found = precise(world, Precision(half_width=0.2, first_stage=10, most_seeds=2000))
    sample = world.values("crash", "pro-rata")[:10]
    quantile = stats.t.ppf(1 - 0.05 / 2 / 2, 9)
    by_hand = int(np.ceil((quantile * sample.std(ddof=1) / 0.2) ** 2))
    assert found.needed == by_hand
    assert world.asked == [tuple(range(1, 11)), tuple(range(1, by_hand + 1))]
    assert found.seeds == world.asked[-1]
    assert found.reached
    assert all(one.interval and one.interval.high - one.interval.low <= 2 * 0.2 for one in found.known)


def test_nothing_is_added_where_the_first_stage_is_precise_enough() -> None:
    world = World()
    found = precise(world, Precision(half_width=5, first_stage=10))
    assert world.asked == [tuple(range(1, 11))]
    assert (found.needed, found.reached) == (10, True)


def test_the_budget_ends_it_and_says_so() -> None:
    world = World()
    found = precise(world, Precision(half_width=0.01, first_stage=10, most_seeds=30))
    assert world.asked[-1] == tuple(range(1, 31))
    assert not found.reached
    assert found.needed > 30


def test_the_same_runs_lead_to_the_same_seeds() -> None:
    precision = Precision(half_width=0.2, first_stage=10, most_seeds=2000)
    assert precise(World(), precision) == precise(World(), precision)


def test_seeds_start_where_the_study_starts() -> None:
    world = World()
    until_precise(world.run, (CALM,), {"x": MEAN}, Precision(half_width=5, first_stage=3), first=7)
    assert world.asked == [(7, 8, 9)]


@pytest.mark.parametrize("seed", [1, 15])
def test_a_policy_that_fails_is_left_out_and_ends_nothing(seed: int) -> None:
    """In the first stage or in the second: the other scenario is answered, and there is no third stage."""
    world = World({"crash": seed})
    found = precise(world, Precision(half_width=0.2, first_stage=10, most_seeds=50))
    assert len(world.asked) == (1 if seed == 1 else 2)
    assert [one.comparison for one in found.known if one.interval is None] == [CRASH]


def test_where_all_fail_it_ends() -> None:
    world = World({"calm": 1, "crash": 1})
    found = precise(world, Precision(half_width=0.2, first_stage=10))
    assert world.asked == [tuple(range(1, 11))]
    assert all(one.interval is None for one in found.known)
