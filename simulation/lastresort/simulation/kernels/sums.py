"""Sums over one row, in a fixed order that is NumPy's own, so that a kernel and array code agree to the last bit."""

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.compiled import compiled

BLOCK = 128
"""Longer rows are summed in two halves (pairwise summation; Higham, SIAM J. Sci. Comput. 14, 1993)."""


@compiled
def total(row: Floats) -> float:
    """Sum of a row `[n]` in eight running sums."""
    n = len(row)
    if n > BLOCK:
        half = n // 2 - (n // 2) % 8
        return total(row[:half]) + total(row[half:])
    if n < 8:
        few = 0.0
        for i in range(n):
            few += row[i]
        return few
    a, b, c, d, e, f, g, h = row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
    whole = n - n % 8
    for i in range(8, whole, 8):
        a += row[i]
        b += row[i + 1]
        c += row[i + 2]
        d += row[i + 3]
        e += row[i + 4]
        f += row[i + 5]
        g += row[i + 6]
        h += row[i + 7]
    both: float = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(whole, n):
        both += row[i]
    return both


@compiled
def product(row: Floats, other: Floats) -> float:
    """Sum of products of two rows `[n]`, of even and odd places."""
    n = len(row)
    even: float = 0.0
    odd: float = 0.0
    whole = n - n % 8
    for start in range(0, whole, 8):
        for i in (start + 6, start + 4, start + 2, start):
            even += row[i] * other[i]
            odd += row[i + 1] * other[i + 1]
    for i in range(whole, n - 1, 2):
        even += row[i] * other[i]
        odd += row[i + 1] * other[i + 1]
    if n % 2:
        even += row[n - 1] * other[n - 1]
    return even + odd


@compiled
def gross_product(row: Floats, other: Floats) -> float:
    """Sum of products of the absolute values of a row and another `[n]`, of even and odd places."""
    n = len(row)
    even: float = 0.0
    odd: float = 0.0
    whole = n - n % 8
    for start in range(0, whole, 8):
        for i in (start + 6, start + 4, start + 2, start):
            even += abs(row[i]) * other[i]
            odd += abs(row[i + 1]) * other[i + 1]
    for i in range(whole, n - 1, 2):
        even += abs(row[i]) * other[i]
        odd += abs(row[i + 1]) * other[i + 1]
    if n % 2:
        even += abs(row[n - 1]) * other[n - 1]
    return even + odd
