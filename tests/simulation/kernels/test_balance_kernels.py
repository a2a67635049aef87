"""Whether books balance, against array code."""

import numpy as np
import pytest
from tests.simulation.kernels.conftest import K, M, Same, V

from lastresort.simulation.kernels.balance import everything, follow, imbalance


def test_everybody_together(rng: np.random.Generator, same: Same) -> None:
    contracts, margin, wallets = rng.standard_normal((K, V, M)), rng.standard_normal((K, V, M)), rng.standard_normal(V)
    held, cash = rng.standard_normal((4 * V, M)), rng.standard_normal(4 * V)
    (q1, q2, q3, c2, c3), (c1, *purses) = rng.standard_normal((5, V, M)), rng.standard_normal((5, V))
    fund = rng.standard_normal((V, 3))
    pockets = (purses[0], purses[1], purses[2], purses[3])
    said = everything((contracts, margin, wallets), (held, cash), (q1, c1), (q2, c2), (q3, c3), fund, pockets)
    whole = contracts.sum(axis=0) + held.reshape(4, V, M).sum(axis=0) + q1 + q2 + q3
    money = margin.sum(axis=(0, 2)) + wallets + cash.reshape(4, V).sum(axis=0) + c1 + (c2 + c3).sum(axis=1)
    same(said, (whole, money + fund.sum(axis=1) + sum(purses)))


def test_the_worst_is_found(rng: np.random.Generator) -> None:
    contracts, interest = rng.standard_normal((V, M)), rng.uniform(1, 2, (V, M))
    cash, money = rng.standard_normal(V), rng.uniform(1, 2, V)
    wanted = max((np.abs(contracts) / interest).max(), (np.abs(cash) / money).max())
    assert imbalance(contracts, interest, cash, money) == pytest.approx(wanted, rel=1e-12)
    contracts[0, 1] = np.nan
    assert np.isnan(imbalance(contracts, interest, cash, money))
    assert np.isnan(imbalance(0 * interest, interest, np.where(np.arange(V) == 1, np.nan, cash), money))


def test_totals_follow_the_first_accounts_only(rng: np.random.Generator, same: Same) -> None:
    contracts, cash, venue = rng.standard_normal((V, M)), rng.standard_normal(V), rng.integers(0, V, 30)
    rows, market, moved, got = rng.integers(0, 30, 50), rng.integers(0, M, 50), *rng.standard_normal((2, 50))
    wanted, money, mine = contracts.copy(), cash.copy(), rows < 20
    np.add.at(wanted, (venue[rows[mine]], market[mine]), moved[mine])
    np.add.at(money, venue[rows[mine]], got[mine])
    follow((contracts, cash), venue, rows, market, moved, got, 20)
    same((contracts, cash), (wanted, money))
