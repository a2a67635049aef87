"""Sorting only as far as a total reaches gives, to the bit, what sorting everybody gives."""

from collections.abc import Callable
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.building_blocks import selection
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.selection import descending, reached
from lastresort.mechanisms.contract import Floats


def sorting_everybody(total: float, capacity: Floats, score: Floats) -> Floats:
    """The definition: down the stable order of all scores, everybody takes what those before it left."""
    order = np.argsort(-score, kind="stable")
    filled, left = np.zeros_like(capacity), 0.0
    for row in order:
        filled[row] = np.clip(total - left, 0.0, capacity[row])
        left += capacity[row]
    return filled


Columns = dict[str, Callable[[np.random.Generator, int], Floats]]

SCORES: Columns = {
    "all different": lambda random, n: random.standard_normal(n),
    "heavy ties": lambda random, n: random.integers(0, 4, n).astype(np.float64),
    "zero for most": lambda random, n: np.where(random.random(n) < 0.9, 0.0, random.standard_normal(n)),
    "signed zeros": lambda random, n: np.where(random.random(n) < 0.5, 0.0, -0.0),
    "infinities and no numbers": lambda random, n: random.choice([-np.inf, 1.0, 2.0, np.inf, np.nan], n),
    "one for all": lambda random, n: np.ones(n),
    "larger, higher": lambda random, n: np.arange(n, dtype=np.float64),
}
CAPACITIES: Columns = {
    "alike": lambda random, n: np.full(n, 0.1),
    "heavy-tailed": lambda random, n: random.lognormal(0.0, 4.0, n),
    "mostly nothing": lambda random, n: np.where(random.random(n) < 0.9, 0.0, random.random(n)),
    "nothing": lambda random, n: np.zeros(n),
}
PARTS = (-0.1, 0.0, 1e-300, 1e-9, 0.01, 0.2, 0.5, 0.999, 1.0, 1 + 1e-12, 1.001, 2.0, np.inf)


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    rows=st.integers(0, 300),
    scores=st.sampled_from(sorted(SCORES)),
    capacities=st.sampled_from(sorted(CAPACITIES)),
    part=st.sampled_from(PARTS) | st.floats(0, 1),
    few=st.sampled_from([1, 2, 16, 64]),
)
def test_to_the_bit_what_sorting_everybody_gives(
    seed: int, rows: int, scores: str, capacities: str, part: float, few: int
) -> None:
    random = np.random.default_rng(seed)
    score, capacity = SCORES[scores](random, rows), CAPACITIES[capacities](random, rows)
    total = part * float(capacity.sum()) if capacity.any() else max(min(part, 1.0), 0.0)
    with patch.object(selection, "FEW", few):
        assert in_order(total, capacity, score).tobytes() == sorting_everybody(total, capacity, score).tobytes()


def test_to_the_bit_with_many_rows() -> None:
    random = np.random.default_rng(3)
    score, capacity = random.standard_normal(50_000), random.lognormal(0.0, 2.0, 50_000)
    for part in (1e-6, 0.1, 0.7, 1.0):
        total = part * float(capacity.sum())
        assert in_order(total, capacity, score).tobytes() == sorting_everybody(total, capacity, score).tobytes()


def test_only_the_top_is_looked_at() -> None:
    """Of 50,000 equal rows a hundredth takes 1 %: a few times as many are sorted, the highest scores among them."""
    score = np.random.default_rng(1).permutation(50_000).astype(np.float64)
    rows = reached(500.0, np.ones(50_000), score)
    assert 500 < len(rows) < 2_500
    assert (np.diff(rows) > 0).all()
    assert score[rows].min() == 50_000 - len(rows)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ([1.0, 3.0, 2.0], [1, 2, 0]),
        ([1.0, 2.0, 1.0, 2.0], [1, 3, 0, 2]),
        ([np.nan, 1.0, np.nan, np.inf], [3, 1, 0, 2]),
        ([0.0, -0.0, 1.0], [2, 0, 1]),
        ([], []),
    ],
)
def test_ties_and_what_is_no_number_keep_their_order(score: list[float], expected: list[int]) -> None:
    assert descending(np.array(score, dtype=np.float64)).tolist() == expected
