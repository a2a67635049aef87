"""Worked examples that venues and authors published: their inputs, and the answers that they call right.

Facts only; wording and code are ours. Tolerances are those of the source.
"""

import numpy as np
import pytest

from lastresort.mechanisms.allocation.binance_adl import BinanceAdl
from lastresort.mechanisms.allocation.bybit_adl import BybitAdl
from lastresort.mechanisms.allocation.dydx_rotation import DydxRotation
from lastresort.mechanisms.allocation.risk_aware_pro_rata import RiskAwareProRata, RiskModel
from lastresort.mechanisms.backstops.default_fund import DefaultFund
from lastresort.mechanisms.backstops.drawdown_fund import DrawdownFund
from lastresort.mechanisms.backstops.skin_in_the_game import SkinInTheGame
from lastresort.mechanisms.liquidation.block_throttle import BlockThrottle
from lastresort.mechanisms.liquidation.stepped_share import SteppedShare
from lastresort.mechanisms.recovery.cash_call import CashCall
from lastresort.mechanisms.recovery.gains_haircut import GainsHaircut
from lastresort.plugins.testing import breach_view, candidates, loss_event, residual_view


@pytest.mark.parametrize(
    ("deficit", "gains", "charged", "tolerance"),
    [(3000, [8000, 80], [2970.3, 29.7], 0.05), (5500, [2000, 6000, 80], [1362, 4083, 55], 1.5)],
)
def test_vega_winners_of_the_day(deficit: float, gains: list[float], charged: list[float], tolerance: float) -> None:
    """Vega spec 0002-STTL, cases 1 and 2: losses in proportion to the gains of the day, no fund.

    5,500 x 2,000 / 8,080 is 1,361.4 and 5,500 x 6,000 / 8,080 is 4,084.2: the printed figures are rounded on the way.
    """
    winners = candidates(np.ones(len(gains)), variation=gains, equity=np.full(len(gains), 1e5))
    answer = GainsHaircut(limit=1e9).allocate(loss_event(winners, dollars=deficit))
    assert answer.charge == pytest.approx(charged, abs=tolerance)


@pytest.mark.parametrize("equity", [0, -500])
@pytest.mark.parametrize(("quantity", "limit"), [(0.1, 49_500), (-0.1, 50_500)])
def test_dydx_fillable_price(quantity: float, equity: float, limit: float) -> None:
    """v4-chain, liquidations test: 0.1 BTC at 50,000, maintenance 500, spread of 0.1 of it, nothing left."""
    view = breach_view([quantity], [equity], [500], mark=np.array([50_000.0]), unit_notional=np.array([5_000.0]))
    assert BlockThrottle(spread=0.1).liquidate(view).limit == pytest.approx(limit)


def test_dydx_closes_at_the_bankruptcy_price_of_the_other() -> None:
    """v4-chain, deleveraging test: a short of one contract with 54,999 of cash, mark 50,000, against a long of one.

    The long has -50,001 of cash, so net collateral of -1 at the mark; closed at 54,999 it keeps 4,998.
    """
    event = loss_event(candidates([1], equity=[-1]), -1, bankruptcy_price=54_999, mark=50_000)
    answer = DydxRotation().allocate(event)
    assert answer.close == pytest.approx([1])
    assert -50_001 + answer.close * answer.winner_price == pytest.approx([4_998])


@pytest.mark.parametrize(
    ("quantity", "equity", "wanted", "price"),
    [(1, -1, -1, 50_000), (-1, 0, 1, 50_001)],
    ids=["the offset account is at -1", "its counterparty is at 0, and a dollar would be lost"],
)
def test_dydx_nobody_ends_below_zero(quantity: float, equity: float, wanted: float, price: float) -> None:
    """v4-chain, deleveraging test: net collateral of -1 on one side and 0 on the other is refused, both ways round."""
    event = loss_event(candidates([quantity], equity=[equity]), wanted, bankruptcy_price=price, mark=50_000)
    assert DydxRotation().allocate(event).close == pytest.approx([0])


def test_dydx_a_partial_close_is_accepted_where_it_can_be_paid_for() -> None:
    """v4-chain, subaccount update rule: a short of ten with 1.9; one contract at 1.2 costs 0.2 and leaves 1.7."""
    event = loss_event(candidates([-10], equity=[1.9]), 1, bankruptcy_price=1.2)
    assert DydxRotation().allocate(event).close == pytest.approx([1])


def test_bybit_fund_stops_at_a_drawdown_of_30_percent() -> None:
    """ADL alert page, example 1: of a loss of 350,000 a pool of 1,000,000 pays 300,000 and winners 50,000."""
    assert DrawdownFund().absorb(residual_view([350_000], balance=[1e6])).pay == pytest.approx([300_000])
    event = loss_event(candidates([-1e6], equity=[1e6]), 1e6, bankruptcy_price=1.35, fund=1e6, fund_peak=1e6)
    answer = BybitAdl().allocate(event)
    assert answer.close * (answer.winner_price - 1) == pytest.approx([50_000])


