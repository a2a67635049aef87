"""Every venue's ranking on three to five accounts, worked out by hand from the formula of its own page."""

from collections.abc import Callable

import pytest

from lastresort.mechanisms.allocation.aevo_adl import AevoAdl
from lastresort.mechanisms.allocation.binance_adl import BinanceAdl
from lastresort.mechanisms.allocation.bluefin_adl import BluefinAdl
from lastresort.mechanisms.allocation.bullish_adl import BullishAdl
from lastresort.mechanisms.allocation.bybit_adl import BybitAdl
from lastresort.mechanisms.allocation.dango_best_entry import DangoBestEntry
from lastresort.mechanisms.allocation.ethereal_adl import EtherealAdl
from lastresort.mechanisms.allocation.fee_adl import FeeAdl
from lastresort.mechanisms.allocation.hyperliquid_adl import HyperliquidAdl
from lastresort.mechanisms.allocation.kraken_unwind import KrakenUnwind
from lastresort.mechanisms.allocation.newest_first import NewestFirst
from lastresort.mechanisms.allocation.okx_adl import OkxAdl
from lastresort.mechanisms.allocation.qfex_adl import QfexAdl
from lastresort.mechanisms.allocation.whitebit_book_adl import WhitebitBookAdl
from lastresort.mechanisms.allocation.xcoin_net_delta import XcoinNetDelta
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.contract import Candidates

Holders = Callable[..., Candidates]
Queue = Callable[..., str]


def test_binance_queue(candidates: Holders, queue_of: Queue) -> None:
    """(uPnL / collateral) x margin ratio, Binance support; collateral is equity less profit."""
    holders = candidates(
        [100] * 4,
        profit=[20, 30, 10, -10],
        unit_profit=[20, 30, 10, -10],
        equity=[30, 90, 15, 40],  # collateral 10, 60, 5, 50
        maintenance=[1, 9, 3, 4],  # margin ratio 1/30, 1/10, 1/5, 1/10
    )
    # A 2 x 1/30 = 0.067, B 0.5 x 0.1 = 0.05, C 2 x 0.2 = 0.4, D -0.2 x 0.1 = -0.02
    assert queue_of(BinanceAdl, holders) == "CABD"


def test_okx_queue(candidates: Holders, queue_of: Queue) -> None:
    """Profit rate / margin ratio in profit, x margin ratio at a loss; margin ratio = equity / maintenance margin."""
    holders = candidates(
        [100] * 5,
        entry_price=[0.8, 0.5, 0.9, 1.25, 1.25],  # profit rates 0.25, 1, 0.111, -0.2, -0.2
        equity=[20, 40, 10, 10, 10],
        maintenance=[1, 10, 8, 8, 2],  # margin ratios 20, 4, 1.25, 1.25, 5
    )
    # A 0.0125, B 0.25, C 0.089, D -0.25, E -1
    assert queue_of(OkxAdl, holders) == "BCADE"


@pytest.mark.parametrize("rule", [BybitAdl, WhitebitBookAdl])
def test_leveraged_return_queue(candidates: Holders, queue_of: Queue, rule: type[Deleveraging]) -> None:
    """Leveraged return, Bybit ADL help page: profit rate x leverage."""
    holders = candidates([-100] * 3, entry_price=[2.0, 1.25, 4.0], leverage=[1, 5, 1])
    # A 0.5 x 1, B 0.2 x 5, C 0.75 x 1
    assert queue_of(rule, holders) == "BCA"


def test_bybit_ranks_losses_by_safety(candidates: Holders, queue_of: Queue) -> None:
    """At a loss profit rate / leverage: the more levered loser comes first."""
    holders = candidates([-100] * 3, entry_price=[0.8, 0.8, 1.25], leverage=[2, 5, 1])
    # A -0.25 / 2 = -0.125, B -0.25 / 5 = -0.05, C 0.2
    assert queue_of(BybitAdl, holders) == "CBA"


@pytest.mark.parametrize(
    ("side", "entries", "equity", "expected"),
    [
        (-1, [1.1, 3.0, 1.5, 0.9], [10, 30, 20, 2], "ABC"),  # entry/mark x notional/equity: 11, 10, 7.5; D is at a loss
        (1, [0.9, 0.5, 0.25, 1.1], [10, 100, 50, 2], "ACB"),  # mark/entry x notional/equity: 11.1, 2, 8; D is at a loss
    ],
)
def test_hyperliquid_queue(
    candidates: Holders, queue_of: Queue, side: int, entries: list[float], equity: list[float], expected: str
) -> None:
    """(mark / entry) x (notional / account value), Hyperliquid docs; for shorts the gain is entry / mark."""
    holders = candidates([100 * side] * 4, entry_price=entries, equity=equity)
    assert queue_of(HyperliquidAdl, holders) == expected


