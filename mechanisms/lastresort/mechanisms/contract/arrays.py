"""Column types of the contract: one-dimensional NumPy arrays that a mechanism can read and not write."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


Scalar = TypeVar("Scalar", bound=np.generic)


def frozen(column: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return a view of `column` that nobody can unlock; the owner keeps its writable array."""
    return np.asarray(column.data.toreadonly())
