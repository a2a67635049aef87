"""One net order per book, one price, and who is on the other side of it."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.population.cohorts import BASIS
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.walks import averaged_price, walked


@compiled
def netted(
    engine: Floats,
    buyers: Floats,
    arbitrage: Floats,
    rested: tuple[Ints, Ints, Floats],
    single: tuple[Ints, Ints, Floats],
    cells: Floats,
    contracts: Floats,
) -> Floats:
    """Signed contracts `[V, M]` of all takers together.

    `rested` are venue, market and contracts, `single` book, cell and contracts of single orders `[n]`; of `cells`
    `[K, V, M]` fractions close, of what they hold (`contracts`) after the single orders.
    """
    venues, markets = engine.shape
    flow, alone = np.empty((venues, markets)), np.zeros(engine.size)
    changed = np.zeros(contracts.size)
    for v in range(venues):
        for m in range(markets):
            together = 0.0
            for a in range(len(arbitrage)):
                together += arbitrage[a, v, m]
            flow[v, m] = engine[v, m] + buyers[v, m] + together
    for i in range(len(rested[2])):
        flow[rested[0][i], rested[1][i]] += rested[2][i]
    for i in range(len(single[2])):
        alone[single[0][i]] += single[2][i]
        changed[single[1][i]] += single[2][i]
    for v in range(venues):
        for m in range(markets):
            closed, book = 0.0, v * markets + m
            for k in range(len(cells)):
                closed += cells[k, v, m] * (contracts[k, v, m] + changed[k * venues * markets + book])
            flow[v, m] = flow[v, m] + alone[book] - closed
    return flow


@compiled
def spot_netted(
    hedges: Floats, orphans: Floats, buyers: Floats, cells: Floats, contracts: Floats, carried: Floats
) -> Floats:
    """Signed contracts of spot `[M]`: makers' hedges, orphaned spot, buyers, what basis desks unwind, carry desks."""
    flow = np.empty(len(orphans))
    for m in range(len(orphans)):
        together, unwound = 0.0, 0.0
        for e in range(len(hedges)):
            together += hedges[e, m]
        for v in range(cells.shape[1]):
            unwound += cells[BASIS, v, m] * abs(contracts[BASIS, v, m])
        flow[m] = together - orphans[m] + buyers[m] - unwound + carried[m]
    return flow


@compiled
def cleared(
    displacement: Floats, flow: Floats, fundamental: Floats, sides: tuple[Floats, Floats, Floats, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Displacements after `flow` `[V + 1, M]`, a price (USD) per book, and what near quotes took of it, n (x - x').

    `sides` are bid, ask, down and up: sellers meet bids, buyers asks.
    """
    bid, ask, down, up = sides
    end, price, quoted = np.empty_like(flow), np.empty_like(flow), np.empty_like(flow)
    books, markets = flow.shape
    for b in range(books):
        for m in range(markets):
            x, near = displacement[b, m], bid[b, m] if flow[b, m] < 0 else ask[b, m]
            after = walked(x, flow[b, m], near, down[b, m], up[b, m])
            average = averaged_price(x, after, flow[b, m], near, down[b, m], up[b, m])
            end[b, m], price[b, m] = after, math.exp(fundamental[m]) * average
            quoted[b, m] = near * (x - after)
    return end, price, quoted


@compiled
def traded_alone(
    displacement: Floats, market: Ints, flow: Floats, sides: tuple[Floats, Floats, Floats, Floats]
) -> Floats:
    """Average price over the fundamental's of trading each `flow` `[n]` alone in its `market`, of one venue's books."""
    bid, ask, down, up = sides
    average = np.empty(len(flow))
    for i in range(len(flow)):
        m, x = market[i], displacement[market[i]]
        near = bid[m] if flow[i] < 0 else ask[m]
        end = walked(x, flow[i], near, down[m], up[m])
        average[i] = averaged_price(x, end, flow[i], near, down[m], up[m])
    return average


@compiled
def filled(quoting: Floats, near_fill: Floats, flow: Floats, bought: Floats) -> tuple[Floats, Floats]:
    """The other side of `flow` `[V, M]`: makers `[E, V, M]` by quoting weight `[E, V]`, value buyers `[V, M]` the rest.

    What buyers of the fall `bought` `[V, M]` trades through the value buyers' accounts.
    """
    entities, venues = quoting.shape
    markets = flow.shape[1]
    made, value = np.zeros((entities, venues, markets)), np.empty((venues, markets))
    for v in range(venues):
        capacity = 0.0
        for e in range(entities):
            capacity += quoting[e, v]
        for m in range(markets):
            together = 0.0
            for e in range(entities):
                made[e, v, m] = (quoting[e, v] / capacity if capacity > 0 else 0.0) * near_fill[v, m]
                together += made[e, v, m]
            value[v, m] = -flow[v, m] - together + bought[v, m]
    return made, value


@compiled
def come_back(end: Floats, returned: Floats, sides: tuple[Floats, Floats, Floats, Floats]) -> None:
    """Walk perpetual books of `end` `[V + 1, M]` in place by what makers hedged, `returned` `[V, M]` contracts."""
    bid, ask, down, up = sides
    venues, markets = returned.shape
    for v in range(venues):
        for m in range(markets):
            near = bid[v, m] if returned[v, m] < 0 else ask[v, m]
            end[v, m] = walked(end[v, m], returned[v, m], near, down[v, m], up[v, m])
