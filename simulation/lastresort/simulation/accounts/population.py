"""Who is there at the start: heavy-tailed accounts in nine cohorts, drawn by name so that no draw shifts another."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.scenario import Population
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe

ISOLATED_COHORTS = ("retail", "institution", "basis", "short", "momentum")
RETAIL, INSTITUTION, BASIS, SHORT, MOMENTUM = range(5)
CROSS_COHORTS = ("pairs", "arbitrage", "maker", "value")
PAIRS, ARBITRAGE, MAKER, VALUE = range(4)


@dataclass(frozen=True)
class Pairs:
    """Long/short pairs: venue, long and short market, notional of each leg (USD) and equity, `[n]`."""

    venue: Ints
    long_market: Ints
    short_market: Ints
    long_notional: Floats
    short_notional: Floats
    equity: Floats


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


@dataclass(frozen=True)
class CrossDraw:
    """Starting positions in contracts: arbitrageurs `[A, V, M]`, their equity, makers `[E, V, M]`, their leverage."""

    pairs: Pairs
    arbitrage: Floats
    arbitrage_equity: Floats
    makers: Floats
    maker_leverage: Floats


def draw_population(universe: Universe, seed: int) -> tuple[IsolatedDraw, CrossDraw]:
    """Everybody's starting position; longs and shorts of every book sum to its open interest."""
    pairs = _draw_pairs(universe, seed)
    arbitrage, equity = _draw_arbitrage(universe, seed)
    pair_long, pair_short = _pair_interest(universe, pairs)
    arb_long, arb_short = np.maximum(arbitrage, 0).sum(axis=0), np.maximum(-arbitrage, 0).sum(axis=0)
    scenario, interest = universe.scenario, universe.open_interest
    targets = np.zeros((len(ISOLATED_COHORTS), *universe.shape))
    targets[RETAIL] = universe.by_market(scenario.retail.share) * interest
    targets[INSTITUTION] = interest - targets[RETAIL] - pair_long - arb_long
    targets[BASIS] = universe.by_market(scenario.desks.basis) * interest
    targets[SHORT] = universe.by_market(scenario.shorts.share) * interest
    targets[MOMENTUM] = scenario.shorts.momentum * interest
    makers = interest - targets[BASIS] - targets[SHORT] - pair_short - arb_short
    for what, rest in (("institutional longs", targets[INSTITUTION]), ("market makers' shorts", makers)):
        if (rest < 0).any():
            raise ValueError(f"the cohorts' shares leave less than nothing for {what}")
    weight = _unequal(stream(seed, "makers"), scenario.makers.entities, 0.5)
    low, high = scenario.makers.leverage
    leverage = low + (high - low) * stream(seed, "makers' leverage").random(scenario.makers.entities)
    cross = CrossDraw(pairs, arbitrage, equity, -weight[:, None, None] * makers, leverage)
    return _draw_isolated(universe, seed, targets), cross


def stratified_sizes(rng: np.random.Generator, n: int, population: Population) -> Floats:
    """`n` shuffled account sizes (USD) at stratified quantiles: lognormal body, truncated Pareto tail."""
    u = (rng.permutation(n) + rng.random(n)) / n
    mean, sd = population.body
    split = 1 - population.tail_share
    body_top = ndtr((np.log(population.tail_start) - mean) / sd)
    body = np.exp(mean + sd * ndtri(np.minimum(u / split, 1 - 1e-12) * body_top))
    v = np.clip((u - split) / population.tail_share, 0, 1)
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


def _counts(universe: Universe, total: float) -> Ints:
    """Accounts per book, proportional to the root of its open interest, at least four."""
    weight = np.sqrt(universe.open_interest)
    return np.asarray(np.maximum(4, np.round(total * weight / weight.sum())), dtype=np.int64)


def _draw_isolated(universe: Universe, seed: int, targets: Floats) -> IsolatedDraw:
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


def _draw_pairs(universe: Universe, seed: int) -> Pairs:
    s = universe.scenario
    total = universe.open_interest.sum(axis=1)
    counts = np.maximum(8, np.round(s.population.accounts * s.population.pairs * np.sqrt(total) / np.sqrt(total).sum()))
    rows = [_venue_pairs(universe, seed, v, int(counts[v]), float(s.desks.pairs * total[v])) for v in range(len(total))]
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)]
    venue, long, short = (column.astype(np.int64) for column in columns[:3])
    return _fit_books(universe, Pairs(venue, long, short, *columns[3:]))


