"""Accounts on isolated margin at the start: size, leverage, entry price and trigger, cell by cell."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.population.cohorts import (
    BASIS,
    INSTITUTION,
    ISOLATED_COHORTS,
    MOMENTUM,
    RETAIL,
    SHORT,
)
from lastresort.simulation.accounts.population.sizes import share_out, stratified_sizes
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


@dataclass(frozen=True)
class IsolatedDraw:
    """Isolated accounts ordered by book, then cohort, `[n]`: notional in USD, leverage, entry price, and trigger.

    `trigger` is the price of a stop (retail) or the price at which a momentum short opens; NaN for everybody else.
    """

    book: Ints
    cohort: Ints
    notional: Floats
    leverage: Floats
    entry: Floats
    trigger: Floats


def _counts(universe: Universe, total: float) -> Ints:
    """Accounts per book, proportional to the root of its open interest, at least four."""
    weight = np.sqrt(universe.open_interest)
    return np.asarray(np.maximum(4, np.round(total * weight / weight.sum())), dtype=np.int64)


def draw_isolated(universe: Universe, seed: int, targets: Floats) -> IsolatedDraw:
    """All isolated accounts, so that each cell holds its target `[K, V, M]` (USD)."""
    population = universe.scenario.population
    shares = [population.retail, population.institutions, population.basis, population.shorts]
    shares.append(max(0.0, 1 - sum(shares)))
    isolated = population.accounts * (1 - population.pairs)
    counts = np.array([_counts(universe, isolated * share) for share in shares])
    columns: list[list[Floats]] = []
    V, M = universe.shape
    for v in range(V):
        for m in range(M):
            for k in range(len(ISOLATED_COHORTS)):
                columns.append(_draw_cell(universe, seed, k, v, m, int(counts[k, v, m]), float(targets[k, v, m])))
    book, cohort, notional, leverage, entry, trigger = (np.concatenate(c) for c in zip(*columns, strict=True))
    return IsolatedDraw(book.astype(np.int64), cohort.astype(np.int64), notional, leverage, entry, trigger)


def _draw_cell(universe: Universe, seed: int, k: int, v: int, m: int, n: int, total: float) -> list[Floats]:
    rng = stream(seed, "population", ISOLATED_COHORTS[k], universe.venues[v], universe.markets[m])
    population = universe.scenario.population
    notional = share_out(total, stratified_sizes(rng, n, population), population.largest)
    middle = _leverage_quantiles(notional, population.size_leverage, rng)
    leverage = _leverage(universe, k, v, m, middle, rng)
    entry = np.exp(population.entry[universe.tier[m]] * rng.standard_normal(n))
    trigger = _trigger(universe, k, int(universe.tier[m]), middle, rng)
    return [
        np.full(n, v * universe.shape[1] + m, dtype=np.float64),
        np.full(n, k, dtype=np.float64),
        notional,
        leverage,
        entry,
        trigger,
    ]


def _leverage_quantiles(notional: Floats, correlation: float, rng: np.random.Generator) -> Floats:
    """Each account's place in the leverage distribution of its cell, by dollars: bigger accounts tend to be lower."""
    n, total = len(notional), float(notional.sum())
    if total <= 0:
        return (np.arange(n) + 0.5) / n
    size_score = ndtri((np.argsort(np.argsort(notional)) + 0.5) / n)
    pearson = 2 * np.sin(np.pi * correlation / 6)
    order = np.argsort(pearson * size_score + np.sqrt(1 - pearson**2) * rng.standard_normal(n))
    middle = np.empty(n)
    middle[order] = (np.cumsum(notional[order]) - 0.5 * notional[order]) / total
    return middle


def _leverage(universe: Universe, k: int, v: int, m: int, u: Floats, rng: np.random.Generator) -> Floats:
    """Leverage at notional-stratified quantiles: the distribution is exact in dollars, whatever the sizes."""
    s, tier = universe.scenario, int(universe.tier[m])
    u = u[rng.permutation(len(u))] if k == MOMENTUM else u
    if k == RETAIL:
        median = s.retail.leverage[tier] * s.venues[v].leverage
        return np.clip(median * np.exp(s.retail.spread * ndtri(u)), 1.02, s.retail.cap[tier])
    if k == SHORT:
        return np.clip(s.shorts.leverage * np.exp(s.shorts.spread * ndtri(u)), 1.02, s.retail.cap[tier])
    low, high = {
        INSTITUTION: s.retail.institutional_leverage,
        BASIS: (s.desks.basis_leverage[0][tier], s.desks.basis_leverage[1][tier]),
        MOMENTUM: s.shorts.momentum_leverage,
    }[k]
    return low + (high - low) * u


def _trigger(universe: Universe, k: int, tier: int, u: Floats, rng: np.random.Generator) -> Floats:
    s = universe.scenario
    start = s.retail.panic_start[tier]
    if k == RETAIL:
        distance = start * (0.5 + 2.5 * rng.random(len(u)))
        return np.where(rng.random(len(u)) < s.retail.stops, 1 - distance, np.nan)
    if k == MOMENTUM:
        low, high = s.shorts.momentum_trigger
        return 1 - start * (low + (high - low) * u)
    return np.full(len(u), np.nan)
