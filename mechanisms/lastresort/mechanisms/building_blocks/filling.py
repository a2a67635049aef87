"""Ways to split an amount over accounts that can each take so much: columns `[n]` in, columns `[n]` out.

Amounts and capacities are in the same unit (contracts or USD) and not negative; what all capacities together cannot
take is left over.
"""

from bisect import bisect_left

import numpy as np

from lastresort.mechanisms.building_blocks.selection import descending, reached
from lastresort.mechanisms.contract import Floats

ROUNDING = 1e-6
"""Share by which a total must differ from a sum of capacities for the order of adding up to make no difference."""

TINY = 1e-100
"""USD of equity for each contract that count for who would have none left, so that its ratio is above all others."""

SMALLEST = 1e-150
"""Share of a size that a resource counts as at least, so that no ratio of the two overflows."""


def in_order(total: float, capacity: Floats, score: Floats) -> Floats:
    """Fill the highest scores first, the last one in part; ties go to the earlier row."""
    if total > (1 + ROUNDING) * float(capacity.sum()):
        return capacity.copy()
    rows = reached((1 + ROUNDING) * total, capacity, score)
    order = rows[descending(score[rows])]
    filled = np.zeros_like(capacity)
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
    strictly convex f (arXiv 2512.01112, capped pro rata). Takes time in proportion to the rows.
    """
    takes = (weight > 0) & (capacity > 0)
    level = _level(max(total, 0.0), weight[takes], capacity[takes])
    if level == np.inf:
        return np.where(takes, capacity, 0.0)
    return np.where(takes, np.minimum(capacity, level * weight), 0.0)


def _level(total: float, weight: Floats, capacity: Floats) -> float:
    """The level at which all of `total` is taken, infinite where there is too much of it.

    Newton's method from below: each step shares out what is left among those who are not full yet. As what is taken is
    concave in the level, the level never overshoots, and the product of what is left and the weight of those who share
    it falls to a quarter with every step or faster (as in Dinkelbach's method): about ten steps, each over fewer rows.
    """
    level = 0.0
    while len(weight):
        level = max(level, total / float(weight.sum()))
        full = capacity <= level * weight
        if not full.any():
            return level
        total -= float(capacity[full].sum())
        weight, capacity = weight[~full], capacity[~full]
    return np.inf


def drain(total: float, size: Floats, resource: Floats, capacity: Floats) -> Floats:
    """Cut the highest size / resource down to one level: x = min(capacity, (size - level x resource)+), sum x = total.

    `resource` is not negative, and rows without any take nothing. `size` may be negative: such a row is cut only when
    the level is below it. Of all ways to take `total` under the capacities it leaves the highest ratio (size - x) /
    resource as low as can be. Exact: what is taken is piecewise linear in the level, with kinks where a row begins to
    be cut and where it is full; the kinks are sorted, the piece in which `total` lies is found among them, and the
    level within the piece solves one linear equation.
    """
    takes = np.flatnonzero((resource > 0) & (capacity > 0))
    filled = np.zeros_like(size)
    if len(takes):
        filled[takes] = _drain(max(total, 0.0), size[takes], resource[takes], capacity[takes])
    return filled


def _drain(total: float, size: Floats, resource: Floats, capacity: Floats) -> Floats:
    """As `drain`, with resources and capacities that are positive."""
    resource = np.maximum(resource, (np.abs(size) + capacity) * SMALLEST)
    begins, full = size / resource, (size - capacity) / resource
    kinks = -np.unique(-np.concatenate((begins, full)))

    def taken(level: float) -> Floats:
        part = np.where(level < begins, size - level * resource, 0.0)
        return np.where(level <= full, capacity, np.minimum(part, capacity))

    place = bisect_left(kinks, total, key=lambda level: float(taken(level).sum()))
    if place == len(kinks):
        return capacity.copy()
    if place == 0:
        return np.zeros_like(size)
    above = kinks[place - 1]
    so_far, cut = taken(above), (begins >= above) & (full < above)
    more = (total - float(so_far.sum())) * resource[cut] / float(resource[cut].sum())
    so_far[cut] = np.minimum(so_far[cut] + more, capacity[cut])
    return so_far


def level_leverage(total: float, size: Floats, equity: Floats, cost: float, capacity: Floats) -> Floats:
    """Close contracts down to one size / equity, as it is after each has cost its holder `cost` USD (negative: gained).

    What is left of both is size - x and equity - cost x; their ratio is L for all that are cut if x = size - M (equity
    - cost x size), M = L / (1 - cost L), the same number for all: so x is drained, the resource being the equity that
    is left once the whole size is closed. Who could not pay for that comes first, who has no equity takes nothing.
    """
    left = np.maximum(equity - cost * size, 0.0) + TINY * np.abs(size)
    return drain(total, size, np.where(equity > 0, left, 0.0), capacity)


def equal_awards(total: float, claim: Floats) -> Floats:
    """Constrained equal awards: x = min(claim, level), sum x = total (Aumann and Maschler 1985)."""
    return water_fill(total, np.ones_like(claim), claim)


def equal_losses(total: float, claim: Floats) -> Floats:
    """Constrained equal losses: x = (claim - level)+, sum x = total (Aumann and Maschler 1985)."""
    return claim - equal_awards(float(claim.sum()) - min(total, float(claim.sum())), claim)


def _before(amounts: Floats) -> Floats:
    """Sum of all earlier rows; a running sum less the row itself would forget what is small beside it."""
    return np.concatenate((np.zeros(1), np.cumsum(amounts[:-1])))[: len(amounts)]
