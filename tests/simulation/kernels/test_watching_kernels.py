"""Triggers, margins, quotes, hedges and extremes, against array code."""

import numpy as np
import pytest
from tests.simulation.kernels.conftest import E, K, M, Same, V

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.kernels.extremes import close_windows, fastest, group_averages, held_mids, note_extremes
from lastresort.simulation.kernels.hedge_watch import advance_spells, naked_spot, net_delta
from lastresort.simulation.kernels.margins import below_maintenance, gross_worth, outstanding, suspects, worth
from lastresort.simulation.kernels.quoting import calmness, quoted_depth, quoting_weights, relaxed, volatilities
from lastresort.simulation.kernels.watch_lists import (
    nearest_reached,
    place_levels,
    reached_side,
    sort_book,
    trigger_prices,
    watch_again,
)


@pytest.mark.parametrize("side", [0, 1])
def test_trigger_lists(rng: np.random.Generator, side: int, same: Same) -> None:
    n, books, sign = 300, V * M, -1.0 if side == 0 else 1.0
    book = np.sort(rng.integers(0, books, n))
    first, level = np.searchsorted(book, np.arange(books + 1)), rng.integers(0, 30, n) / 10.0
    order, cursor, stale = rng.permutation(n), first[:-1].copy(), np.zeros(books, dtype=bool)
    order = order[np.argsort(book[order], kind="stable")]
    for b in range(books):
        sort_book(side, b, level, order, first)
    same(order, np.lexsort((sign * level, book)))
    nearest = np.full(books, sign * np.inf)
    watch_again(side, np.arange(n), first, level, stale, nearest)
    assert stale[np.unique(book)].all()
    seen = np.zeros(n, dtype=bool)
    for move in (0.5, 1.0, 2.0):
        mark, awake = np.full(books, 3.0 - move if side == 0 else move), rng.random(books) > 0.3
        beyond = awake[book] & (sign * level <= sign * mark[book]) & ~seen
        assert nearest_reached(side, mark, awake, nearest) == beyond.any()
        found = reached_side(side, mark, awake, first, level, order, cursor, stale, nearest)
        same(np.sort(found), np.flatnonzero(beyond))
        seen |= beyond
    ids = rng.permutation(n)[:50]
    wanted = level.copy()
    wanted[ids] = rng.integers(0, 30, 50) / 10.0
    moved = np.unique(book[ids[wanted[ids] != level[ids]]])
    place_levels(side, ids, wanted[ids], first, level, stale, nearest)
    same(level, wanted)
    assert stale[moved].all()


