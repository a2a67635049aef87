"""Insurance funds that differ in which money a market may use and how much of it, by hand."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lastresort.mechanisms.backstops.default_fund import DefaultFund
from lastresort.mechanisms.backstops.drawdown_fund import DrawdownFund
from lastresort.mechanisms.backstops.event_capped_fund import EventCappedFund
from lastresort.mechanisms.backstops.grouped_fund import GroupedFund
from lastresort.mechanisms.backstops.insurance_fund import InsuranceFund
from lastresort.mechanisms.backstops.peak_drawdown_fund import PeakDrawdownFund
from lastresort.mechanisms.backstops.per_market_fund import PerMarketFund
from lastresort.mechanisms.backstops.pooled_fund import PooledFund
from lastresort.mechanisms.backstops.skin_in_the_game import SkinInTheGame
from lastresort.mechanisms.backstops.tier_capped_fund import TierCappedFund
from lastresort.mechanisms.contract import Absorption, MarginView, Mechanism, Payer, PhaseView, ResidualView

Residual = Callable[..., ResidualView]
Told = Callable[[PerMarketFund, Sequence[float], Sequence[float]], PerMarketFund]
dollars = st.integers(0, 10**11).map(lambda cents: cents / 100)
losses = st.lists(st.tuples(dollars, dollars, st.integers(0, 2)), min_size=1, max_size=8)
FUNDS = [
    PooledFund,
    TierCappedFund,
    EventCappedFund,
    DrawdownFund,
    PeakDrawdownFund,
    InsuranceFund,
    PerMarketFund,
    GroupedFund,
]


@pytest.fixture(scope="session")
def told(trading: Callable[..., PhaseView], margins: Callable[..., MarginView]) -> Told:
    """Show a per-market fund the markets of its venue: what their pools hold, and their open interest."""

    def tell(fund: PerMarketFund, pools: Sequence[float], interest: Sequence[float]) -> PerMarketFund:
        one = np.ones(len(pools))
        assert fund.set_phase(trading(0, one, fund=pools)) is None
        assert fund.require_margin(margins(interest, interest, one)) is None
        return fund

    return tell


def test_pools_pay_together_in_proportion_to_what_each_may_spend(residual: Residual) -> None:
    """Of peaks 100 and 300, 30 and 60 may be spent: of 120 lost in pool 0, three quarters, a third from pool 0."""
    view = residual([40, 80], [40, 80], [0, 0], balance=[100, 270], peak=[100, 300])
    answer = PooledFund().absorb(view)
    assert answer.payer is Payer.FUND
    assert answer.pay == pytest.approx([30, 60])
    assert answer.drawn == pytest.approx([1 / 3, 2 / 3])
    assert not np.any(answer.standby)


def test_pooled_fund_promises_what_is_left(residual: Residual) -> None:
    """90 to spend, 10 lost, 40 and 120 ahead: half of each."""
    answer = PooledFund().absorb(residual([10, 0], [50, 120], [0, 1], balance=[100, 200], peak=[100, 200]))
    assert answer.pay == pytest.approx([10, 0])
    assert answer.standby == pytest.approx([20, 60])


def test_empty_pools_pay_nothing_together(residual: Residual) -> None:
    answer = PooledFund().absorb(residual([10], [50], [1], balance=[0, 0, 0], peak=[100, 100, 0]))
    assert not np.any(answer.pay)
    assert answer.drawn == pytest.approx([1 / 3] * 3)


def test_each_market_spends_only_its_share_of_the_pool(residual: Residual, told: Told) -> None:
    """Pool 0 may spend 300; its markets' interest is 6 to 3 to 1, so 180, 90 and 30; market 3 is alone in pool 1."""
    fund = told(PerMarketFund(), [1000, 1000, 1000, 500], [6, 3, 1, 7])
    view = residual([50, 100, 400], [400, 100, 400], [0, 0, 1], [1000, 500], [1000, 500], market=[0, 2, 3])
    first = fund.absorb(view)
    assert first is not None
    assert first.pay == pytest.approx([50, 30, 150])
    assert first.standby == pytest.approx([130, 0, 0])


def test_a_market_does_not_get_its_share_twice(residual: Residual, told: Told) -> None:
    """Share 180: 100 paid first, then 80 of 100, then nothing, though the pool still has money to spend."""
    fund = told(PerMarketFund(), [1000, 1000], [6, 4])
    paid = []
    for balance in (1000, 900, 820):
        answer = fund.absorb(residual([100], [100], [0], balance=[balance], peak=[1000]))
        assert answer is not None
        paid.append(float(answer.pay[0]))
    assert paid == pytest.approx([100, 80, 0])


