"""Sums in a fixed order, against exact ones, and against NumPy's to the last bit where it has that order."""

import math

import numpy as np
import pytest

from lastresort.simulation.kernels.sums import gross_product, product, total


@pytest.mark.parametrize("n", [0, 1, 2, 7, 8, 9, 20, 127, 128, 129, 300, 1000])
def test_sums_of_rows(n: int) -> None:
    one, other = np.random.default_rng(n).standard_normal((2, n))
    assert total(one) == float(one.sum()) == pytest.approx(math.fsum(one), abs=1e-12)
    assert product(one, other) == pytest.approx(math.fsum(one * other), abs=1e-12)
    assert gross_product(one, other) == pytest.approx(math.fsum(np.abs(one) * other), abs=1e-12)
