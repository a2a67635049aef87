"""The dynamic circuit breaker by hand: it trips, calls an auction, reopens, and starts its window afresh."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.brakes.circuit_breaker import CircuitBreaker
from lastresort.mechanisms.brakes.dynamic_halt import DynamicHalt
from lastresort.mechanisms.contract import Phase, PhaseView

Trading = Callable[..., PhaseView]


def test_a_market_that_leaves_its_band_is_auctioned_alone(trading: Trading) -> None:
    breaker = CircuitBreaker()
    assert breaker.set_phase(trading(0, [1.0, 1.0])) is None
    assert breaker.set_phase(trading(10, [0.95, 1.0])) is None
    assert breaker.set_phase(trading(20, [0.901, 1.0])) is None
    phases = breaker.set_phase(trading(30, [0.899, 1.0], [Phase.OPEN, Phase.REDUCE_ONLY]))
    assert phases is not None
    assert list(phases.phase) == [Phase.AUCTION, Phase.REDUCE_ONLY]
    assert list(phases.until) == [150, np.inf]


def test_a_rise_trips_it_too(trading: Trading) -> None:
    breaker = CircuitBreaker()
    breaker.set_phase(trading(0, [1.0]))
    assert breaker.set_phase(trading(10, [1.099])) is None
    assert breaker.set_phase(trading(20, [1.101])) is not None


def test_the_band_counts_from_the_rolling_high(trading: Trading) -> None:
    """Up to 1.08, then 0.98: less than 10 % below the start, 9.3 % below the high; 0.97 is 10.2 % below it."""
    breaker = CircuitBreaker()
    for time, mid in [(0, 1.0), (10, 1.08), (20, 0.98)]:
        assert breaker.set_phase(trading(time, [mid])) is None
    assert breaker.set_phase(trading(30, [0.97])) is not None


@pytest.mark.parametrize(("window", "halts"), [(100.0, False), (3600.0, True)])
def test_old_highs_leave_the_window(trading: Trading, window: float, halts: bool) -> None:
    breaker = CircuitBreaker(window=window)
    breaker.set_phase(trading(0, [1.0]))
    breaker.set_phase(trading(50, [0.96]))
    assert (breaker.set_phase(trading(101, [0.89])) is not None) is halts


def test_a_jump_between_two_samples_trips_it(trading: Trading) -> None:
    breaker = CircuitBreaker(sample=10)
    breaker.set_phase(trading(0, [1.0]))
    assert breaker.set_phase(trading(3, [0.89])) is not None


def test_the_window_restarts_at_the_reopening(trading: Trading) -> None:
    breaker = CircuitBreaker()
    breaker.set_phase(trading(0, [1.0]))
    assert breaker.set_phase(trading(10, [0.89])) is not None
    for time in (20, 60, 120):
        assert breaker.set_phase(trading(time, [0.5], [Phase.AUCTION])) is None
    assert breaker.set_phase(trading(130, [0.85])) is None, "15 % below the old high, which no longer counts"
    assert breaker.set_phase(trading(140, [0.766])) is None, "0.85 x 0.9 = 0.765"
    phases = breaker.set_phase(trading(150, [0.764]))
    assert phases is not None
    assert list(phases.until) == [270]


def test_a_halt_shorter_than_a_sample_restarts_the_window_too(trading: Trading) -> None:
    breaker = CircuitBreaker(halt=5, sample=10)
    breaker.set_phase(trading(0, [1.0]))
    assert breaker.set_phase(trading(10, [0.89])) is not None
    assert breaker.set_phase(trading(15, [0.89])) is None


def test_equity_index_futures_overnight(trading: Trading) -> None:
    """CME, Understanding Price Limits and Circuit Breakers: 3.5 % within an hour pauses trading for two minutes."""
    breaker = CircuitBreaker(limit=0.035)
    breaker.set_phase(trading(0, [1.0, 1.0]))
    phases = breaker.set_phase(trading(60, [0.9651, 0.9649]))
    assert phases is not None
    assert list(phases.phase) == [Phase.OPEN, Phase.AUCTION]
    assert phases.until[1] == 60 + 120


def test_the_dynamic_halt_trips_alike_and_gathers_no_quotes(trading: Trading) -> None:
    halt, breaker = DynamicHalt(), CircuitBreaker()
    for time, mid in [(0, 1.0), (10, 1.08), (20, 0.98), (30, 0.97)]:
        halted, auctioned = halt.set_phase(trading(time, [mid])), breaker.set_phase(trading(time, [mid]))
        assert (halted is None) == (auctioned is None) == (time < 30)
    assert halted is not None
    assert auctioned is not None
    assert list(halted.phase) == [Phase.HALT]
    assert list(halted.until) == list(auctioned.until) == [150]
