"""Unequal sizes: heavy-tailed accounts, and totals shared out among them."""

import numpy as np
import scipy

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.scenario import Population


def stratified_sizes(rng: np.random.Generator, n: int, population: Population) -> Floats:
    """`n` shuffled account sizes (USD) at stratified quantiles: lognormal body, truncated Pareto tail."""
    u = (rng.permutation(n) + rng.random(n)) / n
    mean, sd = population.body
    split = 1 - population.tail_share
    body_top = scipy.special.ndtr((np.log(population.tail_start) - mean) / sd)
    with np.errstate(divide="ignore"):
        within_body, within_tail = u / split, (u - split) / population.tail_share
    body = np.exp(mean + sd * scipy.special.ndtri(np.minimum(within_body, 1 - 1e-12) * body_top))
    v = np.clip(within_tail, 0, 1)
    ratio = (population.tail_start / population.tail_end) ** population.tail
    tail = population.tail_start * (1 - v * (1 - ratio)) ** (-1 / population.tail)
    sizes: Floats = np.where(u < split, body, tail)
    return sizes


def share_out(total: float, sizes: Floats, largest: float) -> Floats:
    """Scale `sizes` to sum to `total`, nobody above the `largest` share (or an even share where that is larger)."""
    share = sizes / sizes.sum()
    limit = max(largest, 1.0 / len(sizes))
    for _ in range(60):
        over = share >= limit
        if over.all() or share.max() <= limit * (1 + 1e-12):
            break
        free = ~over
        share = np.where(over, limit, share * (1 - limit * over.sum()) / share[free].sum())
    shared: Floats = total * share / share.sum()
    return shared


def fitting(room: Floats, wanted: Floats) -> Floats:
    """Share of `wanted` for which there is `room`, at most 1; arrays broadcast."""
    share: Floats = np.divide(room, wanted, out=np.ones_like(wanted), where=wanted > room)
    return share


def unequal(rng: np.random.Generator, n: int, spread: float) -> Floats:
    """`n` lognormal shares that sum to 1; `spread` is the standard deviation of their logarithm."""
    weight = np.exp(spread * rng.standard_normal(n))
    share: Floats = weight / weight.sum()
    return share
