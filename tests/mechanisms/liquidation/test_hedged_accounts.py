"""Rules that see an account's legs together: OKX, Deribit, Vertex, Derive."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import BreachView
from lastresort.mechanisms.liquidation.incremental import Incremental
from lastresort.mechanisms.liquidation.pair_first import PairFirst
from lastresort.mechanisms.liquidation.portfolio_dutch_auction import PortfolioDutchAuction
from lastresort.mechanisms.liquidation.spread_unit import SpreadUnit


@pytest.fixture(scope="module")
def account(breaches: Callable[..., BreachView]) -> Callable[..., BreachView]:
    """Make one account on cross margin from its legs, each in a market of its own, at mark 1.0."""

    def make(legs: Sequence[float], equity: float, maintenance: float, **columns: Any) -> BreachView:
        n, gross = len(legs), float(np.abs(legs).sum())
        return breaches(
            legs,
            [equity] * n,
            [maintenance] * n,
            account=[4] * n,
            market=range(n),
            isolated=[False] * n,
            unit_notional=[gross] * n,
            **columns,
        )

    return make


Account = Callable[..., BreachView]


def test_pairs_are_closed_first_and_once(account: Account) -> None:
    rule = PairFirst()
    said = rule.liquidate(account([300, -100, 50], 8, 10, hedge=[100, 100, 0]))
    assert said.order == pytest.approx([1 / 3, 1.0, 0.0])
    assert np.asarray(said.wait).all()
    later = rule.liquidate(account([200, 50], 8, 10, orders=[1, 1], hedge=[10, 0]))
    assert not np.any(later.order)
    assert not np.any(later.wait)


def test_accounts_without_a_pair_or_without_equity_go_to_the_next_stage(account: Account) -> None:
    for view in (account([300, 50], 8, 10), account([300, -100], -1, 10, hedge=[100, 100])):
        said = PairFirst().liquidate(view)
        assert not np.any(said.order)
        assert not np.any(said.wait)


def test_slices_come_from_the_side_of_the_net_delta_in_rounds(account: Account) -> None:
    rule = Incremental(slice=0.1, interval=1.0)
    for time, slice_ in ((0.0, 0.1), (0.5, 0.0), (1.0, 0.1), (1.9, 0.0), (2.0, 0.1)):
        said = rule.liquidate(account([300, -100], 8, 10, time=time))
        assert said.order == pytest.approx([slice_, 0.0])


def test_a_short_book_buys_back_its_shorts_and_a_neutral_one_both_sides(account: Account) -> None:
    assert Incremental().liquidate(account([100, -300], 8, 10)).order == pytest.approx([0.0, 0.05])
    said = Incremental().liquidate(account([100, -100], 8, 10))
    assert said.order == pytest.approx([0.05, 0.05])
    assert said.order_fee == 0.005  # Deribit's older fee page, BTC futures


def test_slicing_waits_for_its_own_accounts_and_leaves_bankrupt_ones(account: Account) -> None:
    assert np.asarray(Incremental().liquidate(account([100, -100], 8, 10)).wait).all()
    bankrupt = Incremental().liquidate(account([100, -100], 0, 10))
    assert not np.any(bankrupt.order)
    assert not np.asarray(bankrupt.wait).any()


def test_slicing_makes_a_book_neutral_before_it_shrinks_it(account: Account) -> None:
    # 300 x 0.95^22 is the first below 100, so 22 rounds take longs only and the 23rd shorts
    rule, legs = Incremental(slice=0.05), np.array([300.0, -100.0])
    book = []
    for time in range(60):
        legs = legs * (1 - np.asarray(rule.liquidate(account(legs, 8, 10, time=float(time))).order))
        book.append(legs)
    assert book[21] == pytest.approx([300 * 0.95**22, -100])
    assert book[22] == pytest.approx([300 * 0.95**22, -95])
    assert max(abs(legs.sum()) / np.abs(legs).sum() for legs in book[22:]) < 0.03


def test_naked_remainder_first_and_the_spread_as_a_unit(account: Account) -> None:
    rule = SpreadUnit()
    said = rule.liquidate(account([300, -100], 8, 20, hedge=[100, 100]))
    assert said.seize == pytest.approx([2 / 3, 0.0])
    assert np.asarray(said.penalty)[0] == pytest.approx(0.05 / 5)
    assert np.asarray(said.wait).tolist() == [False, True]
    unit = rule.liquidate(account([100, -100], 8, 10, hedge=[100, 100]))
    assert unit.seize == pytest.approx([1.0, 1.0])
    assert unit.penalty == pytest.approx([0.05 / 25, 0.0])


def test_an_isolated_leg_is_naked_whatever_the_account_holds_elsewhere(breaches: Account) -> None:
    view = breaches([100, 100], [1, 1], [2, 2], account=[3, 3], market=[0, 1], isolated=[True, False], hedge=[0, 100])
    said = SpreadUnit().liquidate(view)
    assert said.seize == pytest.approx([1.0, 1.0])
    assert said.penalty == pytest.approx([0.02 / 5, 0.02 / 25])


def test_auction_by_hand(account: Account) -> None:
    # bid 0.95 at once: discount 4 of 80; share (115 - 80) / (115 - 4); closing it costs share x impact x 1,000
    share = 35 / 111
    cheap, dear = (account([600, -400], 80, 100, impact=[i, i]) for i in (0.01, 0.02))
    said = PortfolioDutchAuction().liquidate(cheap)
    assert said.seize == pytest.approx([share, share])
    assert said.penalty == pytest.approx([0.004, 0.004])
    nobody = PortfolioDutchAuction().liquidate(dear)
    assert not nobody.seize.any()
    assert np.asarray(nobody.wait).all()
    later = PortfolioDutchAuction().liquidate(account([600, -400], 80, 100, impact=[0.02, 0.02], since=[900, 900]))
    assert later.seize == pytest.approx([35 / 91, 35 / 91])
    assert later.penalty == pytest.approx([0.024, 0.024])


@pytest.mark.parametrize(("age", "bid"), [(0, 0.95), (450, 0.825), (900, 0.70), (22_050, 0.35), (43_200, 0), (5e4, 0)])
def test_bids_fall_fast_then_slowly(account: Account, age: float, bid: float) -> None:
    said = PortfolioDutchAuction().liquidate(account([1000], 80, 100, since=[age]))
    assert said.penalty == pytest.approx([(1 - bid) * 0.08])


@given(ratio=st.floats(0.01, 0.999), age=st.floats(0.0, 40_000.0))
def test_the_auctioned_share_leaves_the_account_at_its_buffer(account: Account, ratio: float, age: float) -> None:
    equity, maintenance, gross = ratio * 100, 100.0, 1000.0
    said = PortfolioDutchAuction().liquidate(account([700, -300], equity, maintenance, since=[age, age]))
    share, penalty = float(said.seize[0]), float(np.asarray(said.penalty)[0])
    left = equity - share * penalty * gross
    assert left == pytest.approx(1.15 * maintenance * (1 - share), rel=1e-6)


def test_insolvent_portfolios_are_not_auctioned(account: Account) -> None:
    said = PortfolioDutchAuction().liquidate(account([600, -400], -1, 100))
    assert not said.seize.any()
    assert not np.asarray(said.wait).any()
