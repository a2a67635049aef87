"""Everybody at the start, so that longs and shorts of every book sum to its open interest."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.population.arbitrage import draw_arbitrage
from lastresort.simulation.accounts.population.cohorts import (
    BASIS,
    INSTITUTION,
    ISOLATED_COHORTS,
    MOMENTUM,
    RETAIL,
    SHORT,
    WHALE,
)
from lastresort.simulation.accounts.population.entries import draw_entries
from lastresort.simulation.accounts.population.isolated import IsolatedDraw, draw_isolated
from lastresort.simulation.accounts.population.pairs import Pairs, draw_pairs, pair_interest
from lastresort.simulation.accounts.population.sizes import unequal
from lastresort.simulation.accounts.population.whales import draw_whales
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


@dataclass(frozen=True)
class CrossDraw:
    """Starting positions in contracts: arbitrageurs `[A, V, M]`, their equity, makers `[E, V, M]`, their leverage.

    `arbitrage_entry` and `maker_entry` are the average prices (USD) at which these positions were opened.
    """

    pairs: Pairs
    arbitrage: Floats
    arbitrage_equity: Floats
    makers: Floats
    maker_leverage: Floats
    arbitrage_entry: Floats
    maker_entry: Floats


def draw_population(universe: Universe, seed: int) -> tuple[IsolatedDraw, CrossDraw]:
    """Everybody's starting position; longs and shorts of every book sum to its open interest.

    The rest of the longs is institutions', the rest of the shorts makers'.
    """
    pairs = draw_pairs(universe, seed)
    pair_long, pair_short = pair_interest(universe, pairs)
    scenario, interest = universe.scenario, universe.open_interest
    targets = np.zeros((len(ISOLATED_COHORTS), *universe.shape))
    targets[RETAIL] = universe.by_market(scenario.retail.share) * interest
    whales = draw_whales(universe, seed, np.maximum(interest - targets[RETAIL] - pair_long, 0.0))
    targets[WHALE] = np.bincount(whales.book, whales.notional, interest.size).reshape(interest.shape)
    targets[BASIS] = universe.by_market(scenario.desks.basis) * interest
    targets[SHORT] = universe.by_market(scenario.shorts.share) * interest
    targets[MOMENTUM] = scenario.shorts.momentum * interest
    longs = interest - targets[RETAIL] - targets[WHALE] - pair_long
    shorts = interest - targets[BASIS] - targets[SHORT] - pair_short
    arbitrage, equity = draw_arbitrage(universe, seed, np.maximum(longs, 0.0), np.maximum(shorts, 0.0))
    targets[INSTITUTION] = np.maximum(longs - np.maximum(arbitrage, 0).sum(axis=0), 0.0)
    makers = np.maximum(shorts - np.maximum(-arbitrage, 0).sum(axis=0), 0.0)
    weight = unequal(stream(seed, "makers"), scenario.makers.entities, 0.5)
    low, high = scenario.makers.leverage
    leverage = low + (high - low) * stream(seed, "makers' leverage").random(scenario.makers.entities)
    entries = (
        draw_entries(universe, seed, "arbitrage", len(arbitrage)),
        draw_entries(universe, seed, "maker", len(weight)),
    )
    cross = CrossDraw(pairs, arbitrage, equity, -weight[:, None, None] * makers, leverage, *entries)
    return draw_isolated(universe, seed, targets, whales), cross
