"""Accounts on isolated margin at the start: owner, size, leverage, entry price, trigger and top-ups."""

from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.narrow import narrow
from lastresort.simulation.accounts.population.cohorts import (
    BASIS,
    INSTITUTION,
    ISOLATED_COHORTS,
    MOMENTUM,
    RETAIL,
    SHORT,
    WHALE,
)
from lastresort.simulation.accounts.population.owners import Accounts, draw_owners
from lastresort.simulation.accounts.population.sizes import share_out, stratified_sizes
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe

NOBODY = np.empty(0)

NARROW = {"book": np.int64, "cohort": np.int8, "owner": np.int32}
"""Types of the columns that are whole numbers."""

Columns = dict[str, NDArray[Any]]
"""The columns of a draw by name, in their order."""


@dataclass(frozen=True)
class IsolatedDraw:
    """Isolated accounts ordered by book, then cohort, `[n]`: notional in USD, leverage, entry price, and trigger.

    `trigger` is the price of a stop (retail) or the price at which a momentum short opens; NaN for everybody else.
    `owner` numbers beneficial owners, who may have several accounts; by default everybody is its own. `first_top_up`
    and `second_top_up` are the seconds from a margin warning to new cash, `reopening` those from being deleveraged to
    selling again; infinite, as by default: never.
    """

    book: Ints
    cohort: Ints
    notional: Floats
    leverage: Floats
    entry: Floats
    trigger: Floats
    owner: Ints = field(default_factory=lambda: NOBODY.astype(np.int64))
    first_top_up: Floats = field(default_factory=lambda: NOBODY)
    second_top_up: Floats = field(default_factory=lambda: NOBODY)
    reopening: Floats = field(default_factory=lambda: NOBODY)

    def __post_init__(self) -> None:
        n = len(self.book)
        never = dict.fromkeys(("first_top_up", "second_top_up", "reopening"), np.full(n, np.inf))
        for name, column in ({"owner": np.arange(n)} | never).items():
            if len(getattr(self, name)) != n:
                object.__setattr__(self, name, column)


def _counts(universe: Universe, total: float) -> Ints:
    """Accounts per book, proportional to the root of its open interest, at least four."""
    weight = np.sqrt(universe.open_interest)
    return np.asarray(np.maximum(4, np.round(total * weight / weight.sum())), dtype=np.int64)


def draw_isolated(universe: Universe, seed: int, targets: Floats, whales: Accounts) -> IsolatedDraw:
    """All isolated accounts, so that each cell holds its target `[K, V, M]` (USD); `whales` are drawn already."""
    cohorts = [
        _by_book(whales if k == WHALE else _draw_cohort(universe, seed, k, targets[k], counts))
        for k, counts in enumerate(_cohort_counts(universe))
    ]
    sizes = np.array([np.bincount(accounts.book, minlength=universe.open_interest.size) for accounts in cohorts])
    end = np.cumsum(sizes.T).reshape(sizes.T.shape).T
    columns = {field.name: np.empty(sizes.sum(), NARROW.get(field.name, np.float64)) for field in fields(IsolatedDraw)}
    first = 0
    for k, accounts in enumerate(cohorts):
        _draw_cells(universe, seed, k, accounts, first, end[k], columns)
        first += int(accounts.owner.max(initial=-1)) + 1
    return IsolatedDraw(**columns)


def _by_book(accounts: Accounts) -> Accounts:
    """Accounts of one cohort in the order of their books."""
    held = accounts.rows(np.argsort(accounts.book, kind="stable"))
    return Accounts(narrow(held.book), narrow(held.owner), held.notional)


def _cohort_counts(universe: Universe) -> list[Ints]:
    """Owners of each cohort by book `[V, M]`; whales are counted elsewhere."""
    population = universe.scenario.population
    shares = [population.retail, population.institutions, population.basis, population.shorts]
    isolated = population.accounts * (1 - population.pairs)
    return [_counts(universe, isolated * share) for share in (*shares, max(0.0, 1 - sum(shares)), 0.0)]


def _draw_cohort(universe: Universe, seed: int, k: int, targets: Floats, counts: Ints) -> Accounts:
    if k == RETAIL:
        return _draw_retail(universe, seed, targets, counts)
    rng = stream(seed, "population", ISOLATED_COHORTS[k])
    return draw_owners(universe, rng, targets, counts, universe.scenario.population)


