"""The radius index of cross-margin accounts, and the isolated trigger lists, against margin checks of everybody."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import PAIRS
from lastresort.simulation.accounts.radius import RadiusIndex
from lastresort.simulation.universe import Universe


def below_maintenance(cross: Cross, mark: Floats) -> Ints:
    everybody = np.arange(len(cross))
    at = mark[cross.venue]
    equity = cross.cash + (cross.quantity * at).sum(axis=1)
    need = (np.abs(cross.quantity) * at * cross.rate[cross.venue]).sum(axis=1)
    return np.asarray(everybody[(equity < need) & (np.abs(cross.quantity).sum(axis=1) > 0)])


@pytest.mark.parametrize(("seed", "move"), [(1, 0.002), (2, 0.01), (3, 0.04)])
def test_no_breached_account_is_ever_missed(
    make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger], seed: int, move: float
) -> None:
    cross = make_ledger(make_universe(population={"accounts": 2000, "pairs": 0.3})).cross
    pairs = cross.rows[PAIRS].stop
    rng = np.random.default_rng(seed)
    mark, found = np.ones((2, 4)), 0
    for step in range(2500):
        mark = np.exp(0.999 * np.log(mark) + move * rng.standard_normal((2, 4)))
        breached = cross.breached(mark)
        assert np.array_equal(breached, below_maintenance(cross, mark))
        found += len(breached)
        if step % 3 == 0:
            rows = rng.choice(pairs, 4, replace=False)
            market, dq = rng.integers(0, 4, 4), rng.normal(0, 1e5, 4)
            cross.move(rows, market, dq, -dq * mark[cross.venue[rows], market])
        if step % 5 == 0 and len(breached):
            row = breached[:1]
            lack = cross.maintenance(mark, row) - cross.equity(mark, row)
            cross.move(row, np.zeros(1, dtype=np.int64), np.zeros(1), 1.05 * lack)
        if step % 500 == 499:
            cross.set_rates(cross.rate * rng.uniform(0.8, 1.25, (2, 4)))
    assert found > 1000


def test_suspects_are_a_small_superset_near_the_anchor() -> None:
    rng = np.random.default_rng(4)
    n, venue = 5000, np.zeros(5000, dtype=np.int64)
    quantity = rng.normal(0, 1.0, (n, 3))
    cash = rng.uniform(0.02, 2.0, n) * np.abs(quantity).sum(axis=1) - quantity.sum(axis=1)
    rate = np.full((1, 3), 0.01)
    index = RadiusIndex(n)
    index.suspects(quantity, cash, venue, np.ones((1, 3)), rate)
    mark = np.array([[0.985, 1.01, 0.99]])
    suspects = index.suspects(quantity, cash, venue, mark, rate)
    broken = np.flatnonzero(cash + quantity @ mark[0] < 0.01 * np.abs(quantity) @ mark[0])
    assert len(broken)
    assert np.isin(broken, suspects).all()
    assert len(suspects) < 0.05 * n


def isolated_attention(isolated: Isolated, mark: Floats) -> tuple[Ints, Ints, Ints]:
    """Who is below maintenance, at a stop, or ready to open, by looking at everybody."""
    ids = isolated.everyone()
    at, q = mark.ravel()[isolated.book], isolated.quantity
    broken = (q != 0) & (isolated.cash + q * at < isolated.rate * np.abs(q) * at)
    ordered = at <= isolated.order_price
    return ids[broken], ids[~broken & (q > 0) & ordered], ids[(q == 0) & (isolated.planned != 0) & ordered]


def test_isolated_accounts_are_found_as_by_checking_everybody(
    make_universe: Callable[..., Universe], make_ledger: Callable[[Universe], Ledger]
) -> None:
    universe = make_universe(population={"accounts": 4000})
    isolated = make_ledger(universe).isolated
    awake = np.ones(universe.shape, dtype=bool)
    rng = np.random.default_rng(11)
    mark, found = np.ones(universe.shape), np.zeros(3)
    for _ in range(400):
        mark = mark * np.exp(-0.001 + 0.01 * rng.standard_normal(universe.shape))
        isolated.close_cells(0.002 * rng.random(isolated.shape), np.broadcast_to(mark, isolated.shape))
        hits = isolated.hits(mark, awake)
        expected = isolated_attention(isolated, mark)
        for seen, wanted in zip(hits, expected, strict=True):
            assert np.array_equal(seen, wanted)
        found += [len(ids) for ids in hits]
        gone = np.concatenate([hits.breached[::2], hits.stopped])
        q, cash = isolated.quantity[gone], isolated.cash[gone]
        isolated.move(gone, -q, -cash, cash)
        open_at = mark.ravel()[isolated.book[hits.opening]]
        dq, margin = isolated.planned[hits.opening] / open_at, isolated.wallet[hits.opening]
        isolated.move(hits.opening, dq, margin - isolated.planned[hits.opening], -margin)
        isolated.planned[hits.opening] = 0.0
        isolated.renew_triggers(np.concatenate([gone, hits.opening]))
        isolated.triggers.keep_watching(hits.breached[1::2])
    assert (found > 20).all()
