"""What participants decide, against array code."""

import numpy as np
from tests.simulation.kernels.conftest import E, K, M, Same, V

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.population import BASIS, INSTITUTION, MOMENTUM, RETAIL, SHORT, WHALE
from lastresort.simulation.kernels.bargains import bargain_orders, paid_from, watched
from lastresort.simulation.kernels.gaps import add_repairs, affordable, gap_demand
from lastresort.simulation.kernels.hazards import closing
from lastresort.simulation.kernels.hedging import hedged, spot_room
from lastresort.simulation.kernels.resting import basis_wish, carried, carry_hedges, leg_cuts, unwinding
from lastresort.simulation.market import ladder

Sides = tuple[Floats, Floats, Floats, Floats]


def share(part: Floats, whole: Floats, otherwise: float = 0.0) -> Floats:
    shape = np.broadcast(part, whole).shape
    return np.asarray(np.divide(part, whole, out=np.full(shape, otherwise), where=whole != 0))


def test_cells_close(rng: np.random.Generator, trading: Floats, same: Same) -> None:
    mark, mid, index = rng.uniform(0.5, 1, (V, M)), rng.uniform(0.5, 1, (V, M)), rng.uniform(0.5, 1, M)
    start, profit_start, profit_time = rng.uniform(0.1, 0.3, M), rng.uniform(0.1, 0.3, M), rng.uniform(100, 900, M)
    high, (time, felt, rate, discount) = np.ones((V, M)), (900.0, 0.3, 0.02, 0.01)
    panic = np.maximum((1 - mark) / start - 1, 0) / time
    gain = np.maximum(1 - mark - profit_start, 0) / profit_time
    hazard = np.zeros((K, V, M))
    hazard[RETAIL], hazard[INSTITUTION], hazard[WHALE] = panic, felt * panic, felt * panic
    hazard[SHORT], hazard[MOMENTUM] = gain, gain
    hazard[BASIS] = rate * np.maximum(index / mid - 1 - discount, 0)
    fixed = (start, profit_start, profit_time, (time, felt, rate, discount))
    same(closing(mark, high, index, mid, trading, 7.0, *fixed), (True, -np.expm1(-hazard * trading * 7.0)))
    assert not closing(mark, high, index, mid, 0 * trading, 7.0, *fixed)[0], "all markets are closed"


def test_gaps_are_traded(rng: np.random.Generator, trading: Floats, same: Same) -> None:
    x, weight, near = 0.01 * rng.standard_normal((V, M)), rng.random(V), rng.uniform(1e8, 1e9, (V, M))
    open_weight = weight[:, None] * trading
    whole = open_weight.sum(axis=0)
    gap = ((open_weight * x).sum(axis=0) / np.where(whole > 0, whole, 1) - x) * trading
    wish = np.sign(gap) * np.maximum(np.abs(gap) - 0.002, 0) * near * 0.05
    same(gap_demand(x, weight, trading, near, 0.002, 0.05), (True, wish))
    position, mark = 1e5 * rng.standard_normal((E, V, M)), rng.uniform(0.5, 1, (V, M))
    cash = 1e6 * rng.standard_normal((E, V))
    equity = cash + (position * mark).sum(axis=2)
    free = np.maximum(3 * equity - (np.abs(position) * mark).sum(axis=2), 0)
    growing = wish * position >= 0
    scale = np.minimum(1, share(free, (np.abs(wish) * mark * growing).sum(axis=2), 1.0))
    shrinking = np.sign(wish) * np.minimum(np.abs(wish), np.abs(position)) * (equity > 0)[:, :, None]
    wanted = np.where(growing, wish * scale[:, :, None], shrinking)
    buys, sells = np.maximum(wanted, 0), np.maximum(-wanted, 0)
    bought, sold = buys.sum(axis=1, keepdims=True), sells.sum(axis=1, keepdims=True)
    both = np.minimum(bought, sold)
    balanced = buys * share(both, bought) - sells * share(both, sold)
    orders = affordable(wish, position, cash, mark, 3.0)
    same(orders, balanced)
    hurt = rng.random(E) > 0.5
    net = position.sum(axis=1, keepdims=True)
    side = np.where(position * net > 0, np.abs(position), 0) * trading
    repairs = net * share(side, side.sum(axis=1, keepdims=True)) * -0.1 * hurt[:, None, None]
    add_repairs(orders, position, hurt, trading, -0.1)
    same(orders, balanced + repairs)


def test_pairs_and_vaults(rng: np.random.Generator, trading: Floats, same: Same) -> None:
    n = 40
    hurt, long, short = rng.random(n) > 0.3, rng.integers(0, M, n), rng.integers(0, M, n)
    quantity, venue = rng.standard_normal((n, M)) * (rng.random((n, M)) > 0.5), rng.integers(0, V, n)
    mark, beta = rng.uniform(0.5, 1, (V, M)), rng.uniform(1, 2, M)
    one, other = (np.abs(quantity[np.arange(n), leg]) * mark[venue, leg] * beta[leg] for leg in (long, short))
    rows = np.flatnonzero(hurt & (np.abs(one - other) > 0.2 * np.maximum(one, other)))
    leg = np.where(one > other, long, short)[rows]
    cut = 1 - np.minimum(one, other)[rows] / np.maximum(one, other)[rows]
    contracts = quantity[rows, leg] * cut * -0.1 * trading[venue[rows], leg]
    same(leg_cuts(hurt, (long, short), quantity, venue, mark, beta, trading, 0.2, -0.1), (rows, leg, contracts))
    row, market = np.nonzero(quantity[5:30])
    left = quantity[row + 5, market] * -0.1 * trading[venue[row + 5], market]
    same(unwinding(quantity, 5, 30, venue, trading, -0.1), (row + 5, market, left))