def _draw_retail(universe: Universe, seed: int, targets: Floats, counts: Ints) -> Accounts:
    """Retail owners trade in one book, and none holds more than a small share of it."""
    population, M = universe.scenario.population, universe.shape[1]
    cells = []
    for book, n in enumerate(counts.ravel()):
        rng = stream(seed, "population", "retail", universe.venues[book // M], universe.markets[book % M])
        sizes = stratified_sizes(rng, int(n), population)
        cells.append((np.full(n, book), share_out(float(targets.ravel()[book]), sizes, population.largest)))
    books, notional = (np.concatenate(column) for column in zip(*cells, strict=True))
    return Accounts(books, np.arange(len(books)), notional)


def _draw_cells(
    universe: Universe, seed: int, k: int, accounts: Accounts, first: int, end: Ints, columns: Columns
) -> None:
    """Fill in what the accounts of one cohort are, book by book; `first` is the number of the first of its owners.

    `end` `[V M]` is where the cohort's rows of each book end in the `columns`.
    """
    bounds = np.searchsorted(accounts.book, np.arange(universe.open_interest.size + 1))
    for (low, high), last in zip(pairwise(bounds.tolist()), end.tolist(), strict=True):
        if high > low:
            drawn = _draw_cell(universe, seed, k, accounts.rows(slice(low, high)), first)
            for column, values in zip(columns.values(), drawn, strict=True):
                column[last - (high - low) : last] = values


def _draw_cell(universe: Universe, seed: int, k: int, accounts: Accounts, first: int) -> list[Floats | Ints | int]:
    v, m = divmod(int(accounts.book[0]), universe.shape[1])
    rng = stream(seed, "population", ISOLATED_COHORTS[k], universe.venues[v], universe.markets[m], "account")
    scenario, n = universe.scenario, len(accounts.book)
    middle = _leverage_quantiles(accounts.notional, scenario.population.size_leverage, rng)
    leverage = _leverage(universe, k, v, m, middle, rng)
    entry = np.exp(scenario.population.entry[universe.tier[m]] * rng.standard_normal(n))
    trigger = _trigger(universe, k, int(universe.tier[m]), middle, rng)
    tops_up = rng.random(n) < scenario.top_ups.share
    once, twice = np.where(tops_up, scenario.top_ups.time * rng.exponential(size=(2, n)), np.inf)
    return [
        accounts.book,
        k,
        accounts.notional,
        leverage,
        entry,
        trigger,
        first + accounts.owner,
        once,
        twice,
        _reopening(universe, seed, k, v, m, n),
    ]


def _reopening(universe: Universe, seed: int, k: int, v: int, m: int, n: int) -> Floats:
    """Seconds until accounts of one cell open again what was closed for others, infinite for those who do not."""
    if k not in (SHORT, MOMENTUM):
        return np.full(n, np.inf)
    shorts = universe.scenario.shorts
    rng = stream(seed, "population", ISOLATED_COHORTS[k], universe.venues[v], universe.markets[m], "reopening")
    return np.where(rng.random(n) < shorts.reopening, shorts.reopening_time * rng.exponential(size=n), np.inf)


def _leverage_quantiles(notional: Floats, correlation: float, rng: np.random.Generator) -> Floats:
    """Each account's place in the leverage distribution of its cell, by dollars: bigger accounts tend to be lower."""
    n, total = len(notional), float(notional.sum())
    if total <= 0:
        return (np.arange(n) + 0.5) / n
    size_score = scipy.special.ndtri((np.argsort(np.argsort(notional)) + 0.5) / n)
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
        return np.clip(median * np.exp(s.retail.spread * scipy.special.ndtri(u)), 1.02, s.retail.cap[tier])
    if k == SHORT:
        return np.clip(s.shorts.leverage * np.exp(s.shorts.spread * scipy.special.ndtri(u)), 1.02, s.retail.cap[tier])
    low, high = {
        INSTITUTION: s.retail.institutional_leverage,
        BASIS: (s.desks.basis_leverage[0][tier], s.desks.basis_leverage[1][tier]),
        MOMENTUM: s.shorts.momentum_leverage,
        WHALE: s.whales.leverage,
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
