"""How far apart numbers of two platforms are, worked out by hand."""

from pathlib import Path

import numpy as np
import pytest

from lastresort.experiments.agreement import distance
from lastresort.experiments.environment import LIBRARIES

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("ours", "theirs", "apart"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([], [], 0.0),
        ([NAN, 2.0], [NAN, 2.0], 0.0),
        ([INF], [INF], 0.0),
        ([100.0, 2.0], [100.0, 1.5], 0.25),
        ([1000.0, 0.25], [1000.0, 0.5], 0.25),
        ([1e6, 0.0], [1e6, 1e-6], 1e-9),
        ([0.0], [0.0], 0.0),
        ([-1.0], [1.0], 2.0),
        ([NAN], [1.0], INF),
        ([INF], [1.0], INF),
    ],
)
def test_distances(ours: list[float], theirs: list[float], apart: float) -> None:
    """Against the larger of the two, or a thousandth of the largest of the column where that is more."""
    assert distance(np.array(ours), np.array(theirs)) == pytest.approx(apart)
    assert distance(np.array(theirs), np.array(ours)) == pytest.approx(apart)


def test_what_computes_is_recorded() -> None:
    """Every dependency that may change last digits has its version written down."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    depended = {name for name in ("numpy", "numba", "scipy", "pandas") if f'    "{name}>=' in text}
    assert {"numpy", "scipy"} <= depended <= set(LIBRARIES)
