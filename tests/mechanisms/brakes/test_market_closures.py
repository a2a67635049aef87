"""Reduce-only periods and settlement for good: what trips them, and when they end."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.brakes.reduce_only import ReduceOnly
from lastresort.mechanisms.brakes.settle_insolvent_market import SettleInsolventMarket
from lastresort.mechanisms.contract import Ints, Phase, PhaseView

Played = Callable[..., Ints]
Trading = Callable[..., PhaseView]


@pytest.mark.parametrize(("mid", "restricted"), [(0.9181, False), (0.9179, True)])
def test_a_fall_from_the_rolling_high_restricts(trading: Trading, mid: float, restricted: bool) -> None:
    """15 % below the high of 1.08 is 0.918."""
    rule = ReduceOnly(decline=0.15)
    for time, price in [(0, 1.0), (10, 1.08)]:
        assert rule.set_phase(trading(time, [price])) is None
    said = rule.set_phase(trading(20, [mid]))
    assert (said is not None) is restricted
    if said is not None:
        assert list(said.phase) == [Phase.REDUCE_ONLY]
        assert list(said.until) == [20 + 1800]


def test_it_ends_when_the_high_has_left_the_window(played: Played) -> None:
    """Down 20 % at 100 s: periods of half an hour follow each other until the high of 90 s is an hour old."""
    times = np.arange(0, 7300, 10)
    phases = played(ReduceOnly(), times, np.where(times < 100, 1.0, 0.8))
    assert list(times[phases == Phase.REDUCE_ONLY]) == list(range(100, 100 + 2 * 1800, 10))


@pytest.mark.parametrize(("deficit", "restricted"), [(0.0, False), (50.0, False), (51.0, True)])
def test_a_deficit_beyond_half_the_fund_restricts(trading: Trading, deficit: float, restricted: bool) -> None:
    said = ReduceOnly(share=0.5).set_phase(trading(0, [1.0], deficit=[deficit], fund=[100.0]))
    assert (said is not None) is restricted


def test_halted_markets_are_left_alone(trading: Trading) -> None:
    state = trading(0, [1.0, 1.0], [Phase.HALT, Phase.OPEN], deficit=[9.0, 9.0], fund=[0.0, -1.0])
    said = ReduceOnly().set_phase(state)
    assert said is not None
    assert list(said.phase) == [Phase.HALT, Phase.REDUCE_ONLY]
    assert list(said.until) == [np.inf, 1800]


@pytest.mark.parametrize(
    ("deficit", "fund", "settled"),
    [
        (99_999, 100_000, False),
        (100_001, 100_000, True),  # Injective: the fund cannot pay
        (9_999, 0, False),  # too small to close a market for
        (10_001, 0, True),
        (10_001, -5_000, True),
    ],
)
def test_a_market_is_settled_when_its_fund_cannot_pay(
    trading: Trading, deficit: float, fund: float, settled: bool
) -> None:
    said = SettleInsolventMarket().set_phase(trading(0, [1.0, 1.0], deficit=[deficit, 0.0], fund=[fund, fund]))
    assert (said is not None) is settled
    if said is not None:
        assert list(said.phase) == [Phase.SETTLE, Phase.OPEN]
        assert said.until[0] == np.inf


def test_settling_overrides_a_halt_and_is_said_once(trading: Trading) -> None:
    rule, insolvent = SettleInsolventMarket(), {"deficit": [2e6], "fund": [1e6]}
    said = rule.set_phase(trading(0, [1.0], [Phase.HALT], **insolvent))
    assert said is not None
    assert list(said.phase) == [Phase.SETTLE]
    assert rule.set_phase(trading(1, [1.0], [Phase.SETTLE], **insolvent)) is None


def test_the_share_of_the_fund_is_a_parameter(trading: Trading) -> None:
    state = trading(0, [1.0], deficit=[600_000.0], fund=[1e6])
    assert SettleInsolventMarket().set_phase(state) is None
    assert SettleInsolventMarket(share=0.5).set_phase(state) is not None
