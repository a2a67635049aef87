"""Worked examples that venues and authors published: their inputs, and the answers that they call right.

Facts only; wording and code are ours. Tolerances are those of the source.
"""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.allocation.binance_adl import BinanceAdl
from lastresort.mechanisms.allocation.bybit_adl import BybitAdl
from lastresort.mechanisms.allocation.dydx_rotation import DydxRotation
from lastresort.mechanisms.backstops.default_fund import DefaultFund
from lastresort.mechanisms.backstops.drawdown_fund import DrawdownFund
from lastresort.mechanisms.backstops.skin_in_the_game import SkinInTheGame
from lastresort.mechanisms.contract import BreachView, Candidates, LossEvent, ResidualView
from lastresort.mechanisms.liquidation.block_throttle import BlockThrottle
from lastresort.mechanisms.recovery.gains_haircut import GainsHaircut

Event = Callable[..., LossEvent]
Holders = Callable[..., Candidates]


@pytest.mark.parametrize(
    ("deficit", "gains", "charged", "tolerance"),
    [(3000, [8000, 80], [2970.3, 29.7], 0.05), (5500, [2000, 6000, 80], [1362, 4083, 55], 1.5)],
)
def test_vega_winners_of_the_day(
    candidates: Holders, loss_event: Event, deficit: float, gains: list[float], charged: list[float], tolerance: float
) -> None:
    """Vega spec 0002-STTL, cases 1 and 2: losses in proportion to the gains of the day, no fund."""
    winners = candidates(np.ones(len(gains)), variation=gains, equity=np.full(len(gains), 1e5))
    answer = GainsHaircut(limit=1e9).allocate(loss_event(winners, dollars=deficit))
    assert answer.charge == pytest.approx(charged, abs=tolerance)


@pytest.mark.parametrize("equity", [0, -500])
@pytest.mark.parametrize(("quantity", "limit"), [(0.1, 49_500), (-0.1, 50_500)])
def test_dydx_fillable_price(breaches: Callable[..., BreachView], quantity: float, equity: float, limit: float) -> None:
    """v4-chain, liquidations test: 0.1 BTC at 50,000, maintenance 500, spread of 0.1 of it, nothing left."""
    view = breaches([quantity], [equity], [500], mark=[50_000], unit_notional=[5_000])
    assert BlockThrottle(spread=0.1).liquidate(view).limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("quantity", "equity", "wanted", "price", "mark", "closed"),
    [
        (1, -1, -1, 54_999, 50_000, 1),
        (1, -1, -1, 50_000, 50_000, 0),
        (-1, 0, 1, 50_001, 50_000, 0),
        (-10, 1.9, 1, 1.2, 1.0, 1),
    ],
    ids=[
        "ends at 4,998",
        "would end at -1",
        "would end at -1, the other way round",
        "a part, and 1.7 left for the rest",
    ],
)
def test_dydx_nobody_ends_below_zero(
    candidates: Holders,
    loss_event: Event,
    quantity: float,
    equity: float,
    wanted: float,
    price: float,
    mark: float,
    closed: float,
) -> None:
    """v4-chain, deleveraging test and subaccount update rule: against whom, and at which bankruptcy price."""
    holders = candidates([quantity], equity=[equity])
    event = loss_event(holders, wanted, bankruptcy_price=price, mark=mark)
    assert DydxRotation().allocate(event).close == pytest.approx([closed])


def test_bybit_fund_stops_at_a_drawdown_of_30_percent(
    candidates: Holders, loss_event: Event, residual: Callable[..., ResidualView]
) -> None:
    """ADL alert page, example 1: of a loss of 350,000 a pool of 1,000,000 pays 300,000 and winners 50,000."""
    paid = DrawdownFund().absorb(residual([350_000], [350_000], [0], [1e6], [1e6])).pay
    assert paid == pytest.approx([300_000])
    event = loss_event(candidates([-1e6], equity=[1e6]), 1e6, bankruptcy_price=1.35, fund=1e6, fund_peak=1e6)
    answer = BybitAdl().allocate(event)
    assert answer.close * (answer.winner_price - 1) == pytest.approx([50_000])


def test_members_contributions_pay_before_they_are_called(residual: Callable[..., ResidualView]) -> None:
    """Bionic Turtle 24.30.2: of a loss of 275 the defaulter's 80 + 30 and the venue's 25 leave 140, no calls."""
    lost = 275.0 - 80 - 30
    own = SkinInTheGame(share=1.0).absorb(residual([lost], [lost], [0], [0], [0], capital=25.0)).pay.sum()
    members = DefaultFund().absorb(residual([lost - own], [lost - own], [0], [0], [0], default_fund=200.0)).pay.sum()
    assert (own, members, lost - own - members) == pytest.approx((25, 140, 0))


@pytest.mark.parametrize(("other", "first"), [(0.1330, 0), (0.1354, 1)])
def test_binance_rank(candidates: Holders, loss_event: Event, other: float, first: int) -> None:
    """Forum example: profit of 40.2 / 4.27 = 9.41 on collateral and a margin ratio of 13.42 %; the higher rank goes."""
    collateral, profit = 4.27, 40.2
    equity = collateral + profit
    risk = equity * np.array([0.1342, other])
    holders = candidates([-10, -10], equity=[equity] * 2, profit=[profit] * 2, maintenance=risk)
    assert np.argmax(BinanceAdl().allocate(loss_event(holders, 10)).close) == first
