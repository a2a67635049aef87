"""Column types of the contract: one-dimensional NumPy arrays that a mechanism can read and not write."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def frozen(column: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return a read-only view of `column`; the owner keeps its writable array."""
    view = column.view()
    view.flags.writeable = False
    return view