def test_bybit_settles_at_the_mark_where_it_is_far_from_the_bankruptcy_price() -> None:
    """Help page, as told by a mirror: a long of 100 entered at 500 with margin 1,000 and wallet 100; mark 400.

    Its bankruptcy price is 500 - 1,100 / 100 = 489, more than 5 % from the mark, so the close settles at 400. The
    mirror does not say of which of the two the 5 % are; they are 22 % of the one and 18 % of the other.
    """
    bankruptcy = 500 - (1_000 + 100) / 100
    assert bankruptcy == 489
    event = loss_event(candidates([-100], mark=400), 100, bankruptcy_price=bankruptcy, mark=400)
    answer = BybitAdl(apart=0.05).allocate(event)
    assert (answer.winner_price, answer.loser_price) == (400, 400)


@pytest.mark.parametrize(("fee", "share", "penalty"), [(0.5, 0.4, 17.76), (0.7, 0.6, 37.296)])
def test_paradex_partial_liquidation(fee: float, share: float, penalty: float) -> None:
    """Liquidations page: margin of 88.80 for 0.1 BTC at 54,800 and -1 ETH at 3,400, account value of 80.

    The page says that the fee is 70 %, but its table (ratios of 99.9, 85.6, 66.6 and 39.9 %), its share of 40 % and its
    penalty of 17.76 are those of 50 %. At 70 % two steps leave 53.28 / 55.14 = 97 %, and the third 35.52 / 42.70 = 83
    %.
    """
    mark, notional = np.array([54_800.0, 3_400.0]), 0.1 * 54_800 + 3_400
    view = breach_view([0.1, -1], [80, 80], [88.8, 88.8], mark=mark, unit_notional=np.full(2, notional))
    said = SteppedShare(fee=fee).liquidate(view)
    assert said.seize == pytest.approx([share, share])
    assert said.seize[0] * np.asarray(said.penalty)[0] * notional == pytest.approx(penalty)


def test_members_contributions_pay_before_they_are_called() -> None:
    """Bionic Turtle 24.30.2: of a loss of 275 the defaulter's 80 + 30 and the venue's 25 leave 140, no calls.

    The defaulter's margin and contribution are gone before the engine has a loss, so they are subtracted here.
    """
    lost = 275.0 - 80 - 30
    own = SkinInTheGame(share=1.0).absorb(residual_view([lost], capital=25.0)).pay.sum()
    members = DefaultFund().absorb(residual_view([lost - own], default_fund=200.0)).pay.sum()
    assert (own, members) == pytest.approx((25, 140))
    called = CashCall(single=0.5).share_loss(residual_view([lost - own - members]))
    assert called.dollars == pytest.approx([0])


def test_markouts_of_a_forced_close() -> None:
    """oss-adl FAQ: ten contracts of a short are bought back at 5.00 while the mark is 5.20, which is later 6.00.

    Arithmetic only: what a close gives up against the mark is what the simulator books, contracts x side x (price -
    mark); here -2, a benefit. Against the later mark it is -10, of which -8 is drift, and no rule knows that when it
    closes; the report's fair prices measure it afterwards.
    """
    event = loss_event(candidates([-10], mark=5.2, entry_price=6.0), 10, bankruptcy_price=5.0, mark=5.2)
    answer = DydxRotation().allocate(event)
    given_up = float(answer.close[0]) * (answer.winner_price - event.mark)
    later = float(answer.close[0]) * (answer.winner_price - 6.0)
    assert (given_up, later, later - given_up) == pytest.approx((-2, -10, -8))


@pytest.mark.parametrize(
    ("model", "shares"),
    [
        (RiskModel.LINEAR, [0.164, 0.589, 0.246]),
        (RiskModel.POWER, [0.155, 0.498, 0.348]),
        (RiskModel.THRESHOLD, [0.149, 0.114, 0.737]),
    ],
)
def test_risk_aware_shares_of_the_running_example(model: RiskModel, shares: list[float]) -> None:
    """arXiv 2512.01112, examples of risk-aware pro rata: g = lambda, lambda^2, (lambda - 0.9)+.

    Winners A, C, E of the running example at t = 2; losers B and D stand at -0.0720 and -0.6334. The paper's code and
    its text use different denominators for the share of losses that is solved, of which these shares are no part.
    """
    equities, notionals, deficit = np.array([1.2613, 5.6214, 0.8397]), np.array([1.3, 5.2, 1.3]), 0.0720 + 0.6334
    holders = candidates(-equities, entry_price=2.0, leverage=notionals / equities, equity=equities)
    event = loss_event(holders, deficit, bankruptcy_price=2.0, uncovered=deficit)
    close = RiskAwareProRata(model=model).allocate(event).close
    assert close / close.sum() == pytest.approx(shares, abs=1.5e-3)


@pytest.mark.parametrize(("other", "first"), [(0.1330, 0), (0.1354, 1)])
def test_binance_rank(other: float, first: int) -> None:
    """Forum example: profit of 40.2 / 4.27 = 9.41 on collateral and a margin ratio of 13.42 %; the higher rank goes."""
    collateral, profit = 4.27, 40.2
    equity = collateral + profit
    risk = equity * np.array([0.1342, other])
    holders = candidates([-10, -10], equity=[equity] * 2, profit=[profit] * 2, maintenance=risk)
    assert np.argmax(BinanceAdl().allocate(loss_event(holders, 10)).close) == first
