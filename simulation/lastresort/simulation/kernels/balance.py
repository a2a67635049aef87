"""Whether the books balance: what everybody holds and owns together, and how far that is from what it must be."""

import math

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.kernels.compiled import compiled


@compiled
def everything(
    cells: tuple[Floats, Floats, Floats],
    traders: tuple[Floats, Floats],
    pairs: tuple[Floats, Floats],
    engines: tuple[Floats, Floats],
    backstops: tuple[Floats, Floats],
    fund: Floats,
    purses: tuple[Floats, Floats, Floats, Floats],
) -> tuple[Floats, Floats]:
    """Contracts per book `[V, M]` and cash per venue `[V]` (USD), over everybody.

    `cells` are contracts and margin `[K, V, M]` and wallets `[V]` of isolated accounts; `traders` positions `[n, M]`
    and cash `[n]` of accounts that stand venue by venue; those of `pairs`, `engines` and `backstops` are sums already.
    Pools are `fund` `[V, P]`, other money of the venues are `purses` `[V]`.
    """
    cohorts, venues, markets = cells[0].shape
    contracts, cash = engines[0] + backstops[0] + pairs[0], pairs[1] + cells[2]
    for v in range(venues):
        for m in range(markets):
            cash[v] += engines[1][v, m] + backstops[1][v, m]
            for k in range(cohorts):
                contracts[v, m] += cells[0][k, v, m]
                cash[v] += cells[1][k, v, m]
        for pool in range(fund.shape[1]):
            cash[v] += fund[v, pool]
        for purse in purses:
            cash[v] += purse[v]
    for row in range(len(traders[1])):
        v = row % venues
        cash[v] += traders[1][row]
        for m in range(markets):
            contracts[v, m] += traders[0][row, m]
    return contracts, cash


@compiled
def imbalance(contracts: Floats, interest: Floats, cash: Floats, money: Floats) -> float:
    """The largest |contracts| / open interest `[V, M]` or |cash| / money `[V]`; NaN if any of them is."""
    worst = 0.0
    for v in range(len(cash)):
        for m in range(contracts.shape[1]):
            error = abs(contracts[v, m]) / interest[v, m]
            worst = error if error > worst or math.isnan(error) else worst
        error = abs(cash[v]) / money[v]
        worst = error if error > worst or math.isnan(error) else worst
    return worst


@compiled
def follow(
    totals: tuple[Floats, Floats], venue: Ints, rows: Ints, market: Ints, moved: Floats, got: Floats, last: int
) -> None:
    """Add in place to contracts `[V, M]` and cash `[V]` what lines `[n]` have changed of accounts before the `last`."""
    for i in range(len(rows)):
        if rows[i] < last:
            totals[0][venue[rows[i]], market[i]] += moved[i]
            totals[1][venue[rows[i]]] += got[i]
