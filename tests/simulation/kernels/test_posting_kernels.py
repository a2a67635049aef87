"""Positions, entries, cash and cells after trades, against array code."""

import numpy as np
from tests.simulation.kernels.conftest import E, K, M, Same, V

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.kernels.cells import (
    close_cells,
    drowning,
    move_accounts,
    owed_beyond_margin,
    settle_accounts,
    sold_cells,
)
from lastresort.simulation.kernels.exchange import LOWEST, averaged, exchanged, flowed, moved_rows


def average_entry(entry: Floats, held: Floats, change: Floats, price: Floats) -> Floats:
    after = held + change
    grows = (change != 0) & (np.sign(held) != -np.sign(change))
    part = np.divide(change, after, out=np.zeros_like(after), where=grows)
    part[(np.sign(held) == -np.sign(after)) & (after != 0)] = 1.0
    return entry + (np.maximum(price, LOWEST) - entry) * part


def test_entries_average(rng: np.random.Generator, same: Same) -> None:
    entry, held, price = (
        rng.uniform(0.5, 1, 200),
        rng.integers(-2, 3, 200).astype(np.float64),
        rng.uniform(-0.1, 1, 200),
    )
    change = rng.integers(-3, 4, 200).astype(np.float64)
    same(averaged(entry, held, change, price), average_entry(entry, held, change, price))
    wanted, quantity, entries = entry.copy(), held.reshape(40, 5).copy(), entry.reshape(40, 5).copy()
    row, market = np.nonzero(rng.random((40, 5)) > 0.4)
    place = row * 5 + market
    wanted[place] = average_entry(entry[place], held[place], change[place], price[place])
    cash, got = rng.standard_normal(40), rng.standard_normal(len(row))
    left = cash + np.bincount(row, got, 40)
    moved = moved_rows((quantity, entries, cash), row, market, change[place], price[place], got)
    same(entries.ravel(), wanted)
    held[place] += change[place]
    same((quantity.ravel(), cash), (held, left))
    same(moved, (change[place], got))


def test_a_trade_without_a_price_is_at_what_was_paid(rng: np.random.Generator, same: Same) -> None:
    quantity, entry, cash = np.zeros((6, M)), np.ones((6, M)), np.zeros(6)
    rows, market, price = np.arange(6), rng.integers(0, M, 6), rng.uniform(0.5, 1, 6)
    bought = np.array([1.0, 2, -3, 0, 5, -6])
    moved_rows((quantity, entry, cash), rows, market, bought, np.full(6, np.nan), -bought * price)
    same(entry[rows, market], np.where(bought != 0, price, 1.0))


def test_single_orders_flow(rng: np.random.Generator, same: Same) -> None:
    flow, change = rng.standard_normal((3, K, V, M)), rng.standard_normal((3, 90))
    where = (rng.integers(0, K, 90), rng.integers(0, V, 90), rng.integers(0, M, 90))
    wanted = flow.copy()
    for column, each in zip(wanted, change, strict=True):
        np.add.at(column, where, each)
    flowed((flow[0], flow[1], flow[2]), where, (change[0], change[1], change[2]))
    same(flow, wanted)


def test_a_cohort_trades(rng: np.random.Generator, same: Same) -> None:
    quantity, change = rng.standard_normal((2, E, V, M))
    entry, cash, price = rng.uniform(0.5, 1, (E, V, M)), rng.standard_normal((E, V)), rng.uniform(0.5, 1, (V, M))
    before = tuple(rng.standard_normal((3, V, M)))
    flow = (before[0].copy(), before[1].copy(), before[2].copy())
    fees, moved = 0.001 * np.abs(change * price), change.sum(axis=0)
    wanted = (quantity + change, average_entry(entry, quantity, change, np.broadcast_to(price, change.shape)))
    left = cash - (change * price + fees).sum(axis=2)
    cost = fees.sum(axis=0)
    same(exchanged(quantity, entry, cash, change, price, 0.001, flow), fees.sum(axis=(0, 2)))
    same((quantity, entry, cash), (*wanted, left))
    same(flow, (before[0] + moved, before[1] - moved * price - cost, before[2] + cost))