def _fit_books(universe: Universe, pairs: Pairs) -> Pairs:
    """Shrink pairs that would crowd a book: all their legs together at most a share of each of its sides."""
    most = universe.scenario.desks.pairs_per_book * universe.open_interest
    long, short = _pair_interest(universe, pairs)
    room_long = np.minimum(1.0, most / np.maximum(long, 1.0))
    room_short = np.minimum(1.0, most / np.maximum(short, 1.0))
    fit = np.minimum(room_long[pairs.venue, pairs.long_market], room_short[pairs.venue, pairs.short_market])
    return replace(
        pairs,
        long_notional=pairs.long_notional * fit,
        short_notional=pairs.short_notional * fit,
        equity=pairs.equity * fit,
    )


def _venue_pairs(universe: Universe, seed: int, v: int, n: int, total: float) -> list[Floats]:
    """Half long a major and short an altcoin, half long one altcoin and short another; neutral in beta."""
    s = universe.scenario
    rng = stream(seed, "population", "pairs", universe.venues[v])
    by_name = np.argsort(universe.markets)
    majors, others = by_name[universe.tier[by_name] == 0], by_name[universe.tier[by_name] > 0]
    if len(others) < 2 or not len(majors):
        majors = others = by_name
    weight = universe.open_interest[v]
    short = _pick(rng, others, weight, n)
    long = np.where(np.arange(n) % 2 == 0, _pick(rng, majors, weight, n), _pick(rng, others, weight, n))
    clash = long == short
    place = np.argsort(others)[np.searchsorted(np.sort(others), short)]
    long = np.where(clash, others[(place + 1) % len(others)], long)
    size = share_out(0.5 * total, stratified_sizes(rng, n, s.population), s.population.largest_pair)
    ratio = universe.beta[long] / np.maximum(universe.beta[short], 1e-9)
    low, high = s.desks.pairs_leverage
    leverage = low + (high - low) * rng.random(n)
    return [
        np.full(n, v, dtype=np.float64),
        long.astype(float),
        short.astype(float),
        size,
        size * ratio,
        size * (1 + ratio) / leverage,
    ]


def _pick(rng: np.random.Generator, among: Ints, weight: Floats, n: int) -> Ints:
    """Markets drawn with probability proportional to their open interest."""
    return np.asarray(rng.choice(among, size=n, p=weight[among] / weight[among].sum()), dtype=np.int64)


def _pair_interest(universe: Universe, pairs: Pairs) -> tuple[Floats, Floats]:
    long, short = np.zeros(universe.shape), np.zeros(universe.shape)
    np.add.at(long, (pairs.venue, pairs.long_market), pairs.long_notional)
    np.add.at(short, (pairs.venue, pairs.short_market), pairs.short_notional)
    return long, short


def _draw_arbitrage(universe: Universe, seed: int) -> tuple[Floats, Floats]:
    """Positions that sum to zero over venues in every market, and equity as a share of each account's gross."""
    desks = universe.scenario.desks
    V, M = universe.shape
    names = [(venue, market) for venue in universe.venues for market in universe.markets]
    draws = [stream(seed, "arbitrage", *name).standard_normal(desks.arbitrageurs) for name in names]
    weight = _unequal(stream(seed, "arbitrage"), desks.arbitrageurs, 0.5)
    share = universe.open_interest / universe.open_interest.sum(axis=0)
    raw = share * np.array(draws).T.reshape(-1, V, M)
    raw -= share * raw.sum(axis=1, keepdims=True)
    target = universe.by_market(desks.arbitrage) * universe.open_interest.sum(axis=0)
    half = 0.5 * np.abs(raw).sum(axis=1, keepdims=True)
    position = np.divide(raw, half, out=np.zeros_like(raw), where=half > 0) * weight[:, None, None] * target
    low, high = desks.arbitrage_equity
    place = [stream(seed, "arbitrage equity", venue).random(desks.arbitrageurs) for venue in universe.venues]
    equity = np.abs(position).sum(axis=2) * (low + (high - low) * np.array(place).T)
    return position, equity


def _unequal(rng: np.random.Generator, n: int, spread: float) -> Floats:
    weight = np.exp(spread * rng.standard_normal(n))
    share: Floats = weight / weight.sum()
    return share
