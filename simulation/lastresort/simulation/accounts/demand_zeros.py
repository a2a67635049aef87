"""Columns with memory of their own: taken page by page where something is written, and given back at once."""

import math
import mmap

import numpy as np

from lastresort.mechanisms.contract import Floats

FLAGS = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}


def own_pages(column: Floats) -> Floats:
    """A copy that goes back to the system when nobody holds it; of a usual array an allocator may keep the memory."""
    copy = demand_zeros(len(column))
    copy[:] = column
    return copy


def sparse_copy(column: Floats) -> Floats:
    """A copy of a column most of which is zero."""
    copy, some = demand_zeros(len(column)), np.flatnonzero(column)
    copy[some] = column[some]
    return copy


def demand_zeros(*shape: int) -> Floats:
    """Zeros that take memory by pages of a few hundred numbers as they are written; to all else a usual array.

    NumPy asks the system for pages of two megabytes where an array is large, so that one account that is charged in
    the whole of a column takes memory for a quarter of a million.
    """
    size = math.prod(shape)
    if not size:
        return np.zeros(shape)
    return np.frombuffer(mmap.mmap(-1, 8 * size, **FLAGS), dtype=np.float64).reshape(shape)
