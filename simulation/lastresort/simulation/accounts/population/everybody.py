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
)
from lastresort.simulation.accounts.population.entries import draw_entries
from lastresort.simulation.accounts.population.isolated import IsolatedDraw, draw_isolated
from lastresort.simulation.accounts.population.pairs import Pairs, draw_pairs, pair_interest
from lastresort.simulation.accounts.population.sizes import unequal
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
    """Everybody's starting position; longs and shorts of every book sum to its open interest."""
    pairs = draw_pairs(universe, seed)
    arbitrage, equity = draw_arbitrage(universe, seed)
    pair_long, pair_short = pair_interest(universe, pairs)
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
    weight = unequal(stream(seed, "makers"), scenario.makers.entities, 0.5)
    low, high = scenario.makers.leverage
    leverage = low + (high - low) * stream(seed, "makers' leverage").random(scenario.makers.entities)
    entries = (
        draw_entries(universe, seed, "arbitrage", len(arbitrage)),
        draw_entries(universe, seed, "maker", len(weight)),
    )
    cross = CrossDraw(pairs, arbitrage, equity, -weight[:, None, None] * makers, leverage, *entries)
    return draw_isolated(universe, seed, targets), cross