def test_carry(rng: np.random.Generator, sides: Sides, trading: Floats, same: Same) -> None:
    x, weight, first = 0.02 * rng.standard_normal((V + 1, M)), rng.random(V), 4
    basis = x[:-1] - x[-1]
    excess = (np.maximum(basis - 0.001, 0) + np.minimum(basis + 0.015, 0)) * trading
    slope = ladder.slope(x, 0.5 * (sides[0] + sides[1]), sides[2], sides[3])
    spot = weight[:, None] * slope[-1]
    wish = -excess * slope[:-1] * spot / (slope[:-1] + spot) * 0.02
    same(basis_wish(x, sides, weight, trading, (0.001, 0.015), 0.02), (True, wish))
    quantity, cash = 1e5 * rng.standard_normal((first + V, M)), 1e6 * rng.standard_normal(first + V)
    mark, held = rng.uniform(0.5, 1, (V, M)), quantity[first:]
    equity = np.maximum(cash[first:] + (held * mark).sum(axis=1), 0)
    free = np.maximum(2 * equity - (np.abs(held) * mark).sum(axis=1), 0)
    growing = wish * held >= 0
    scale = np.minimum(1, share(free, (np.abs(wish) * mark * growing).sum(axis=1), 1.0))
    shrinking = np.sign(wish) * np.minimum(np.abs(wish), np.abs(held))
    wanted = np.where(growing, wish * scale[:, None], shrinking)
    venue, market = np.nonzero(wanted)
    orders = carried(wish, first, quantity, cash, mark, 2.0)
    same(orders, (venue + first, market, wanted[venue, market]))
    carry_spot = 1e5 * rng.standard_normal(M)
    hedges = (held.sum(axis=0) + carry_spot) * -0.1 - wanted.sum(axis=0)
    same(carry_hedges(*orders, first, quantity, carry_spot, -0.1), hedges)


def test_buyers(rng: np.random.Generator, sides: Sides, trading: Floats, same: Same) -> None:
    x, fundamental, weight = 0.1 * rng.standard_normal((V + 1, M)), 0.1 * rng.standard_normal(M), rng.random(V)
    low, high, deepest = -0.2 * rng.random((V + 1, M)), 0.1 * rng.random((V + 1, M)), -0.2 * rng.random((V + 1, M))
    seen, price = (low, high, deepest, rng.uniform(0, 60, (V + 1, M))), fundamental + x
    fresh = price < low
    renewed = (
        np.where(fresh, price, price + (low - price) * 0.99),
        np.maximum(price, price + (high - price) * 0.99),
        np.minimum(x, 0.99 * deepest),
        np.where(fresh, 0, seen[3] + 5),
    )
    same(watched(seen, x, fundamental, weight, 5.0, 0.99), -np.expm1(weight @ x[:-1]))
    same(seen, renewed)
    notice, ask, down, up = rng.uniform(0, 0.1, M), *sides[1:]
    willing = (seen[3] >= 25) & (x < 0) & (seen[1] - seen[0] > notice) & np.vstack([trading > 0, np.full(M, True)])
    here = ladder.quantity(x, ask, down, up)
    target = ladder.quantity(np.maximum(x, 0.3 * seen[2]), ask, down, up)
    slow_share = rng.random(M)
    fast, slow = willing * (target - here) * 0.2, willing * -here * slow_share
    said = bargain_orders(seen, x, fundamental, (ask, down, up), trading, notice, 25.0, (0.3, 0.2), slow_share)
    same(said, (True, fast, slow, np.exp(price)))
    cash = rng.uniform(0, 2, M) * (fast * np.exp(price)).sum(axis=0)
    cost = (fast * np.exp(price)).sum(axis=0)
    part = np.minimum(1, share(cash, cost, 1.0))
    same(paid_from(said[1], said[3], cash), cost * part)
    same(said[1], fast * part)


def test_makers_hedge(rng: np.random.Generator, sides: Sides, trading: Floats, same: Same) -> None:
    x, position, spot = 0.02 * rng.standard_normal((V + 1, M)), rng.standard_normal((E, V, M)), rng.random((E, M))
    position *= 1e7
    failed, depth = rng.random(E) > 0.8, rng.random(M)
    delta = np.where(failed[:, None], 0, position.sum(axis=1) + spot)
    slope = ladder.slope(x, 0.5 * (sides[0] + sides[1]), sides[2], sides[3])
    perpetual, y = slope[:-1] * trading, x[-1]
    total = perpetual.sum(axis=0)
    gap = y - np.divide((perpetual * x[:-1]).sum(axis=0), total, out=y.copy(), where=total > 0)
    most = share(gap * total * slope[-1], np.where(total > 0, total + slope[-1], 0))
    part = share(perpetual, total)
    same(spot_room(x, sides, trading), (gap, most, part))
    wanted = np.where(delta * 0.1 * gap > 0, delta * 0.1, 0)
    wanted *= np.minimum(1, share(most, wanted.sum(axis=0), 1.0))
    laid_off = (delta - wanted) * -np.expm1(-0.03 * depth)
    said = hedged(position, spot, failed, x, sides, trading, 0.1, -0.03, depth)
    same(said, (-wanted, -laid_off, part * wanted.sum(axis=0)))
