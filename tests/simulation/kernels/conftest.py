"""Random states of a small world, for kernels and their NumPy twins: 3 venues, 11 markets, 5 makers, 400 accounts."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats

V, M, E, K = 3, 11, 5, 6

Same = Callable[[object, object], None]


@pytest.fixture(params=range(4))
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """One of four seeds."""
    return np.random.default_rng(request.param)


@pytest.fixture
def sides(rng: np.random.Generator) -> tuple[Floats, Floats, Floats, Floats]:
    """Bid, ask, down and up of every book, `[V + 1, M]`."""
    bid, ask, down, up = rng.uniform(1e8, 5e9, (4, V + 1, M))
    return bid, ask, down, 10 * up


@pytest.fixture
def trading(rng: np.random.Generator) -> Floats:
    """Most markets trade."""
    return (rng.random((V, M)) > 0.2).astype(np.float64)


@pytest.fixture
def same() -> Same:
    """Both are the same to 1e-12 of the largest value, and so is each of a tuple."""

    def check(one: object, other: object) -> None:
        if isinstance(one, tuple) and isinstance(other, tuple):
            assert len(one) == len(other)
            for left, right in zip(one, other, strict=True):
                check(left, right)
            return
        left, right = np.asarray(one), np.asarray(other)
        assert left.shape == right.shape
        scale = float(np.abs(right[np.isfinite(right)]).max(initial=0.0)) if right.dtype.kind == "f" else 0.0
        np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-12 * scale)

    return check
