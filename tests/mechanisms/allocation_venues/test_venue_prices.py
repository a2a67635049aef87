"""Each venue's own price: its default rule, Ethereal's cap, the fee on top of the mark, WhiteBIT's resting order."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.allocation.aevo_adl import AevoAdl
from lastresort.mechanisms.allocation.binance_adl import BinanceAdl
from lastresort.mechanisms.allocation.bluefin_adl import BluefinAdl
from lastresort.mechanisms.allocation.bullish_adl import BullishAdl
from lastresort.mechanisms.allocation.bybit_adl import BybitAdl
from lastresort.mechanisms.allocation.dango_best_entry import DangoBestEntry
from lastresort.mechanisms.allocation.dydx_rotation import DydxRotation
from lastresort.mechanisms.allocation.ethereal_adl import EtherealAdl
from lastresort.mechanisms.allocation.fee_adl import FeeAdl
from lastresort.mechanisms.allocation.gmx_keeper import GmxKeeper
from lastresort.mechanisms.allocation.hyperliquid_adl import HyperliquidAdl
from lastresort.mechanisms.allocation.kraken_unwind import KrakenUnwind
from lastresort.mechanisms.allocation.okx_adl import OkxAdl
from lastresort.mechanisms.allocation.qfex_adl import QfexAdl
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.allocation.whitebit_book_adl import WhitebitBookAdl
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Candidates, LossEvent

Event = Callable[..., LossEvent]
Holders = Callable[..., Candidates]


@pytest.fixture
def engine(candidates: Holders, loss_event: Event) -> Callable[..., LossEvent]:
    """Make an engine with 100 contracts of one side, facing three profitable accounts at mark 1."""

    def make(side: float, **fields: float) -> LossEvent:
        holders = candidates([-100.0 * side] * 3, entry_price=1 + 0.5 * side, equity=[500, 500, 500])
        return loss_event(holders, 100.0 * side, **fields)

    return make


# At mark 1, mark before 1.02, index 0.97, bankruptcy price 1.2, fund 25 of a peak of 30: the fund may spend 4 of 20.
@pytest.mark.parametrize(
    ("rule", "winner", "loser"),
    [
        (QueueAdl(), 1.2, 1.2),
        (BinanceAdl(), 1.2, 1.2),
        (DydxRotation(), 1.2, 1.2),
        (DangoBestEntry(), 1.2, 1.2),
        (KrakenUnwind(), 1.2, 1.2),
        (BluefinAdl(), 1.2, 1.2),
        (QfexAdl(), 1.2, 1.2),
        (WhitebitBookAdl(), 1.2, 1.2),
        (OkxAdl(), 1.0, 1.0),
        (AevoAdl(), 1.0, 1.0),
        (BullishAdl(), 1.0, 1.0),
        (HyperliquidAdl(), 1.02, 1.02),
        (GmxKeeper(), 0.97, 0.97),
        (EtherealAdl(), 1.2, 1.2),
        (BybitAdl(), 1.16, 1.2),
        (BybitAdl(price=PriceRule.BANKRUPTCY), 1.2, 1.2),
        (FeeAdl(), 1.001, 1.0),
        (FeeAdl(fee=0.002), 1.002, 1.0),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_price_of_a_forced_close(
    engine: Callable[..., LossEvent], rule: Deleveraging, winner: float, loser: float
) -> None:
    event = engine(1, market=5, bankruptcy_price=1.2, previous_mark=1.02, index=0.97, fund=25.0, fund_peak=30.0)
    answer = rule.allocate(event)
    assert answer.close.sum() == pytest.approx(100)
    assert (answer.winner_price, answer.loser_price) == pytest.approx((winner, loser))
    assert not np.any(answer.charge)


@pytest.mark.parametrize(
    ("side", "index", "bankruptcy", "price"),
    [
        (1, 1.1, 1.0, 1.1),  # a long engine may sell at the oracle: it is above the bankruptcy price
        (1, 0.9, 1.0, 1.0),
        (-1, 0.9, 1.0, 0.9),
        (-1, 1.1, 1.0, 1.0),
    ],
)
def test_ethereal_caps_the_oracle_at_the_bankruptcy_price(
    engine: Callable[..., LossEvent], side: float, index: float, bankruptcy: float, price: float
) -> None:
    answer = EtherealAdl().allocate(engine(side, index=index, bankruptcy_price=bankruptcy))
    assert (answer.winner_price, answer.loser_price) == (price, price)


def test_the_fee_is_worse_for_either_side(engine: Callable[..., LossEvent]) -> None:
    """Longs are sold out below the mark; the fund keeps 0.1 % of 100 USD."""
    answer = FeeAdl().allocate(engine(-1))
    assert answer.winner_price == pytest.approx(0.999)
    assert -answer.close.sum() * (answer.loser_price - float(np.mean(answer.winner_price))) == pytest.approx(-0.1)


@pytest.mark.parametrize(
    ("side", "bankruptcy", "closed"),
    [(1, 1.1, 100), (1, 1.0, 100), (1, 0.9, 0), (-1, 0.9, 100), (-1, 1.0, 100), (-1, 1.1, 0)],
)
def test_whitebit_waits_until_the_market_is_there(
    engine: Callable[..., LossEvent], side: float, bankruptcy: float, closed: float
) -> None:
    """A short's buy order at 0.9 does not fill while the mark is 1."""
    answer = WhitebitBookAdl().allocate(engine(side, bankruptcy_price=bankruptcy))
    assert answer.close.sum() == pytest.approx(closed)
    assert answer.winner_price == bankruptcy


def test_whitebit_closes_profitable_positions_only(candidates: Holders, loss_event: Event) -> None:
    holders = candidates([-100, -100], entry_price=[0.9, 1.3], equity=[500, 500])
    answer = WhitebitBookAdl().allocate(loss_event(holders, 150, bankruptcy_price=1.1))
    assert answer.close == pytest.approx([0, 100])
