"""Ways to split an amount over accounts that can each take so much: columns `[n]` in, columns `[n]` out.

Amounts and capacities are in the same unit (contracts or USD) and not negative; what all capacities together cannot
take is left over.
"""

import numpy as np

from lastresort.mechanisms.contract import Floats


def in_order(total: float, capacity: Floats, score: Floats) -> Floats:
    """Fill the highest scores first, the last one in part; ties go to the earlier row."""
    order = np.argsort(-score, kind="stable")
    filled = np.empty_like(capacity)
    filled[order] = np.clip(total - _before(capacity[order]), 0.0, capacity[order])
    return filled


def in_proportion(total: float, capacity: Floats) -> Floats:
    """Fill the same share of every capacity."""
    available = float(capacity.sum())
    if available <= 0:
        return np.zeros_like(capacity)
    return capacity * min(1.0, max(0.0, total) / available)  # rounding may leave less than nothing to split


def water_fill(total: float, weight: Floats, capacity: Floats) -> Floats:
    """Fill in proportion to `weight` (>= 0) up to each capacity: x = min(capacity, level x weight), sum x = total.

    Of all ways to split `total` under the capacities it alone minimises sum of weight x f(x / weight) for every
    strictly convex f (arXiv 2512.01112, capped pro rata). Exact, by sorting capacity / weight.
    """
    filled = np.zeros_like(capacity)
    active = np.flatnonzero((weight > 0) & (capacity > 0))
    w, c = weight[active], capacity[active]
    total = min(max(total, 0.0), float(c.sum()))
    order = np.argsort(c / w, kind="stable")
    w, c = w[order], c[order]
    spent = _before(c)
    still_open = np.cumsum(w[::-1])[::-1]
    k = int(np.searchsorted(spent + c / w * still_open, total))
    level = max(0.0, total - spent[k]) / still_open[k] if k < len(order) else np.inf
    filled[active[order]] = np.minimum(c, level * w)
    return filled


def equal_awards(total: float, claim: Floats) -> Floats:
    """Constrained equal awards: x = min(claim, level), sum x = total (Aumann and Maschler 1985)."""
    return water_fill(total, np.ones_like(claim), claim)


def equal_losses(total: float, claim: Floats) -> Floats:
    """Constrained equal losses: x = (claim - level)+, sum x = total (Aumann and Maschler 1985)."""
    return claim - equal_awards(float(claim.sum()) - min(total, float(claim.sum())), claim)


def _before(amounts: Floats) -> Floats:
    """Sum of all earlier rows; a running sum less the row itself would forget what is small beside it."""
    return np.concatenate((np.zeros(1), np.cumsum(amounts[:-1])))[: len(amounts)]