def test_a_group_pays_each_of_its_markets_down_to_its_draw_down_and_all_of_them_down_to_its_fund(
    residual: Residual, told: Told
) -> None:
    """Groups of two in a pool of 1,000 by interest 3 + 2 to 5: 500 each, and at most 150 of it for one market.

    Of 100 and 400 lost in the first group 100 and 150 are paid, of 90 in the second 90. Eight hours on the windows
    have forgotten that: 50 and 150 more, and in the end the group's last 50, though the pool holds 410.
    """
    fund = told(GroupedFund(contracts=2), [1000] * 4, [3, 2, 4, 1])
    path = [(0, [100, 400, 90], [100, 150, 90]), (9, [50, 400, 0], [50, 150, 0]), (18, [0, 400, 0], [0, 50, 0])]
    balance, result = 1000.0, np.zeros(3)
    for hours, lost, expected in path:
        view = residual(
            lost, lost, [0] * 3, [balance], [1000], market=[0, 1, 2], time=hours * 3600.0, fund_result=result
        )
        answer = fund.absorb(view)
        assert answer is not None
        assert answer.pay == pytest.approx(expected), hours
        balance, result = balance - answer.pay.sum(), result - answer.pay


def test_a_group_pays_what_is_lost_before_what_may_be(residual: Residual, told: Told) -> None:
    """A fund of 100 that may be spent on one market whole: 80 are lost here, and of 400 ahead there 20 are promised."""
    fund = told(GroupedFund(stop=1.0), [100, 100], [1, 1])
    answer = fund.absorb(residual([80, 0], [80, 400], [0, 0], [100], [100]))
    assert answer is not None
    assert answer.pay == pytest.approx([80, 0])
    assert answer.standby == pytest.approx([0, 20])


def test_a_market_fund_that_has_seen_no_market_has_no_opinion(residual: Residual) -> None:
    assert PerMarketFund().absorb(residual([10], [10], [0], balance=[100], peak=[100])) is None


def test_tier_limits_are_those_of_drift(residual: Residual) -> None:
    """drift-labs/protocol-v2: A 100 M, B 1 M, C 100 k, speculative nothing; a pool beyond the third is speculative."""
    view = residual([2e8] * 4, [2e8] * 4, [0, 1, 2, 3], balance=[1e9] * 4, peak=[1e9] * 4)
    answer = TierCappedFund().absorb(view)
    assert answer.pay == pytest.approx([100e6, 1e6, 100e3, 0])
    assert answer.drawn == pytest.approx([0.25] * 4)


def test_tier_limits_hold_for_the_whole_run(residual: Residual) -> None:
    """600 k of 1 M, then 400 k of 700 k; a promise of 1 M in between uses nothing up."""
    fund = TierCappedFund()
    views = [residual([d], [s], [1], [0, 1e9], [0, 1e9]) for d, s in ((6e5, 6e5), (0, 2e6), (7e5, 7e5), (1, 1))]
    answers = [fund.absorb(view) for view in views]
    assert [float(a.pay[0]) for a in answers] == pytest.approx([6e5, 0, 4e5, 0])
    assert float(answers[1].standby[0]) == pytest.approx(4e5)


def test_event_cap_is_that_of_dydx_and_starts_afresh(residual: Residual) -> None:
    """dydxprotocol/v4-chain: at most 1,000,000 USDC at a time, here promises included."""
    fund = EventCappedFund()
    view = residual([400_000, 5e6], [3e6, 9e6], [0, 0], balance=[1e9], peak=[1e9])
    for answer in (fund.absorb(view), fund.absorb(view)):
        assert answer.pay == pytest.approx([400_000, 1e6])
        assert answer.standby == pytest.approx([600_000, 0])


def test_skin_in_the_game_is_a_quarter_of_the_capital_once(residual: Residual) -> None:
    """Of 1,000 the venue risks 250: 150 and 100 of 300 lost, then nothing of the 750 left."""
    mechanism = SkinInTheGame()
    first = mechanism.absorb(residual([180, 120], [180, 120], [0, 1], [0, 0], [0, 0], capital=1000.0))
    assert first.payer is Payer.CAPITAL
    assert first.pay == pytest.approx([150, 100])
    again = mechanism.absorb(residual([50, 20], [50, 20], [0, 1], [0, 0], [0, 0], capital=750.0))
    assert not np.any(again.pay)


def test_two_tranches_each_pay_their_own_share_in_order(residual: Residual) -> None:
    """Of 1,000 the first has 250 and the second 100; losses of 200, 90, 30 and 50, a default fund of 20 in between.

    200 from the first; then 50 of 90, and 20 from the fund leave 20 to the second; then 30, and 50 of its last 50.
    """
    first, second = SkinInTheGame(share=0.25), SkinInTheGame(share=0.10, after=0.25)
    capital, members = 1000.0, 20.0
    for lost, paid in [(200, (200, 0, 0)), (90, (50, 20, 20)), (30, (0, 0, 30)), (60, (0, 0, 50))]:
        left, own = float(lost), list[float]()
        for tranche in (first, None, second):
            view = residual([left], [left], [0], [0], [0], capital=capital, default_fund=members)
            pay = float((tranche or DefaultFund()).absorb(view).pay.sum())
            capital, members = (capital - pay, members) if tranche else (capital, members - pay)
            left, own = left - pay, [*own, pay]
        assert own == pytest.approx(paid), lost
    assert capital == pytest.approx(650)