def test_aevo_queue(candidates: Holders, queue_of: Queue) -> None:
    """[uPnL / max(1, balance)] x [MM / (balance + uPnL)], 0 if uPnL <= 0, Aevo docs."""
    holders = candidates(
        [100] * 4,
        profit=[50, 50, 20, 10],
        unit_profit=[50, 50, -5, 10],  # C wins here and loses more elsewhere
        equity=[50.5, 150, 50, 20],  # balance 0.5, 100, 55, 10
        maintenance=[10, 15, 40, 10],
    )
    # A 50/1 x 10/50.5 = 9.9, B 0.5 x 0.1 = 0.05, C 0, D 1 x 0.5
    assert queue_of(AevoAdl, holders, market=5) == "ADBC"


def test_ethereal_queue(candidates: Holders, queue_of: Queue) -> None:
    """Effective leverage, then uPnL, then lowest balance, then newest, Ethereal docs."""
    holders = candidates(
        [500, 300, 300, 250, 1000],
        leverage=[5, 10, 10, 10, 10],
        profit=[90, 20, 20, 20, 30],
        unit_profit=[90, 20, 20, 20, 30],
        equity=[100, 30, 30, 25, 100],  # balance 10, 10, 10, 5, 70
        opened=[0, 5, 7, 0, 0],
    )
    assert queue_of(EtherealAdl, holders) == "EDCBA"


def test_bluefin_queue(candidates: Holders, queue_of: Queue) -> None:
    """max(0, side x (index - entry) / entry) x 1 / max(MMR, MR), Bluefin docs; index 0.9, MMR 0.05."""
    holders = candidates(
        [-100] * 4,
        entry_price=[1.0, 1.2, 1.0, 0.8],  # gains 0.1, 0.25, 0.1, 0
        leverage=[10, 10, 50, 2],
        equity=[10, 10, 2, 50],  # MR 0.1, 0.1, 0.02, 0.5
        maintenance=[5, 5, 5, 5],
    )
    # A 0.1 / 0.1 = 1, B 0.25 / 0.1 = 2.5, C 0.1 / 0.05 = 2, D 0
    assert queue_of(BluefinAdl, holders, index=0.9) == "BCAD"


def test_qfex_queue(candidates: Holders, queue_of: Queue) -> None:
    """Account equity / position maintenance margin, QFEX docs; that the lowest comes first is a guess."""
    holders = candidates(
        [100] * 3,
        entry_price=[0.5, 1.5, 0.9],  # profit plays no part
        equity=[50, 20, 30],
        leverage=[2, 5, 400 / 30],  # C holds 400 USD in all, a quarter of it here
        maintenance=[5, 5, 20],
        isolated=[True, True, False],
    )
    # A 50 / 5 = 10, B 20 / 5 = 4, C 30 / (20 / 4) = 6
    assert queue_of(QfexAdl, holders) == "BCA"


def test_bullish_queue(candidates: Holders, queue_of: Queue) -> None:
    """Initial margin / margin, support 24436607098649; initial is a multiple of maintenance margin."""
    holders = candidates([100] * 3, entry_price=[0.2, 1.1, 0.9], equity=[50, 10, 20], maintenance=[5, 5, 8])
    # A 0.1, B 0.5, C 0.4 times the same multiple
    assert queue_of(BullishAdl, holders) == "BCA"


def test_xcoin_queue(candidates: Holders, queue_of: Queue) -> None:
    """Profit rate x maintenance ratio; of portfolios x |net delta|, never ranked at 0 (Xcoin help centre)."""
    holders = candidates(
        [100] * 5,
        entry_price=[0.8] * 5,  # profit rate 0.25
        isolated=[True, False, False, False, True],
        equity=[50] * 5,
        maintenance=[5, 20, 20, 20, 20],  # ratio 0.1, then 0.4
        leverage=[2, 8, 8, 8, 2],  # portfolios hold 400 USD in all
        net_delta=[100, 200, 0, -40, 0],  # half, none and a tenth of it; E is isolated
    )
    # A 0.025, B 0.25 x 0.4 x 0.5 = 0.05, D 0.25 x 0.4 x 0.1 = 0.01, E 0.1
    assert queue_of(XcoinNetDelta, holders) == "EBAD"


@pytest.mark.parametrize("rule", [NewestFirst, KrakenUnwind])
def test_newest_queue(candidates: Holders, queue_of: Queue, rule: type[Deleveraging]) -> None:
    assert queue_of(rule, candidates([100] * 4, opened=[0, 50, 20, 0])) == "BCAD"


@pytest.mark.parametrize(("side", "entries"), [(-1, [1.1, 1.5, 0.9]), (1, [0.9, 0.5, 1.2])])
def test_dango_queue(candidates: Holders, queue_of: Queue, side: int, entries: list[float]) -> None:
    """Best entry first, Dango docs: the highest of the shorts, the lowest of the longs, whatever the leverage."""
    holders = candidates([100 * side] * 3, entry_price=entries, leverage=[50, 1, 10])
    assert queue_of(DangoBestEntry, holders) == "BAC"


def test_fee_queue(candidates: Holders, queue_of: Queue) -> None:
    """Leverage x profit: 10 x 5 = 50, 2 x 30 = 60, 5 x -1 = -5."""
    holders = candidates([-100] * 3, profit=[5, 30, -1], leverage=[10, 2, 5])
    assert queue_of(FeeAdl, holders) == "BAC"
