"""Sums over resamples as matrix products whose bits depend on nothing but their own row.

A matrix product adds in an order that depends on the size of the matrices and on the number of threads. Here nothing is
rounded while adding: the numbers of a row are first rounded to whole multiples of one unit, so large that all partial
sums fit into the 53 bits of a float64 (the idea of Ozaki, Ogita, Oishi and Rump, "Error-free transformations of matrix
multiplication", Numerical Algorithms 59, 2012, without their second slice).
"""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats

_BITS = 53
_SMALL = 2**18
"""Multiplications for which OpenBLAS starts no threads, which would wait for one another on a busy machine."""


def counted_sums(counts: Floats, rows: Floats) -> Floats:
    """Sums `[k, resamples]` of `rows` `[k, seeds]` counted `counts` `[seeds, resamples]` times.

    Counts are whole, not negative and add up to at most the number of seeds in each resample. Each number is rounded to
    2^-53 times the number of seeds (up to a factor of two) of the largest of its row; sums are exact. A row that is not
    finite becomes NaN.
    """
    exponents = np.frexp(np.abs(rows).max(axis=-1, keepdims=True))[1] - (_BITS - rows.shape[-1].bit_length())
    whole = np.rint(np.ldexp(rows, -exponents))
    whole[~np.isfinite(whole).all(axis=-1)] = np.nan
    return np.asarray(_product(whole, counts) * np.ldexp(1.0, exponents))


def totals(rows: Floats) -> Floats:
    """Sums `[k]` of rows `[k, seeds]`, each rounded once: the order of seeds does not matter; NaN if not finite."""
    return np.array([math.fsum(row) if np.isfinite(row).all() else math.nan for row in rows])


def _product(rows: Floats, counts: Floats) -> Floats:
    found = np.empty((len(rows), counts.shape[-1]))
    step = max(1, _SMALL // max(1, rows.size))
    for start in range(0, counts.shape[-1], step):
        block = np.s_[:, start : start + step]
        np.matmul(rows, counts[block], out=found[block])
    return found
