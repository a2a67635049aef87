"""Two-stage precision on known distributions: coverage, against peeking, and the plan over a score table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.scores.drawn_scores import drawn_score

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.plugins.errors import InputError
from lastresort.scores.seeds.sample_sizes import Target, TwoStage, half_widths, plan_precision, sample_sizes
from lastresort.scores.statistics import influences, ratio

FIRST = 10
MEAN = drawn_score("x")
SHARE = drawn_score("x", per="y")


@pytest.fixture(scope="module")
def normals() -> Floats:
    """4,000 samples of 400 standard normals."""
    return np.random.Generator(np.random.Philox(key=11)).normal(size=(4000, 400))


def mean_of_first(samples: Floats, sizes: Ints) -> Floats:
    """Mean over so many observations of each sample, its own number for each."""
    totals = samples.cumsum(axis=-1)
    return np.asarray(totals[np.arange(len(samples)), sizes - 1] / sizes)


def a_table(seeds: int, policies: Sequence[str] = ("queue", "pro-rata"), key: int = 5) -> pd.DataFrame:
    """Normal values with what seeds have in common, and a denominator that varies by seed."""
    random = np.random.Generator(np.random.Philox(key=key))
    shared = random.normal(1.0, 0.2, 500)
    per = random.uniform(0.5, 1.5, 500)
    own = {name: shared + random.normal(0.1 * place, 0.05, 500) for place, name in enumerate(policies)}
    return pd.concat(
        pd.DataFrame({"policy": name, "seed": np.arange(1, seeds + 1), "x": x[:seeds], "y": per[:seeds]})
        for name, x in own.items()
    )


def test_sample_size_by_hand() -> None:
    """1 ... 5: s^2 = 2.5, t(4) = 2.776445; (2.776445^2 2.5) / 0.5^2 = 77.09. The first stage is the least."""
    assert sample_sizes(np.arange(1.0, 6.0), 0.5) == 78
    assert sample_sizes(np.arange(1.0, 6.0), 50.0) == 5
    assert sample_sizes(np.full(5, 3.0), 0.5) == 5


def test_the_interval_is_as_narrow_as_asked(normals: Floats) -> None:
    sizes = sample_sizes(normals[:, :FIRST], 0.6)
    assert (half_widths(normals[:, :FIRST], sizes) <= 0.6).all()


@pytest.mark.parametrize("budget", [400, 20])
def test_two_stages_cover_as_often_as_they_say(normals: Floats, budget: int) -> None:
    """Within a budget too, which half of these samples exceed."""
    first = normals[:, :FIRST]
    sizes = np.minimum(sample_sizes(first, 0.5), budget)
    covered = np.abs(mean_of_first(normals, sizes)) <= half_widths(first, sizes)
    assert 0.94 <= covered.mean() <= 0.96


def test_peeking_covers_too_rarely_where_two_stages_do_not(normals: Floats) -> None:
    """Both start with three observations; the peeker stops as soon as the usual interval is narrow enough."""
    counts = np.arange(3, 201)
    means = normals.cumsum(axis=-1)[:, counts - 1] / counts
    squares = np.square(normals).cumsum(axis=-1)[:, counts - 1] / counts
    spread = np.sqrt((squares - means**2) * counts / (counts - 1))
    usual = stats.t.isf(0.025, counts - 1) * spread / np.sqrt(counts)
    stop = (np.arange(len(means)), (usual <= 0.5).argmax(axis=1))
    peeked = np.abs(means[stop]) <= usual[stop]
    assert (usual[stop] <= 0.5).all()
    assert peeked.mean() < 0.92
    sizes = np.minimum(sample_sizes(normals[:, :3], 0.5), 400)
    assert (np.abs(mean_of_first(normals, sizes)) <= half_widths(normals[:, :3], sizes)).mean() >= 0.94


def test_ratios_of_sums_are_covered_too() -> None:
    """Loss 0.3 of a skewed deficit, give or take: linearized over 40 seeds, the usual 95 % within two points."""
    random = np.random.Generator(np.random.Philox(key=3))
    deficit = random.lognormal(0.0, 0.4, (3000, 300))
    loss = deficit * random.normal(0.3, 0.1, deficit.shape)
    first = influences(loss[:, :40], deficit[:, :40])
    sizes = np.minimum(sample_sizes(first, 0.02), 300)
    found = np.array([ratio(loss[place, :size], deficit[place, :size]) for place, size in enumerate(sizes)])
    assert np.median(sizes) > 80
    assert 0.93 <= (np.abs(found - 0.3) <= half_widths(first, sizes)).mean() <= 0.97


def test_several_targets_hold_together(normals: Floats) -> None:
    """Three independent targets at 1 - 0.05 / 3 each cover together in 1 - (1 - 0.05 / 3)^3 = 95.1 % of samples."""
    share = 1 - 0.05 / 3
    stages = np.split(normals[:3999], 3)
    sizes = [sample_sizes(stage[:, :FIRST], 0.7, share) for stage in stages]
    needed = np.minimum(np.max(sizes, axis=0), 400)
    covered = [np.abs(mean_of_first(stage, needed)) <= half_widths(stage[:, :FIRST], needed, share) for stage in stages]
    assert 0.935 <= np.all(covered, axis=0).mean() <= 0.97


def test_a_plan_asks_for_the_first_stage_then_for_what_it_found() -> None:
    target = Target(MEAN, "pro-rata", "queue", half_width=0.01)
    assert plan_precision(a_table(8), [target], first_stage=20) == TwoStage(20, None, 8, None, ())
    assert plan_precision(a_table(8), [target], first_stage=20).add == 12
    plan = plan_precision(a_table(20), [target], first_stage=20)
    wide = a_table(20).pivot(index="seed", columns="policy", values="x")
    classical = stats.ttest_rel(wide["pro-rata"], wide["queue"]).confidence_interval(0.95)
    assert (plan.intervals[0].low, plan.intervals[0].high) == pytest.approx((classical.low, classical.high))
    assert plan.needed == pytest.approx(20 * (np.ptp(classical) / 0.02) ** 2, abs=1)
    assert not plan.reached


def test_asking_again_never_moves_the_goal() -> None:
    target = Target(SHARE, "pro-rata", "queue", half_width=0.01)
    first = plan_precision(a_table(20), [target], first_stage=20)
    assert first.needed is not None
    assert first.needed > 40
    for seeds in (30, first.needed, first.needed + 7):
        later = plan_precision(a_table(seeds), [target], first_stage=20)
        assert (later.needed, later.reached) == (first.needed, seeds >= first.needed)
        assert later.add == max(0, first.needed - seeds)
    assert later.intervals[0].high - later.intervals[0].low <= 0.02


def test_the_hardest_target_decides_and_all_share_the_confidence() -> None:
    easy, hard = (Target(MEAN, "queue", None, half_width=width) for width in (0.5, 0.05))
    alone = plan_precision(a_table(20), [hard], first_stage=20, confidence=0.975)
    both = plan_precision(a_table(20), [easy, hard], first_stage=20, confidence=0.95)
    assert both.needed == alone.needed
    assert [found.needed for found in both.intervals] == [20, both.needed]


def test_a_budget_is_kept_and_said_not_to_be_enough() -> None:
    target = Target(MEAN, "queue", None, half_width=0.01)
    plan = plan_precision(a_table(20), [target], first_stage=20, budget=33)
    assert (plan.add, plan.reached) == (13, False)
    spent = plan_precision(a_table(33), [target], first_stage=20, budget=33)
    assert (spent.add, spent.reached, spent.needed) == (0, False, plan.needed)


def test_a_seed_counts_once_every_policy_has_run_on_it() -> None:
    table = a_table(30)
    gap = table[~((table["policy"] == "queue") & (table["seed"] == 25))]
    assert plan_precision(gap, [Target(MEAN, "pro-rata", "queue", 0.01)], first_stage=20).seeds == 24


def test_bad_settings_are_named() -> None:
    target = Target(MEAN, "queue", None, half_width=0.1)
    with pytest.raises(InputError, match="half-width -1; allowed: above 0"):
        plan_precision(a_table(5), [Target(MEAN, "queue", None, half_width=-1)])
    with pytest.raises(InputError, match="first stage of 1 seeds; allowed: at least 2"):
        plan_precision(a_table(5), [target], first_stage=1)
    with pytest.raises(InputError, match="budget of 10 seeds; allowed: at least the first stage, 20"):
        plan_precision(a_table(5), [target], first_stage=20, budget=10)
    with pytest.raises(InputError, match="no target"):
        plan_precision(a_table(5), [])
    with pytest.raises(InputError, match="'x' of queue is not defined over the first 5 seeds"):
        plan_precision(a_table(5).assign(y=0.0), [Target(SHARE, "queue", None, 0.1)], first_stage=5)
    with pytest.raises(InputError, match="'x' is not defined for policy 'queue' on seed 1"):
        plan_precision(a_table(5).assign(x=np.nan), [target], first_stage=5)
