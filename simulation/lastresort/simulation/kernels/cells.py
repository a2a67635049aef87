"""Whole cells close: what they trade, who of them cannot pay for it, and the running sums that say so lazily."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.sums import total


@compiled
def sold_cells(
    fraction: Floats, contracts: Floats, price: Floats, sign: Floats, fee: float
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """What closing `fraction` `[K, V, M]` of `contracts` at `price` `[V, M]` moves.

    Returns contracts, cash after fees, fees and net prices `[K, V, M]`, and fees by venue `[V]`; `sign` `[K]` is each
    cohort's side.
    """
    cohorts, venues, markets = fraction.shape
    moved, cash, fees = np.empty_like(fraction), np.empty_like(fraction), np.empty_like(fraction)
    net, traded, value = np.empty_like(fraction), np.zeros(venues), np.empty(markets)
    for k in range(cohorts):
        for v in range(venues):
            for m in range(markets):
                closed = fraction[k, v, m] * contracts[k, v, m]
                value[m] = fraction[k, v, m] * abs(contracts[k, v, m]) * price[v, m]
                moved[k, v, m], fees[k, v, m] = -closed, fee * value[m]
                cash[k, v, m] = closed * price[v, m] - fees[k, v, m]
                net[k, v, m] = price[v, m] * (1 - fee * sign[k])
            traded[v] += total(value)
    for v in range(venues):
        traded[v] *= fee
    return moved, cash, fees, net, traded


@compiled
def drowning(
    fraction: Floats,
    net: Floats,
    first: Ints,
    cell: Ints,
    levels: tuple[Floats, Floats],
    cash: Floats,
    quantity: Floats,
) -> Ints:
    """Isolated accounts whose margin does not pay for closing `fraction` of their cell at `net` prices, ascending.

    Only who has a trigger (`levels`: below and above) at or beyond the net prices of the book can be one of them.
    """
    cohorts, books = len(fraction), len(first) - 1
    share, price = fraction.reshape(cohorts, books), net.reshape(cohorts, books)
    down, up = levels
    found, n = np.empty(len(cell), np.int64), 0
    for b in range(books):
        low, high, some = np.inf, -np.inf, False
        for k in range(cohorts):
            low, high = min(low, price[k, b]), max(high, price[k, b])
            some = some or share[k, b] > 0
        for i in range(first[b], first[b + 1] if some else first[b]):
            if down[i] >= low or up[i] <= high:
                k = cell[i] // books
                if share[k, b] > 0 and cash[i] + quantity[i] * price[k, b] < 0:
                    found[n] = i
                    n += 1
    return found[:n]


@compiled
def close_cells(
    fraction: Floats,
    net: Floats,
    sums: tuple[Floats, Floats],
    totals: tuple[Floats, Floats, Floats],
) -> float:
    """Close `fraction` `[K, V, M]` of every cell at `net` prices in place; returns the least that is kept of a cell.

    `sums` are F and A, `[K V M]`: A += w F p and F *= 1 - w. `totals` are contracts and margin cash, which shrink as F,
    and loose cash `[V]`, which receives w (cash + q p).
    """
    kept, proceeds = sums
    contracts, margin_cash, loose_cash = totals
    cohorts, venues, markets = fraction.shape
    loose, together = np.empty(markets), np.zeros(venues)
    least = np.inf
    for k in range(cohorts):
        for v in range(venues):
            for m in range(markets):
                c, w, price = (k * venues + v) * markets + m, fraction[k, v, m], net[k, v, m]
                proceeds[c] += w * kept[c] * price
                kept[c] *= 1 - w
                loose[m] = w * (margin_cash[c] + contracts[c] * price)
                contracts[c] *= 1 - w
                margin_cash[c] *= 1 - w
                least = min(least, kept[c])
            together[v] += total(loose)
    for v in range(venues):
        loose_cash[v] += together[v]
    return least


@compiled
def settle_accounts(
    ids: Ints,
    cell: Ints,
    sums: tuple[Floats, Floats, Floats],
    then: tuple[Floats, Floats, Floats],
    held: tuple[Floats, Floats, Floats, Floats],
) -> None:
    """Bring accounts `ids` (distinct) up to date with their cells in place.

    `sums` are the cells' kept F, proceeds A and spot proceeds, `then` those of each account's last settlement, `held`
    its quantity, cash, wallet and spot cash: with r = F / F_then the wallet gets
    cash (1 - r) + q (A - A_then) / F_then, and quantity and cash shrink by r.
    """
    quantity, cash, wallet, spot_cash = held
    for i in ids:
        c, kept = cell[i], then[0][i]
        ratio, sold = sums[0][c] / kept, quantity[i] / kept
        wallet[i] += cash[i] * (1 - ratio) + sold * (sums[1][c] - then[1][i])
        quantity[i] *= ratio
        cash[i] *= ratio
        then[0][i], then[1][i] = sums[0][c], sums[1][c]
        if then[2][i] != sums[2][c]:
            spot_cash[i] -= sold * (sums[2][c] - then[2][i])
            then[2][i] = sums[2][c]


@compiled
def owed_beyond_margin(
    mark: Floats,
    cell: Ints,
    book: Ints,
    sums: tuple[Floats, Floats],
    then: tuple[Floats, Floats],
    held: tuple[Floats, Floats, Floats],
) -> Floats:
    """What each account owes at marks `[B]`, `[n]` USD, >= 0, as if it were brought up to date (see `settle_accounts`).

    A position has no claim on the wallet beside it, but what a wallet is short of is owed.
    """
    quantity, cash, wallet = held
    owed = np.empty(len(cell))
    for i in range(len(cell)):
        c, kept = cell[i], then[0][i]
        ratio = sums[0][c] / kept
        margin = (cash[i] + quantity[i] * mark[book[i]]) * ratio
        left = wallet[i] + cash[i] * (1 - ratio) + quantity[i] / kept * (sums[1][c] - then[1][i])
        owed[i] = max(-(margin + min(left, 0.0)), 0.0)
    return owed


@compiled
def move_accounts(
    ids: Ints,
    change: tuple[Floats, Floats, Floats],
    held: tuple[Floats, Floats, Floats],
    cell: Ints,
    books: int,
    totals: tuple[Floats, Floats, Floats],
) -> None:
    """Add a `change` of quantity, margin cash and wallet `[ids]` to accounts up to date, and to the totals, in place.

    The totals are contracts and margin cash of cells `[K V M]`, `books` = V M in each cohort, and loose cash `[V]`.
    """
    contracts, margin_cash, loose_cash = totals
    markets = books // len(loose_cash)
    for place in range(len(ids)):
        i = ids[place]
        held[0][i] += change[0][place]
        held[1][i] += change[1][place]
        held[2][i] += change[2][place]
        contracts[cell[i]] += change[0][place]
        margin_cash[cell[i]] += change[1][place]
        loose_cash[cell[i] % books // markets] += change[2][place]
