"""The breaker trips at what is unusual for the market, and once; the score weights halts by open interest."""

from collections.abc import Sequence

import pandas as pd
import pytest

from lastresort.plugins.testing import MechanismChecks, phase_view
from lastresort.simulation.recording.record import RunRecord
from volatility_breaker.halts import HALTED_TIME
from volatility_breaker.rule import VolatilityBreaker


class TestVolatilityBreaker(MechanismChecks):
    @pytest.fixture
    def mechanism(self) -> VolatilityBreaker:
        return VolatilityBreaker()


def halts(mids: Sequence[float], rule: VolatilityBreaker) -> list[float]:
    """Times at which the rule interrupts one market that shows these mids every ten seconds, whatever it answers."""
    found = []
    for tick, mid in enumerate(mids):
        view = phase_view(10.0 * tick, [mid])
        if rule.set_phase(view) is not None:
            found.append(view.time)
    return found


def test_a_calm_market_is_left_alone() -> None:
    assert halts([1.0] * 50, VolatilityBreaker()) == []


def test_a_jump_trips_once() -> None:
    assert halts([1.0] * 20 + [0.9] * 20, VolatilityBreaker()) == [200.0]


def test_what_is_usual_does_not_trip() -> None:
    restless = [1.0, 1.02] * 200
    assert halts(restless, VolatilityBreaker()) == []
    assert halts([*restless, 0.8], VolatilityBreaker()) == [4000.0]


def test_the_score_is_weighted_by_open_interest() -> None:
    books = pd.DataFrame({"open_interest_start": [3.0, 1.0], "halted": [0.0, 120.0]})
    nothing = pd.DataFrame()
    run = RunRecord("two-waves", "any", 1, nothing, nothing, nothing, books, nothing, nothing, {})
    assert HALTED_TIME.measure is not None
    assert HALTED_TIME.measure(run, run) == pytest.approx(30.0)
