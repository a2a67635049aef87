"""Recovery, mids and marks against array code."""

import numpy as np
from tests.simulation.kernels.conftest import M, Same, V

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.recovery import marked, quoted, recover


def test_displacements_recover(rng: np.random.Generator, trading: Floats, same: Same) -> None:
    displacement, depth = 0.1 * rng.standard_normal((V + 1, M)), rng.uniform(0, 1, (V + 1, M))
    news, pace = 0.01 * rng.standard_normal(M), 0.3
    wanted = displacement.copy()
    wanted[:-1] -= (1 - trading) * news
    speed = pace * depth
    speed[:-1] *= trading
    wanted /= 1 + speed
    recover(displacement, news, pace, depth, trading)
    same(displacement, wanted)


def test_mids_and_marks(rng: np.random.Generator, same: Same) -> None:
    displacement, fundamental = 0.1 * rng.standard_normal((V + 1, M)), 0.2 * rng.standard_normal(M)
    premium, high, clamp = 0.03 * rng.standard_normal((V, M)), rng.uniform(0.8, 1.5, (V, M)), rng.uniform(0.01, 0.03, M)
    price = np.exp(fundamental + displacement)
    renewed = premium + (displacement[:-1] - displacement[-1] - premium) * -np.expm1(-0.05)
    mark = price[-1] * np.exp(np.clip(renewed, -clamp, clamp))
    highest = np.maximum(mark, mark + (high - mark) * np.exp(-0.001))
    same(quoted(displacement, fundamental), (price[:-1], price[-1]))
    same(
        marked(displacement, fundamental, premium, high, clamp, (-0.05, -0.001)),
        (price[:-1], price[-1], mark, highest),
    )
    same(premium, renewed)
