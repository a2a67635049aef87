"""Orders of single cross-margin accounts: pairs that lost a leg, vaults that unwind, carry desks that trade the basis.

Each kernel returns account, market and contracts of its orders, `[n]`, account by account.
"""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.kernels.compiled import compiled
from lastresort.simulation.kernels.sums import gross_product, product, total
from lastresort.simulation.kernels.walks import slope_at


@compiled
def leg_cuts(
    hurt: Bools,
    legs: tuple[Ints, Ints],
    quantity: Floats,
    venue: Ints,
    mark: Floats,
    beta: Floats,
    trading: Floats,
    tolerance: float,
    rate: float,
) -> tuple[Ints, Ints, Floats]:
    """The larger leg (in beta dollars) of every `hurt` pair shrinks towards the smaller one by 1 - e^(-dt / T).

    `rate` is minus that share; legs within `tolerance` of each other rest.
    """
    most = len(hurt)
    account, market, contracts = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most)
    n = 0
    for row in range(len(hurt)):
        if not hurt[row]:
            continue
        v, long, short = venue[row], legs[0][row], legs[1][row]
        one = abs(quantity[row, long]) * mark[v, long] * beta[long]
        other = abs(quantity[row, short]) * mark[v, short] * beta[short]
        larger = max(one, other)
        if abs(one - other) > tolerance * larger:
            leg = long if one > other else short
            account[n], market[n] = row, leg
            contracts[n] = quantity[row, leg] * (1 - min(one, other) / larger) * (rate * trading[v, leg])
            n += 1
    return account[:n], market[:n], contracts[:n]


@compiled
def unwinding(
    quantity: Floats, first: int, last: int, venue: Ints, trading: Floats, rate: float
) -> tuple[Ints, Ints, Floats]:
    """Every position of the accounts from `first` to `last` shrinks by 1 - e^(-dt / T); `rate` is minus that share."""
    markets = quantity.shape[1]
    most = (last - first) * markets
    account, market, contracts = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most)
    n = 0
    for row in range(first, last):
        for m in range(markets):
            if quantity[row, m] != 0:
                account[n], market[n] = row, m
                contracts[n] = quantity[row, m] * (rate * trading[venue[row], m])
                n += 1
    return account[:n], market[:n], contracts[:n]


@compiled
def basis_wish(
    displacement: Floats,
    sides: tuple[Floats, Floats, Floats, Floats],
    weight: Floats,
    trading: Floats,
    bounds: tuple[float, float],
    share: float,
) -> tuple[bool, Floats]:
    """Whether a basis x - y is out of its `bounds`, and the wish `[V, M]`: excess / (1 / s_perp + 1 / s_spot) x share.

    s are local slopes of the books (`sides`: bid, ask, down and up), of spot the part that goes with a venue's depth.
    """
    bid, ask, down, up = sides
    venues, markets = trading.shape
    wish = np.zeros((venues, markets))
    anybody = False
    for v in range(venues):
        for m in range(markets):
            basis = displacement[v, m] - displacement[venues, m]
            excess = (max(basis - bounds[0], 0.0) + min(basis + bounds[1], 0.0)) * trading[v, m]
            if excess != 0:
                anybody = True
                near = 0.5 * (bid[v, m] + ask[v, m])
                perpetual = slope_at(displacement[v, m], near, down[v, m], up[v, m])
                near = 0.5 * (bid[venues, m] + ask[venues, m])
                spot = weight[v] * slope_at(displacement[venues, m], near, down[venues, m], up[venues, m])
                wish[v, m] = -excess * perpetual * spot / (perpetual + spot) * share
    return anybody, wish


@compiled
def carried(
    wish: Floats, first: int, quantity: Floats, cash: Floats, mark: Floats, leverage: float
) -> tuple[Ints, Ints, Floats]:
    """Orders of the carry desks, one account per venue from `first` on: what grows a position as far as leverage goes.

    What shrinks one always passes, up to its size.
    """
    venues, markets = wish.shape
    account, market, contracts = np.empty(wish.size, np.int64), np.empty(wish.size, np.int64), np.empty(wish.size)
    value = np.empty(markets)
    n = 0
    for v in range(venues):
        held = quantity[first + v]
        equity = max(cash[first + v] + product(held, mark[v]), 0.0)
        free = max(equity * leverage - gross_product(held, mark[v]), 0.0)
        for m in range(markets):
            value[m] = abs(wish[v, m]) * mark[v, m] if wish[v, m] * held[m] >= 0 else 0.0
        need = total(value)
        scale = min(1.0, free / need) if need > 0 else 1.0
        for m in range(markets):
            if wish[v, m] * held[m] >= 0:
                wanted = wish[v, m] * scale
            else:
                wanted = np.sign(wish[v, m]) * min(abs(wish[v, m]), abs(held[m]))
            if wanted != 0:
                account[n], market[n], contracts[n] = first + v, m, wanted
                n += 1
    return account[:n], market[:n], contracts[:n]


@compiled
def carry_hedges(
    account: Ints, market: Ints, contracts: Floats, first: int, quantity: Floats, spot: Floats, rate: float
) -> Floats:
    """Signed contracts of spot `[M]`: the other side of what carry desks (accounts from `first` on) trade, and repairs.

    Of what their perpetuals and spot do not offset they repair 1 - e^(-dt / T); `rate` is minus that share.
    """
    traded, lost = np.zeros(len(spot)), np.zeros(len(spot))
    for i in range(len(account)):
        if account[i] >= first:
            traded[market[i]] += contracts[i]
    for m in range(len(spot)):
        for row in range(first, len(quantity)):
            lost[m] += quantity[row, m]
        lost[m] = (lost[m] + spot[m]) * rate - traded[m]
    return lost
