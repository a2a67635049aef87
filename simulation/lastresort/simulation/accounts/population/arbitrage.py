"""Cross-venue arbitrageurs at the start: positions that sum to zero over venues."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.population.sizes import fitting, unequal
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


def draw_arbitrage(universe: Universe, seed: int, room_long: Floats, room_short: Floats) -> tuple[Floats, Floats]:
    """Positions that sum to zero over venues in every market, and equity as a share of each account's gross.

    In a market of which a book has less room (`[V, M]`, USD) than they would fill, they are smaller at all venues.
    """
    desks = universe.scenario.desks
    V, M = universe.shape
    names = [(venue, market) for venue in universe.venues for market in universe.markets]
    draws = [stream(seed, "arbitrage", *name).standard_normal(desks.arbitrageurs) for name in names]
    weight = unequal(stream(seed, "arbitrage"), desks.arbitrageurs, 0.5)
    share = universe.open_interest / universe.open_interest.sum(axis=0)
    raw = share * np.array(draws).T.reshape(-1, V, M)
    raw -= share * raw.sum(axis=1, keepdims=True)
    target = universe.by_market(desks.arbitrage) * universe.open_interest.sum(axis=0)
    half = 0.5 * np.abs(raw).sum(axis=1, keepdims=True)
    position = np.divide(raw, half, out=np.zeros_like(raw), where=half > 0) * weight[:, None, None] * target
    long, short = np.maximum(position, 0).sum(axis=0), np.maximum(-position, 0).sum(axis=0)
    position *= np.minimum(fitting(room_long, long), fitting(room_short, short)).min(axis=0)
    low, high = desks.arbitrage_equity
    place = [stream(seed, "arbitrage equity", venue).random(desks.arbitrageurs) for venue in universe.venues]
    equity = np.abs(position).sum(axis=2) * (low + (high - low) * np.array(place).T)
    return position, equity
