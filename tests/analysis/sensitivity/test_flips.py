"""Flips of differences that are known: found where they are, not found where there are none, and not told by chance."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lastresort.analysis.sensitivity import Factor, Flip, Output
from lastresort.analysis.sensitivity.flips import flips
from lastresort.analysis.sensitivity.other_profiles import without_others
from lastresort.analysis.sensitivity.samples import Sample, morris_sample, sobol_sample
from lastresort.analysis.sensitivity.sentences import answer
from lastresort.mechanisms.contract import Floats

Factors = Callable[[int], tuple[Factor, ...]]
OUTPUT = Output("mnf", "ours", "theirs")
SCORE = Output("mnf", "ours")
CHANCE = Factor(name="replicate", label="replicate", kind="chance", low=1, high=3, levels=(1.0, 2.0, 3.0))


def found(sample: Sample, values: Floats) -> dict[str, Flip]:
    """The flip of each factor, lower being better."""
    return {one.factor: one for one in flips(sample, values[:, None], [OUTPUT], [True])}


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_a_flip_is_found_where_it_is(unit_factors: Factors, method: str) -> None:
    """The difference is -1 at the low end of x1 and 1.5 at the high end: zero at 0.4, whatever the other does."""
    factors = unit_factors(2)
    sample = morris_sample(factors, 20, 4, 1) if method == "morris" else sobol_sample(factors, 64, 1)
    flip = found(sample, 2.5 * sample.unit[:, 0] - 1 + 0.2 * (sample.unit[:, 1] - 0.5))["x1"]
    assert flip.outcome == "flips"
    assert flip.at == pytest.approx(0.4, abs=0.05)
    assert flip.at_low <= flip.at <= flip.at_high
    assert "better below, worse above" in flip.sentence
    levels = [(level.value, level.mean) for level in flip.levels]
    assert all(mean == pytest.approx(2.5 * value - 1, abs=0.1) for value, mean in levels)


def test_no_flip_where_the_difference_stays_on_its_side(unit_factors: Factors) -> None:
    sample = morris_sample(unit_factors(2), 20, 4, 1)
    by_factor = found(sample, sample.unit[:, 0] + 1)
    assert by_factor["x1"].outcome == by_factor["x2"].outcome == "never"
    assert "ours stays worse" in by_factor["x1"].sentence
    assert "does not move this difference at all" in by_factor["x2"].sentence


def test_the_place_of_a_flip_is_a_value_of_the_factor(unit_factors: Factors) -> None:
    """Evenly in the logarithm, halfway between 1 and 100 is 10."""
    (factor,) = unit_factors(1)
    sample = sobol_sample((replace(factor, low=1.0, high=100.0, scale="log"), CHANCE), 64, 1)
    assert found(sample, sample.unit[:, 0] - 0.5)["x1"].at == pytest.approx(10, rel=0.1)


def test_between_levels_nothing_is_claimed(unit_factors: Factors) -> None:
    (factor,) = unit_factors(1)
    sample = sobol_sample((replace(factor, levels=(0.1, 0.2, 0.5)), CHANCE), 64, 1)
    flip = found(sample, np.where(sample.values[:, 0] > 0.3, 1.0, -1.0))["x1"]
    assert (flip.outcome, flip.at_low, flip.at_high) == ("flips", 0.2, 0.5)
    assert math.isnan(flip.at)
    assert "between 0.2 and 0.5" in flip.sentence


def test_a_difference_that_turns_twice_is_told_so(unit_factors: Factors) -> None:
    sample = sobol_sample(unit_factors(2), 64, 1)
    flip = found(sample, np.where(abs(sample.unit[:, 0] - 0.5) < 0.2, 1.0, -1.0))["x1"]
    assert flip.outcome == "flips"
    assert "more than once" in flip.sentence


def test_chance_alone_flips_nothing_and_says_so(unit_factors: Factors) -> None:
    sample = morris_sample((*unit_factors(4), CHANCE), 20, 4, 1)
    wrong = 0
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(size=len(sample.unit))
        outcomes = [flip.outcome for flip in found(sample, noise).values()]
        wrong += sum(outcome != "cannot be told" for outcome in outcomes)
    assert wrong <= 2  # of 80


def test_few_points_tell_nothing(unit_factors: Factors) -> None:
    sample = morris_sample(unit_factors(2), 4, 4, 1)
    flip = found(sample, sample.unit[:, 0] + 1)["x1"]
    assert (flip.outcome, flip.levels) == ("cannot be told", ())


def test_scores_alone_and_chance_have_no_flips(unit_factors: Factors) -> None:
    sample = sobol_sample((*unit_factors(1), CHANCE), 16, 1)
    values = np.column_stack([sample.unit[:, 0], sample.unit[:, 0]])
    assert [(one.output, one.factor) for one in flips(sample, values, [OUTPUT, SCORE], [True, True])] == [
        (OUTPUT.name, "x1")
    ]


def test_what_others_do_is_taken_out(unit_factors: Factors) -> None:
    sample = sobol_sample((*unit_factors(2), CHANCE), 64, 1)
    by_seed = np.array([0.0, 5.0, -2.0])
    own = sample.unit[:, 0] ** 2
    values = own + 9 * sample.unit[:, 1] + by_seed[sample.values[:, 2].astype(int) - 1]
    left = without_others(sample, values, 0) - own
    assert np.ptp(left) < 0.1
    assert left.mean() == pytest.approx(4.5 + by_seed.mean(), abs=0.05)


def test_the_answer_names_the_strongest(unit_factors: Factors) -> None:
    factors = unit_factors(3)
    sample = sobol_sample(factors, 128, 1)
    several = flips(sample, (sample.unit @ np.array([4.0, 8.0, 0.0]) - 6)[:, None], [OUTPUT], [True])
    told = answer(OUTPUT, several, factors, (3, 5))
    assert "better at 3 of 5 points; 2 of 3 flip it, 1 never do, 0 cannot be told; the strongest is x2" in told
    calm = flips(sample, (sample.unit @ np.array([1.0, 0.5, 0.0]) + 1)[:, None], [OUTPUT], [True])
    assert "0 of 3 flip it, 3 never do, 0 cannot be told; nearest to a flip is x1 at 0.1" in answer(
        OUTPUT, calm, factors, (0, 5)
    )