def test_a_second_tranche_first_asked_when_the_first_is_gone_knows_its_share(residual: Residual) -> None:
    """Capital of 1,000 less the first tranche's 250: the second has 100, not a tenth of 750; and never 100 twice."""
    second = SkinInTheGame(share=0.10, after=0.25)
    assert second.absorb(residual([400], [400], [0], [0], [0], capital=750.0)).pay == pytest.approx([100])
    assert second.absorb(residual([400], [400], [0], [0], [0], capital=650.0)).pay == pytest.approx([0])


def test_a_second_tranche_promises_no_more_than_its_share(residual: Residual) -> None:
    """Nothing is lost yet; of 1,000 it promises 100 against 400 ahead, and 90 once the first has paid 100."""
    for capital, promised in [(1000.0, 100), (900.0, 90)]:
        answer = SkinInTheGame(share=0.10, after=0.25).absorb(residual([0], [400], [0], [0], [0], capital=capital))
        assert answer.standby == pytest.approx([promised])
        assert not np.any(answer.pay)


def test_tranches_stake_no_more_than_the_capital() -> None:
    with pytest.raises(ValidationError, match="together must not exceed 1"):
        SkinInTheGame(share=0.5, after=0.6)


def test_default_fund_pays_until_it_is_gone(residual: Residual) -> None:
    answer = DefaultFund().absorb(residual([30, 10], [40, 60], [0, 1], [0, 0], [0, 0], default_fund=70.0))
    assert answer.payer is Payer.DEFAULT_FUND
    assert answer.pay == pytest.approx([30, 10])
    assert answer.standby == pytest.approx([5, 25])
    scarce = DefaultFund().absorb(residual([30, 10], [40, 60], [0, 1], [0, 0], [0, 0], default_fund=20.0))
    assert scarce.pay == pytest.approx([15, 5])
    assert not np.any(scarce.standby)


@settings(max_examples=25, deadline=None)
@given(losses=losses, money=dollars)
def test_pots_pay_pro_rata_and_never_more_than_they_hold(
    residual: Residual, losses: list[tuple[float, float, int]], money: float
) -> None:
    deficit, ahead, pool = (np.array(column) for column in zip(*losses, strict=True))
    view = residual(deficit, deficit + ahead, pool, [0] * 3, [0] * 3, capital=money, default_fund=money)
    for answer in (DefaultFund().absorb(view), SkinInTheGame(share=1.0).absorb(view)):
        assert answer.pay == pytest.approx(deficit * min(1.0, money / max(deficit.sum(), 1e-300)))
        assert (answer.pay + answer.standby).sum() == pytest.approx(min(money, (deficit + ahead).sum()), abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    rounds=st.lists(losses, min_size=1, max_size=4), balances=st.tuples(*[dollars] * 3), which=st.sampled_from(FUNDS)
)
def test_no_fund_ever_overdraws_its_pools(
    residual: Residual,
    told: Told,
    rounds: list[list[tuple[float, float, int]]],
    balances: tuple[float, float, float],
    which: type[Mechanism],
) -> None:
    """Several passes with what was paid gone from the pools; one market per row, in the pool of the first pass."""
    fund, held, result = which(), np.array(balances), np.zeros(8)
    pool = np.arange(8) % 3
    if isinstance(fund, PerMarketFund):
        told(fund, held[pool].tolist(), [1.0] * 8)
    for k, rows in enumerate(rounds):
        deficit, ahead, _ = (np.array(column) for column in zip(*rows, strict=True))
        n = len(rows)
        view = residual(deficit, deficit + ahead, pool[:n], held, balances, time=100.0 * k, fund_result=result[:n])
        answer = fund.absorb(view)
        assert answer is not None
        for index, spent in enumerate(_by_pool(answer, pool[:n])):
            assert spent <= held[index] * (1 + 1e-9) + 1e-6
        assert (answer.pay >= 0).all()
        assert (answer.standby >= 0).all()
        assert (answer.pay <= deficit * (1 + 1e-12)).all()
        assert (answer.standby <= ahead * (1 + 1e-9) + 1e-6).all()
        held = np.maximum(held - list(_by_pool(answer, pool[:n], promised=False)), 0.0)
        result[:n] -= answer.pay


def _by_pool(answer: Absorption, pool: np.ndarray, promised: bool = True) -> Iterator[float]:
    """What leaves each of three pools if everything paid (and promised) is drawn."""
    out = np.asarray(answer.pay) + (np.asarray(answer.standby) if promised else 0.0)
    for index in range(3):
        yield float(out.sum() * answer.drawn[index] if answer.drawn is not None else out[pool == index].sum())
