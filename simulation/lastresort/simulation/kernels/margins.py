"""Who on cross margin is below maintenance."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.sums import gross_product, product


@compiled
def suspects(
    mark: Floats, anchor: Floats, rows: Ints, radius: Floats, changed: Bools, horizon: float, slack: float
) -> tuple[bool, Ints]:
    """Whether marks `[V, M]` are within `horizon` of their anchors, and the accounts to test, ascending.

    These are `rows` whose `radius` (ascending) is no more than the largest |mark / anchor - 1|, give or take `slack`,
    and those that `changed` `[n]`, of whom there may be half.
    """
    most, count, n = 0.0, 0, 0
    for v in range(mark.shape[0]):
        for m in range(mark.shape[1]):
            most = max(most, abs(mark[v, m] / anchor[v, m] - 1))
    suspect, found = np.zeros(len(changed), np.bool_), np.empty(len(changed), np.int64)
    for i in range(len(rows)):
        if radius[i] > most * (1 + slack) + slack:
            break
        suspect[rows[i]] = True
    for row in range(len(changed)):
        count += changed[row]
        if suspect[row] or changed[row]:
            found[n] = row
            n += 1
    return most <= horizon and 2 * count <= len(changed), found[:n]


@compiled
def below_maintenance(
    rows: Ints, first: int, quantity: Floats, cash: Floats, venue: Ints, mark: Floats, need: Floats
) -> Ints:
    """Of the suspects `rows` and all accounts from `first` on, who holds something and has too little for it.

    Too little is cash + q . mark below |q| . need, the need being mark x rate, `[V, M]`.
    """
    last = len(cash)
    found, n = np.empty(len(rows) + last - first, np.int64), 0
    for i in range(len(found)):
        row = rows[i] if i < len(rows) else first + i - len(rows)
        v, free, holds = venue[row], cash[row], False
        for m in range(quantity.shape[1]):
            held = quantity[row, m]
            free += held * mark[v, m] - abs(held) * need[v, m]
            holds = holds or held != 0
        if free < 0 and holds:
            found[n] = row
            n += 1
    return found[:n].copy()


@compiled
def worth(rows: Ints, quantity: Floats, venue: Ints, price: Floats) -> Floats:
    """Sum of quantity x price of each account `[rows]`, USD; prices `[V, M]`."""
    value = np.empty(len(rows))
    for i in range(len(rows)):
        value[i] = product(quantity[rows[i]], price[venue[rows[i]]])
    return value


@compiled
def gross_worth(rows: Ints, quantity: Floats, venue: Ints, price: Floats) -> Floats:
    """Sum of |quantity| x price of each account `[rows]`, USD; prices `[V, M]`."""
    value = np.empty(len(rows))
    for i in range(len(rows)):
        value[i] = gross_product(quantity[rows[i]], price[venue[rows[i]]])
    return value


@compiled
def outstanding(contracts: Floats, pools: Floats, quantity: Floats, venue: Ints) -> Floats:
    """Contracts outstanding per book `[V, M]`: half the sum of |positions| of cells `[K, V, M]`, pools and accounts.

    `pools` `[V, M]` is what engines and backstops hold, >= 0.
    """
    cohorts, venues, markets = contracts.shape
    alone, crossed = np.zeros((venues, markets)), np.zeros((venues, markets))
    for k in range(cohorts):
        for v in range(venues):
            for m in range(markets):
                alone[v, m] += abs(contracts[k, v, m])
    for row in range(len(quantity)):
        for m in range(markets):
            crossed[venue[row], m] += abs(quantity[row, m])
    for v in range(venues):
        for m in range(markets):
            crossed[v, m] = 0.5 * (alone[v, m] + pools[v, m] + crossed[v, m])
    return crossed
