"""At which prices positions on cross margin were opened, drawn from streams of their own."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


def draw_entries(universe: Universe, seed: int, cohort: str, entities: int) -> Floats:
    """Entry prices of a cohort that has an account at each venue, `[entities, V, M]`, lognormal by tier around 1."""
    names = [(venue, market) for venue in universe.venues for market in universe.markets]
    draws = np.array([stream(seed, "entry", cohort, *name).standard_normal(entities) for name in names])
    spread = universe.by_market(universe.scenario.population.entry)
    return np.asarray(np.exp(spread * draws.T.reshape(entities, *universe.shape)))


def draw_pair_entries(universe: Universe, seed: int, venue: int, *legs: Ints) -> list[Floats]:
    """Entry prices of each leg of one venue's pairs, given the market of every leg `[n]`."""
    rng = stream(seed, "entry", "pairs", universe.venues[venue])
    spread = universe.by_market(universe.scenario.population.entry)
    return [np.exp(spread[market] * rng.standard_normal(len(market))) for market in legs]
