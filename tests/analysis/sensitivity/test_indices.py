"""Indices of functions that are known in closed form, through samples as analyses draw them."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from lastresort.analysis.sensitivity import Factor, Output
from lastresort.analysis.sensitivity.indices import morris_indices, sobol_indices
from lastresort.analysis.sensitivity.samples import morris_sample, sobol_sample
from lastresort.mechanisms.contract import Floats

Factors = Callable[[int], tuple[Factor, ...]]
OUTPUT = Output("mnf", "ours", "theirs")
CHANCE = Factor(name="replicate", label="replicate", kind="chance", low=1, high=5, levels=(1.0, 2.0, 3.0, 4.0, 5.0))


def test_sobol_indices_of_ishigami_are_the_analytic_ones(
    unit_factors: Factors, known_function: Callable[[Floats], Floats]
) -> None:
    """Ishigami and Homma (1990), a = 7, b = 0.1."""
    a, b = 7, 0.1
    alone = [(1 + b * math.pi**4 / 5) ** 2 / 2, a**2 / 8, 0.0]
    together = b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    variance = sum(alone) + together
    sample = sobol_sample(unit_factors(3), 4096, 1)
    found = sobol_indices(sample, known_function(sample.unit)[:, None], [OUTPUT], "declared", 1).of(OUTPUT.name)
    first, total = ([getattr(one, name) for one in found.values()] for name in ("S1", "ST"))
    assert first == pytest.approx([part / variance for part in alone], abs=0.02)
    assert total == pytest.approx([(part + together * (k != 1)) / variance for k, part in enumerate(alone)], abs=0.02)
    assert all(
        abs(one.S1 - exact / variance) < 2 * one.S1_conf for one, exact in zip(found.values(), alone, strict=True)
    )


def test_morris_is_exact_on_a_plane(unit_factors: Factors) -> None:
    slopes = np.array([3.0, -2.0, 0.5, 0.0])
    sample = morris_sample(unit_factors(4), 6, 4, 1)
    found = morris_indices(sample, (sample.unit @ slopes)[:, None], [OUTPUT], 4, 1).of(OUTPUT.name)
    assert [one.mu for one in found.values()] == pytest.approx(slopes)
    assert [one.mu_star for one in found.values()] == pytest.approx(abs(slopes))
    assert [one.sigma for one in found.values()] == pytest.approx([0.0] * 4, abs=1e-9)


def test_a_block_with_a_hole_is_left_out_and_changes_nothing_else(unit_factors: Factors) -> None:
    slopes = np.array([3.0, -2.0])
    sample = morris_sample(unit_factors(2), 6, 4, 1)
    values = (sample.unit @ slopes)[:, None]
    values[7] = math.nan
    found = morris_indices(sample, values, [OUTPUT], 4, 1)
    assert (found.trajectories, found.left_out, found.points) == (5, 1, 18)
    assert [one.mu for one in found.indices] == pytest.approx(slopes)
    values[:] = math.nan
    assert morris_indices(sample, values, [OUTPUT], 4, 1).indices == ()


def test_an_output_that_does_not_vary_has_no_shares(unit_factors: Factors) -> None:
    sample = sobol_sample(unit_factors(2), 16, 1)
    assert sobol_indices(sample, np.full((len(sample.unit), 1), 0.3), [OUTPUT], "declared", 1).indices == ()


def test_the_share_of_chance_is_the_variance_between_seeds(unit_factors: Factors) -> None:
    """A plane plus a number per seed: additive, so that shares are variances."""
    noise = np.array([0.3, -0.2, 0.1, 0.4, -0.6])
    sample = sobol_sample((*unit_factors(1), CHANCE), 4096, 1)
    values = sample.values[:, 0] + noise[sample.values[:, 1].astype(int) - 1]
    found = sobol_indices(sample, values[:, None], [OUTPUT], "declared", 1).of(OUTPUT.name)
    share = noise.var() / (noise.var() + 1 / 12)
    first, total = found["replicate"].S1, found["replicate"].ST
    assert first == pytest.approx(share, abs=0.03)
    assert total == pytest.approx(share, abs=0.03)


def test_each_trajectory_compares_two_seeds_and_together_they_have_all(unit_factors: Factors) -> None:
    sample = morris_sample((*unit_factors(2), CHANCE), 40, 4, 1)
    seeds = sample.values[:, 2].reshape(-1, sample.block_size)
    assert {len(set(row)) for row in seeds.tolist()} == {2}
    assert set(seeds.ravel().tolist()) == set(CHANCE.levels)


@pytest.mark.parametrize("draw", [1, 2])
def test_the_same_draw_gives_the_same_points(unit_factors: Factors, draw: int) -> None:
    factors = unit_factors(3)
    assert (morris_sample(factors, 4, 4, draw).unit == morris_sample(factors, 4, 4, draw).unit).all()
    assert (sobol_sample(factors, 8, draw).unit == sobol_sample(factors, 8, draw).unit).all()
    assert (sobol_sample(factors, 8, draw).unit != sobol_sample(factors, 8, draw + 1).unit).any()
