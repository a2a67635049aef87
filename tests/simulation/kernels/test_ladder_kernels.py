"""The ladder, one number at a time, against the ladder of arrays; and one clearing of all books."""

import numpy as np
from tests.simulation.kernels.conftest import E, K, M, Same, V

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.population import BASIS
from lastresort.simulation.kernels.limits import filled_in_order, reaches, traded_at
from lastresort.simulation.kernels.netting import cleared, come_back, filled, netted, spot_netted, traded_alone
from lastresort.simulation.kernels.walks import averaged_price, quantity_at, slope_at, walked
from lastresort.simulation.market import ladder

Sides = tuple[Floats, Floats, Floats, Floats]


def test_one_book(rng: np.random.Generator, sides: Sides, same: Same) -> None:
    x, flow = 0.05 * rng.standard_normal((V + 1, M)), 1e8 * rng.standard_normal((V + 1, M))
    flow[0, :3] = 0.0
    near, _, down, up = sides
    books = list(np.ndindex(x.shape))

    def each(kernel: object, *columns: Floats) -> Floats:
        assert callable(kernel)
        return np.array([kernel(*(float(column[b]) for column in columns)) for b in books]).reshape(x.shape)

    end = ladder.walk(x, flow, near, down, up)
    same(each(quantity_at, x, near, down, up), ladder.quantity(x, near, down, up))
    same(each(slope_at, x, near, down, up), ladder.slope(x, near, down, up))
    same(each(walked, x, flow, near, down, up), end)
    average = ladder.average_price(x, end, flow, near, down, up)
    np.testing.assert_allclose(each(averaged_price, x, end, flow, near, down, up), average, rtol=1e-9)


def test_all_books_clear(rng: np.random.Generator, sides: Sides, same: Same) -> None:
    x, flow = 0.05 * rng.standard_normal((V + 1, M)), 1e8 * rng.standard_normal((V + 1, M))
    fundamental, returned = 0.1 * rng.standard_normal(M), 1e7 * rng.standard_normal((V, M))
    bid, ask, down, up = sides
    near = np.where(flow < 0, bid, ask)
    wanted = ladder.walk(x, flow, near, down, up)
    end, price, quoted = cleared(x, flow, fundamental, sides)
    same((end, quoted), (wanted, near * (x - wanted)))
    average = ladder.average_price(x, wanted, flow, near, down, up)
    np.testing.assert_allclose(price, np.exp(fundamental) * average, rtol=1e-9)
    wanted[:-1] = ladder.walk(wanted[:-1], returned, np.where(returned < 0, bid[:-1], ask[:-1]), down[:-1], up[:-1])
    come_back(end, returned, sides)
    same(end, wanted)


def test_orders_are_netted(rng: np.random.Generator, same: Same) -> None:
    engine, buyers, arbitrage = rng.standard_normal((V, M)), rng.random((V + 1, M)), rng.standard_normal((7, V, M))
    venue, market, rested = rng.integers(0, V, 9), rng.integers(0, M, 9), rng.standard_normal(9)
    cohort, book, single = rng.integers(0, K, 30), rng.integers(0, V * M, 30), rng.standard_normal(30)
    cells, contracts = rng.random((K, V, M)), rng.standard_normal((K, V, M))
    cell = cohort * V * M + book
    flow = engine + buyers[:-1] + arbitrage.sum(axis=0)
    np.add.at(flow, (venue, market), rested)
    held = contracts + np.bincount(cell, single, contracts.size).reshape(contracts.shape)
    flow += np.bincount(book, single, engine.size).reshape(engine.shape) - (cells * held).sum(axis=0)
    singles = (book, cell, single)
    same(netted(engine, buyers, arbitrage, (venue, market, rested), singles, cells, contracts), flow)
    hedges, (orphans, carried) = rng.standard_normal((E, M)), rng.standard_normal((2, M))
    unwound = (cells[BASIS] * np.abs(contracts[BASIS])).sum(axis=0)
    spot = hedges.sum(axis=0) - orphans + buyers[-1] - unwound + carried
    same(spot_netted(hedges, orphans, buyers[-1], cells, contracts, carried), spot)


def test_the_other_side(rng: np.random.Generator, same: Same) -> None:
    quoting, (near_fill, flow, bought) = rng.random((E, V)), rng.standard_normal((3, V, M))
    quoting[:, 0] = 0.0
    made = np.zeros((E, V, M))
    made[:, 1:] = (quoting / np.maximum(quoting.sum(axis=0), 1e-9))[:, 1:, None] * near_fill[1:]
    same(filled(quoting, near_fill, flow, bought), (made, -flow - made.sum(axis=0) + bought))


def test_what_a_trade_alone_would_cost(rng: np.random.Generator, sides: Sides) -> None:
    x, market, flow = 0.05 * rng.standard_normal(M), rng.integers(0, M, 40), 1e8 * rng.standard_normal(40)
    bid, ask, down, up = (side[0] for side in sides)
    book = (np.where(flow < 0, bid[market], ask[market]), down[market], up[market])
    _, average = ladder.trade(x[market], flow, *book)
    np.testing.assert_allclose(traded_alone(x, market, flow, (bid, ask, down, up)), average, rtol=1e-9)


def test_orders_within_limits(rng: np.random.Generator, sides: Sides, same: Same) -> None:
    n, x, fundamental = 60, 0.05 * rng.standard_normal((V + 1, M)), 0.1 * rng.standard_normal(M)
    venue, market, edge = (
        rng.integers(0, V, n),
        rng.integers(0, M, n),
        np.exp(fundamental) * rng.uniform(0.8, 1, (V, M)),
    )
    limit = np.where(rng.random(n) > 0.3, np.exp(fundamental[market]) * rng.uniform(0.7, 1.1, n), np.nan)
    near, _, down, up = (side[:-1] for side in sides)
    where, book = (venue, market), venue * M + market
    for sign in (-1.0, 1.0):
        bound = np.maximum if sign < 0 else np.minimum
        worst = np.log(bound(np.where(np.isnan(limit), edge[where], limit), edge[where])) - fundamental[market]
        ladders = (near[where], down[where], up[where])
        reach = np.maximum(sign * (ladder.quantity(worst, *ladders) - ladder.quantity(x[where], *ladders)), 0)
        same(reaches(sign, book, limit, edge, x, fundamental, (near, down, up)), reach)
        order, size = np.lexsort((-reach, book)), rng.uniform(0, 1e8, n)
        wanted = np.zeros(n)
        for b in range(V * M):
            before = 0.0
            for i in order[book[order] == b]:
                wanted[i] = np.clip(reach[i] - before, 0, size[i])
                before += size[i]
        same(filled_in_order(order, size, reach, book, M), wanted)
        same(traded_at(venue, market, size, (V, M)).ravel(), np.bincount(book, size, V * M))