def test_cells_close(rng: np.random.Generator, same: Same) -> None:
    fraction, contracts, margin = rng.random((K, V, M)) * 0.2, *rng.standard_normal((2, K, V, M))
    price, sign, fee = rng.uniform(0.5, 1, (V, M)), np.array([1.0, 1, -1, -1, -1, 1]), 0.001
    value, closed = fraction * np.abs(contracts) * price, fraction * contracts
    net = price * (1 - fee * sign[:, None, None])
    said = sold_cells(fraction, contracts, price, sign, fee)
    same(said, (-closed, closed * price - fee * value, fee * value, net, fee * value.sum(axis=(0, 2))))
    kept, proceeds, loose = rng.uniform(0.3, 1, K * V * M), rng.standard_normal(K * V * M), rng.standard_normal(V)
    w, p, q, cash = fraction.ravel(), net.ravel(), contracts.ravel().copy(), margin.ravel().copy()
    released = (w * (cash + q * p)).reshape(K, V, M).sum(axis=(0, 2))
    wanted = (proceeds + w * kept * p, kept * (1 - w), q * (1 - w), cash * (1 - w), loose + released)
    least = close_cells(fraction, net, (kept, proceeds), (q, cash, loose))
    same((proceeds, kept, q, cash, loose), wanted)
    assert least == kept.min()


def test_who_cannot_pay_for_a_close(rng: np.random.Generator, same: Same) -> None:
    n = 400
    book, cohort = np.sort(rng.integers(0, V * M, n)), rng.integers(0, K, n)
    first, cell = np.searchsorted(book, np.arange(V * M + 1)), cohort * V * M + book
    fraction, net = rng.random((K, V, M)) * (rng.random((K, V, M)) > 0.4), rng.uniform(0.5, 1, (K, V, M))
    cash, quantity = rng.standard_normal((2, n))
    down, up = np.where(quantity > 0, -cash / quantity, -np.inf), np.where(quantity < 0, -cash / quantity, np.inf)
    low, high = net.min(axis=0).ravel(), net.max(axis=0).ravel()
    near = (down >= low[book]) | (up <= high[book])
    owing = (cash + quantity * net.ravel()[cell] < 0) & (fraction.ravel()[cell] > 0)
    wanted = np.flatnonzero(near & owing)
    assert len(wanted) > 10
    same(drowning(fraction, net, first, cell, (down, up), cash, quantity), wanted)


def test_accounts_are_brought_up_to_date(rng: np.random.Generator, same: Same) -> None:
    n = 400
    ids, cell, book = rng.permutation(n)[:250], rng.integers(0, K * V * M, n), rng.integers(0, V * M, n)
    kept, proceeds, spot = rng.uniform(0.1, 1, (3, K * V * M))
    then = (rng.uniform(0.5, 1, n), rng.random(n), rng.random(n))
    quantity, cash, wallet, spot_cash = rng.standard_normal((4, n))
    mark = rng.uniform(0.5, 1, V * M)
    ratio, sold = kept[cell] / then[0], quantity / then[0]
    now = wallet + cash * (1 - ratio) + sold * (proceeds[cell] - then[1])
    margin = (cash + quantity * mark[book]) * ratio
    owed = np.maximum(-(margin + np.minimum(now, 0)), 0)
    same(owed_beyond_margin(mark, cell, book, (kept, proceeds), then[:2], (quantity, cash, wallet)), owed)
    wanted = [quantity * ratio, cash * ratio, now, spot_cash - sold * (spot[cell] - then[2])]
    held = (quantity, cash, wallet, spot_cash)
    for column, fresh in zip(held, wanted, strict=True):
        rest = np.setdiff1d(np.arange(n), ids)
        fresh[rest] = column[rest]
    settle_accounts(ids, cell, (kept, proceeds, spot), then, held)
    same(held, tuple(wanted))
    same(tuple(column[ids] for column in then), (kept[cell[ids]], proceeds[cell[ids]], spot[cell[ids]]))


def test_accounts_move(rng: np.random.Generator, same: Same) -> None:
    n, books = 300, V * M
    ids, cell = rng.permutation(n)[:80], rng.integers(0, K * books, n)
    change, held = rng.standard_normal((3, 80)), rng.standard_normal((3, n))
    contracts, margin, loose = rng.standard_normal(K * books), rng.standard_normal(K * books), rng.standard_normal(V)
    wanted = held.copy()
    wanted[:, ids] += change
    venue = cell[ids] % books // M
    sums = [
        total + np.bincount(place, moved, len(total))
        for total, place, moved in zip((contracts, margin, loose), (cell[ids], cell[ids], venue), change, strict=True)
    ]
    totals = (contracts, margin, loose)
    move_accounts(ids, (change[0], change[1], change[2]), (held[0], held[1], held[2]), cell, books, totals)
    same(held, wanted)
    same(totals, tuple(sums))
