"""Long/short pairs at the start: two legs in one cross-margin account, neutral in beta."""

from dataclasses import dataclass, replace

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.population.entries import draw_pair_entries
from lastresort.simulation.accounts.population.sizes import fitting, share_out, stratified_sizes
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


@dataclass(frozen=True)
class Pairs:
    """Long/short pairs: venue, long and short market, notional of each leg (USD), equity, and entry prices, `[n]`."""

    venue: Ints
    long_market: Ints
    short_market: Ints
    long_notional: Floats
    short_notional: Floats
    equity: Floats
    long_entry: Floats
    short_entry: Floats


def draw_pairs(universe: Universe, seed: int) -> Pairs:
    """All pairs of all venues; their number grows with the root of a venue's open interest."""
    s = universe.scenario
    total = universe.open_interest.sum(axis=1)
    counts = np.maximum(8, np.round(s.population.accounts * s.population.pairs * np.sqrt(total) / np.sqrt(total).sum()))
    rows = [_venue_pairs(universe, seed, v, int(counts[v]), float(s.desks.pairs * total[v])) for v in range(len(total))]
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)]
    venue, long, short = (column.astype(np.int64) for column in columns[:3])
    return _fit_books(universe, Pairs(venue, long, short, *columns[3:]))


def _fit_books(universe: Universe, pairs: Pairs) -> Pairs:
    """Shrink pairs that would crowd a book: their legs are at most a share of each side, and what others leave."""
    s, interest = universe.scenario, universe.open_interest
    long, short = pair_interest(universe, pairs)
    free_long = 1 - universe.by_market(s.retail.share)
    free_short = 1 - universe.by_market(s.desks.basis) - universe.by_market(s.shorts.share)
    room_long = fitting(np.clip(free_long, 0.0, s.desks.pairs_per_book) * interest, long)
    room_short = fitting(np.clip(free_short, 0.0, s.desks.pairs_per_book) * interest, short)
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
        *draw_pair_entries(universe, seed, v, long, short),
    ]


def _pick(rng: np.random.Generator, among: Ints, weight: Floats, n: int) -> Ints:
    """Markets drawn with probability proportional to their open interest."""
    return np.asarray(rng.choice(among, size=n, p=weight[among] / weight[among].sum()), dtype=np.int64)


def pair_interest(universe: Universe, pairs: Pairs) -> tuple[Floats, Floats]:
    """Notional of all pairs' long and of their short legs per book, two tables `[V, M]` in USD."""
    long, short = np.zeros(universe.shape), np.zeros(universe.shape)
    np.add.at(long, (pairs.venue, pairs.long_market), pairs.long_notional)
    np.add.at(short, (pairs.venue, pairs.short_market), pairs.short_notional)
    return long, short
