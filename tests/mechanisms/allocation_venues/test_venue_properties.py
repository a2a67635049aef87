"""What holds of every venue's rule, tried on random holders of both sides, prices and funds."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from lastresort.mechanisms.allocation.newest_first import NewestFirst
from lastresort.mechanisms.allocation.okx_adl import OkxAdl
from lastresort.mechanisms.allocation.qfex_adl import QfexAdl
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.allocation.round_robin import RoundRobin
from lastresort.mechanisms.allocation.whitebit_book_adl import WhitebitBookAdl
from lastresort.mechanisms.allocation.xcoin_net_delta import XcoinNetDelta
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.pricing import PriceRule, capacity
from lastresort.mechanisms.contract import Candidates, LossEvent

Event = Callable[..., LossEvent]
Holders = Callable[..., Candidates]

ANYBODY: list[type[Deleveraging]] = [
    AevoAdl,
    BinanceAdl,
    BluefinAdl,
    BullishAdl,
    BybitAdl,
    DangoBestEntry,
    EtherealAdl,
    FeeAdl,
    KrakenUnwind,
    NewestFirst,
    OkxAdl,
    QfexAdl,
    QueueAdl,
    RoundRobin,
]
CHOOSY: list[type[Deleveraging]] = [DydxRotation, GmxKeeper, HyperliquidAdl, WhitebitBookAdl, XcoinNetDelta]

Row = tuple[float, float, float, float, bool]
holders_of_both_sides = st.lists(
    st.tuples(
        st.floats(-1e6, 1e6).filter(lambda q: abs(q) > 1e-3),
        st.floats(0.2, 5.0),
        st.floats(0.05, 100.0),
        st.floats(-1, 1),
        st.booleans(),
    ),
    max_size=8,
)
near_mark = st.floats(0.6, 1.6)


def event_of(make: Holders, event: Event, rows: list[Row], contracts: float, **fields: float) -> LossEvent:
    quantity, entry, leverage, delta, isolated = (np.array([row[k] for row in rows]) for k in range(5))
    size = np.abs(quantity)
    holders = make(quantity, entry_price=entry, leverage=leverage, net_delta=delta * size, isolated=isolated)
    return event(holders, contracts, market=5, **fields)


@pytest.mark.parametrize("rule", ANYBODY + CHOOSY)
@settings(max_examples=40, deadline=None)
@given(
    rows=holders_of_both_sides,
    contracts=st.floats(-3e6, 3e6, allow_subnormal=False),
    price=st.none() | st.sampled_from(list(PriceRule)),
    prices=st.tuples(near_mark, near_mark, near_mark, near_mark),
    fund=st.floats(0, 1e5),
)
def test_nobody_is_over_drawn(
    candidates: Holders,
    loss_event: Event,
    rule: type[Deleveraging],
    rows: list[Row],
    contracts: float,
    price: PriceRule | None,
    prices: tuple[float, ...],
    fund: float,
) -> None:
    """At the venue's own price and at every other: no account, no fund, no position, no inventory is exceeded."""
    names = ("bankruptcy_price", "previous_mark", "index", "last_settlement")
    fields = dict(zip(names, prices, strict=True)) | {"fund": fund, "fund_peak": fund, "uncovered": fund / 2}
    event = event_of(candidates, loss_event, rows, contracts, **fields)
    answer = (rule() if price is None else rule.model_validate({"price": price})).allocate(event)
    held, winner = event.candidates.quantity, float(np.mean(answer.winner_price))
    assert np.isfinite([winner, answer.loser_price]).all()
    assert (answer.close >= 0).all()
    assert (answer.close <= np.where(held * contracts < 0, np.abs(held), 0.0)).all()
    assert answer.close.sum() <= abs(contracts) * (1 + 1e-9)
    loss = answer.close * np.sign(held) * (event.mark - winner)
    assert (loss <= event.candidates.spendable * (1 + 1e-9)).all()
    assert np.sign(contracts) * (answer.loser_price - winner) * answer.close.sum() <= fund * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("rule", ANYBODY)
@settings(max_examples=40, deadline=None)
@given(rows=holders_of_both_sides, contracts=st.floats(-3e6, 3e6, allow_subnormal=False), bankruptcy_price=near_mark)
def test_everything_that_fits_is_placed(
    candidates: Holders,
    loss_event: Event,
    rule: type[Deleveraging],
    rows: list[Row],
    contracts: float,
    bankruptcy_price: float,
) -> None:
    """Rules that rank everybody place the inventory as long as anybody can still close at their price."""
    event = event_of(candidates, loss_event, rows, contracts, bankruptcy_price=bankruptcy_price)
    answer = rule().allocate(event)
    room = capacity(event, float(np.mean(answer.winner_price))).sum()
    assert answer.close.sum() == pytest.approx(min(abs(contracts), room), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("rule", ANYBODY + CHOOSY)
def test_nobody_to_ask(candidates: Holders, loss_event: Event, rule: type[Deleveraging]) -> None:
    assert len(rule().allocate(loss_event(candidates([]), 10)).close) == 0