def test_trigger_prices(rng: np.random.Generator, same: Same) -> None:
    n = 300
    quantity, cash = rng.integers(-1, 2, n) * rng.random(n), rng.standard_normal(n)
    rate, planned = rng.uniform(0.01, 0.1, n), np.where(rng.random(n) > 0.8, -1.0, 0.0)
    order_price = np.where(rng.random(n) > 0.5, rng.random(n), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        breach = -cash / (quantity - np.abs(quantity) * rate)
    down = np.where((quantity > 0) & (breach > 0), breach, -np.inf)
    ordered = ~np.isnan(order_price) & ((quantity > 0) | (planned != 0))
    down = np.where(ordered, np.fmax(down, order_price), down)
    up = np.where(quantity < 0, np.maximum(breach, 0), np.inf)
    ids = rng.permutation(n)[:200]
    same(trigger_prices(ids, quantity, cash, rate, order_price, planned), (down[ids], up[ids]))


def test_margins(rng: np.random.Generator, same: Same) -> None:
    n, first = 60, 60 - 4 * V
    quantity = rng.standard_normal((n, M)) * (rng.random((n, 1)) > 0.2)
    cash, mark, need = rng.standard_normal(n), rng.uniform(0.5, 1, (V, M)), rng.uniform(0.01, 0.1, (V, M))
    venue, rows = np.tile(np.arange(V), n // V), np.array([2, 3, 5, 8, 13])
    value, gross = (quantity * mark[venue]).sum(axis=1), (np.abs(quantity) * need[venue]).sum(axis=1)
    broken = (cash + value < gross) & quantity.any(axis=1)
    wanted = [row for row in (*rows, *range(first, n)) if broken[row]]
    same(below_maintenance(rows, first, quantity, cash, venue, mark, need), np.array(wanted))
    same(worth(rows, quantity, venue, mark), value[rows])
    same(gross_worth(rows, quantity, venue, need), gross[rows])
    contracts, pools = rng.standard_normal((K, V, M)), rng.random((V, M))
    crossed = np.array([np.abs(quantity[venue == v]).sum(axis=0) for v in range(V)])
    same(outstanding(contracts, pools, quantity, venue), 0.5 * (np.abs(contracts).sum(axis=0) + pools + crossed))


def test_suspects(rng: np.random.Generator, same: Same) -> None:
    anchor, near = rng.uniform(0.5, 1, (V, M)), rng.permutation(50)[:20]
    mark, radius = anchor * (1 + 0.02 * rng.uniform(-1, 1, (V, M))), np.sort(rng.random(20)) * 0.04
    changed = rng.random(50) > 0.8
    move = np.abs(mark / anchor - 1).max()
    wanted = np.union1d(near[radius <= move * (1 + 1e-9) + 1e-9], np.flatnonzero(changed))
    same(suspects(mark, anchor, near, radius, changed, 0.05, 1e-9), (True, wanted))
    assert not suspects(mark, anchor, near, radius, changed, 0.5 * move, 1e-9)[0], "marks have moved too far"
    assert not suspects(mark, anchor, near, radius, ~changed, 0.05, 1e-9)[0], "too many have changed"


def test_quotes(rng: np.random.Generator, same: Same) -> None:
    x, fundamental = 0.05 * rng.standard_normal((V + 1, M)), 0.1 * rng.standard_normal(M)
    average, variance, usual = rng.standard_normal((V + 1, M)) * 0.1, rng.random((V + 1, M)), rng.uniform(0.1, 1, M)
    price = fundamental + x
    averaged = average + (price - average) * 0.1
    varied = variance + ((price - averaged) ** 2 * 0.05 - variance) * 0.2
    volatility = volatilities(x, fundamental, average, variance, usual, (0.1, 0.2, 0.05))
    same((volatility, average, variance), (np.sqrt(varied / usual), averaged, varied))
    volatility *= 3
    capacity, tied, scale, power = rng.random(V), rng.random(M), rng.uniform(1, 3, M), float(rng.choice([2.0, 1.5]))
    common = 1 / (1 + (max(volatility[-1, 0] - 1, 0) / 2.0) ** power)
    own = (np.maximum(volatility - 1, 0) / scale) ** power
    calm = np.append(capacity, capacity.mean())[:, None] * common**tied / (1 + own)
    same(calmness(volatility, capacity, tied, scale, 2.0, power), calm)
    sides, resting = (rng.uniform(0, 2, (V + 1, M)), rng.uniform(0, 2, (V + 1, M))), rng.uniform(0.5, 1, (V + 1, M))
    inventory, limit, floor = rng.standard_normal((V, M)), rng.uniform(0.5, 1, (V, M)), np.full(M, 0.02)
    gathering = rng.random((V, M)) > 0.5
    gathering[:, 0] = True
    skew = np.zeros((V + 1, M))
    skew[:-1] = 0.5 * np.clip(inventory / limit, -1, 1)
    back = np.where(np.vstack([gathering, gathering.all(axis=0)]), 0.3, 0.9)

    def relax(depth: Floats, target: Floats) -> Floats:
        goal = resting * np.maximum(target, floor)
        return np.asarray(goal + (depth - goal) * np.where(goal < depth, 0.5, back))

    bid, ask = relax(sides[0], calm * (1 - skew)), relax(sides[1], calm * (1 + skew))
    goal = (inventory, limit, floor, gathering, (0.5, 0.9, 0.3))
    same(relaxed(sides, resting, calm, *goal), (bid, ask, (bid + ask) / (2 * resting)))
    same(quoted_depth(volatility, capacity, (tied, scale, 2.0, power), sides, resting, *goal)[:2], (bid, ask))


def test_quoting_weights(rng: np.random.Generator, same: Same) -> None:
    position, cash, mark = rng.standard_normal((E, V, M)), 3 * rng.standard_normal((E, V)), rng.uniform(0.5, 1, (V, M))
    spot, start, weight, shock = rng.standard_normal(E), rng.uniform(1, 5, (E, V)), rng.random(E), 1.5 * rng.random(E)
    failed = rng.random(E) > 0.8
    equity = cash + (position * mark).sum(axis=2)
    capital = equity.sum(axis=1) + spot
    bust = failed | (capital <= 0)
    whole = np.clip(capital / start.sum(axis=1), 0, 1) * ~bust
    left = np.minimum(np.clip(equity / start, 0, 1), whole[:, None])
    quoting = weight[:, None] * left * (1 - np.minimum(shock, 1))[:, None]
    said = quoting_weights(position, cash, mark, spot, (start, start.sum(axis=1)), weight, shock, failed)
    same(said, (quoting, quoting.sum(axis=0)))
    same(failed, bust)


def test_hedges_are_watched(rng: np.random.Generator, same: Same) -> None:
    n, owners = 100, 12
    orphan, book, owner = rng.standard_normal(n), rng.integers(0, V * M, n), rng.integers(0, owners, n)
    desks, index = np.flatnonzero(rng.random(n) > 0.5), rng.uniform(0.5, 1, M)
    naked = np.bincount(owner[desks], np.abs(orphan[desks]) * index[book[desks] % M], owners)
    same(naked_spot(orphan, desks, owner, book, index, owners), naked)
    quantity, venue, price = rng.standard_normal((30, M)), rng.integers(0, V, 30), rng.uniform(0.5, 1, (V, M))
    same(net_delta(quantity, venue, price), np.abs((quantity * price[venue]).sum(axis=1)))


def test_spells(rng: np.random.Generator, same: Same) -> None:
    n, levels = 80, np.array([0.1, 0.2, 0.4])
    first = np.where(rng.random(n) > 0.3, rng.uniform(0, 60, n), np.nan)
    spell, longest, counts = np.zeros((n, 3)), np.zeros((n, 3)), np.zeros((n, 3), dtype=bool)
    time, begin, whole = np.zeros(n), np.full(n, np.nan), np.full(n, np.nan)
    twin: dict[str, Floats] = {"spell": spell.copy(), "longest": longest.copy(), "time": time.copy()}
    counted: Bools = counts.copy()
    started, ended = begin.copy(), whole.copy()
    for look in range(1, 20):
        now, gross = 5.0 * look, np.where(rng.random(n) > 0.1, 2.0, 0.0)
        delta = rng.random(n) * rng.random(n)
        part = np.where(gross > 0, delta / 2.0, 0.0)
        above, begun = part[:, None] > levels, (first <= now)[:, None]
        counted = above & np.where(twin["spell"] > 0, counted, begun)
        twin["spell"] = np.where(above, twin["spell"] + 5, 0.0)
        twin["longest"] = np.maximum(twin["longest"], np.where(counted, twin["spell"], 0.0))
        twin["time"] += np.where(first <= now, part * 5, 0.0)
        over = ~counted[:, 1] & ~np.isnan(started) & np.isnan(ended)
        ended[over] = now - started[over]
        started[counted[:, 1] & np.isnan(started)] = now
        advance_spells(now, 5.0, delta, gross, first, levels, 1, (spell, longest), counts, (time, begin, whole))
    same((spell, longest, time), (twin["spell"], twin["longest"], twin["time"]))
    same(counts, counted)
    same(begin, started)
    quiet = np.isnan(whole) & ~np.isnan(ended)
    same(whole[~quiet], ended[~quiet])
    assert not quiet.any(), "a look with nobody above the lowest level still ends a spell"


def test_extremes(rng: np.random.Generator, trading: Floats, same: Same) -> None:
    low, depth_low, halted_time = rng.random((3, V, M))
    low_fundamental, fundamental, mid = rng.random(M), rng.standard_normal(M), rng.random((V, M))
    depth, halted = rng.random((V + 1, M)), trading == 0
    wanted = (
        np.minimum(low, np.where(halted, low, mid)),
        np.minimum(low_fundamental, np.exp(fundamental)),
        np.minimum(depth_low, depth[:-1]),
        halted_time + halted * 3.0,
    )
    note_extremes(low, low_fundamental, depth_low, halted_time, mid, fundamental, depth, halted, 3.0)
    same((low, low_fundamental, depth_low, halted_time), wanted)
    after = mid * np.exp(0.1 * rng.standard_normal((V, M)))
    assert fastest(mid, after) == pytest.approx(np.abs(np.log(after / mid)).max(), rel=1e-12)
    columns, weight, group = rng.random((4, V, M)), rng.random((V, M)), rng.integers(0, 3, M)
    averages = [[(weight * column)[:, group == g].sum() for column in columns] for g in range(3)]
    same(group_averages(columns, weight, group, 3), np.array(averages))


def test_mids_are_held(rng: np.random.Generator, trading: Floats, same: Same) -> None:
    integral, traded, mid = rng.random((3, V, M))
    length, start = np.array([10.0, 20.0]), np.array([[2.0, 1.0], [6.0, 3.0], [30.0, 7.0]])
    following, average = np.array([1, 2, -1]), np.full((3, 2), np.nan)
    due, waiting = np.full((2, V, M), np.inf), np.full((2, V, M), -1)
    due[:, 1, 2], waiting[:, 1, 2], traded[1, 2] = start[0, 0] + length, 0, 11.0
    one = np.ones((V, M))
    close_windows(integral, traded, mid, one, 6.0, length, (due, waiting), (start, following, average))
    at_due = integral[1, 2] + mid[1, 2] * (np.array([12.0, 16.0]) - 11.0)
    same(average[:2, 0], (at_due - start[:2, 1]) / 10.0)
    assert np.isnan(average[2]).all()
    assert np.isnan(average[:, 1]).all()
    assert (due[0, 1, 2], waiting[0, 1, 2], due[1, 1, 2], waiting[1, 1, 2]) == (40.0, 2, 22.0, 0)
    wanted = (integral + mid * trading * 5, traded + trading * 5)
    held_mids(integral, traded, mid, trading, 5.0)
    same((integral, traded), wanted)
