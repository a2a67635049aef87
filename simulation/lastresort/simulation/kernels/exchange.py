"""Positions change hands: contracts, entry prices, cash and fees of many accounts in one pass."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.sums import total

LOWEST = 1e-9
"""Entry prices are positive, also where a vault was paid for taking inventory over (USD per contract)."""


@compiled
def entered(entry: float, held: float, change: float, price: float) -> float:
    """Average entry price of a position: by volume while it grows, as it was while it shrinks, anew when it turns."""
    after = held + change
    before, moved, now = np.sign(held), np.sign(change), np.sign(after)  # products of small positions underflow
    share = 0.0
    if moved != 0 and before != -moved:
        share = change / after
    if now != 0 and before == -now:
        share = 1.0
    return entry + (max(price, LOWEST) - entry) * share


@compiled
def averaged(entry: Floats, held: Floats, change: Floats, price: Floats) -> Floats:
    """Average entry prices `[n]` (USD) after positions `held` change by `change` at `price`.

    A flat position keeps the last entry it had, which nobody reads.
    """
    after = np.empty_like(entry)
    for i in range(len(entry)):
        after[i] = entered(entry[i], held[i], change[i], price[i])
    return after


@compiled
def exchanged(
    quantity: Floats,
    entry: Floats,
    cash: Floats,
    change: Floats,
    price: Floats,
    fee: float,
    flow: tuple[Floats, Floats, Floats],
) -> Floats:
    """Trade `change` `[A, V, M]` at `price` `[V, M]` in place: quantity and entry `[A, V, M]`, cash `[A, V]`.

    The fee is `fee` of value. To the `flow` `[V, M]` are added contracts, cash after fees and fees; returns fees by
    venue, `[V]` USD.
    """
    entities, venues, markets = change.shape
    moved, cost, charged = np.zeros((venues, markets)), np.zeros((venues, markets)), np.zeros(venues)
    pays, fees = np.empty(markets), np.empty(markets)
    for a in range(entities):
        for v in range(venues):
            for m in range(markets):
                dq, held = change[a, v, m], quantity[a, v, m]
                entry[a, v, m] = entered(entry[a, v, m], held, dq, price[v, m])
                quantity[a, v, m] = held + dq
                value = dq * price[v, m]
                fees[m] = fee * abs(value)
                pays[m] = value + fees[m]
                moved[v, m] += dq
                cost[v, m] += fees[m]
            cash[a, v] -= total(pays)
            charged[v] += total(fees)
    for v in range(venues):
        for m in range(markets):
            flow[0][v, m] += moved[v, m]
            flow[1][v, m] += -moved[v, m] * price[v, m] - cost[v, m]
            flow[2][v, m] += cost[v, m]
    return charged


@compiled
def moved_rows(
    held: tuple[Floats, Floats, Floats], rows: Ints, market: Ints, change: Floats, price: Floats, cash: Floats
) -> tuple[Floats, Floats]:
    """Change single positions in place by contracts and USD, line by line, columns `[n]`; no position twice.

    `held` are quantity and entry `[accounts, M]` and cash `[accounts]`. Contracts change hands at `price`, NaN where
    that is what `cash` pays for them. Returns what has become of quantity and cash, which is what they have changed by.
    """
    quantity, entry, money = held
    moved, got = np.empty(len(rows)), np.empty(len(rows))
    for i in range(len(rows)):
        row, m = rows[i], market[i]
        before, had = quantity[row, m], money[row]
        if change[i] != 0:
            paid = -cash[i] / change[i] if math.isnan(price[i]) else price[i]
            entry[row, m] = entered(entry[row, m], before, change[i], paid)
        quantity[row, m] = before + change[i]
        money[row] = had + cash[i]
        moved[i], got[i] = quantity[row, m] - before, money[row] - had
    return moved, got


@compiled
def flowed(
    flow: tuple[Floats, Floats, Floats], where: tuple[Ints, Ints, Ints], change: tuple[Floats, Floats, Floats]
) -> None:
    """Add contracts, USD and fees of single orders `[n]` in place to flows `[F, V, M]`, at rows, venues and markets."""
    who, venue, market = where
    for i in range(len(who)):
        for column in range(3):
            flow[column][who[i], venue[i], market[i]] += change[column][i]
