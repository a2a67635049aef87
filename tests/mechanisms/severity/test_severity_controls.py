"""How much of a loss is shared: a fixed share, a falling one, and one that learns."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.contract import PriceView, ResidualView
from lastresort.mechanisms.severity.backoff_severity import BackoffSeverity
from lastresort.mechanisms.severity.online_severity import OnlineSeverity
from lastresort.mechanisms.severity.static_severity import StaticSeverity

Residual = Callable[..., ResidualView]
Feeds = Callable[..., PriceView]


def test_static_severity_multiplies_what_is_in_force(residual: Residual) -> None:
    view = residual([10, 10], [20, 20], [0, 0], [0], [0], contracts=[1, 0.5], dollars=[8, 0])
    sharing = StaticSeverity(theta=0.25).share_loss(view)
    assert sharing.contracts == pytest.approx([0.25, 0.125])
    assert sharing.dollars == pytest.approx([2, 0])


def test_severity_set_before_a_backstop_helped_is_cut_to_what_is_left(residual: Residual) -> None:
    """Half of the inventory and most of the deficit are gone since the severity was set."""
    view = residual([3], [3], [0], [0], [0], contracts=[2.0], dollars=[8])
    sharing = StaticSeverity(theta=1.0).share_loss(view)
    assert list(sharing.contracts) == [1]
    assert list(sharing.dollars) == [3]


@settings(max_examples=30, deadline=None)
@given(theta=st.floats(0, 1), rounds=st.integers(1, 8))
def test_static_rounds_share_a_geometric_sum(residual: Residual, theta: float, rounds: int) -> None:
    """Of a standing loss, k rounds share 1 - (1 - theta)^k."""
    left = 1.0
    for _ in range(rounds):
        left -= left * float(StaticSeverity(theta=theta).share_loss(residual([1], [1], [0], [0], [0])).contracts[0])
    assert 1 - left == pytest.approx(1 - (1 - theta) ** rounds)


def test_back_off_halves_from_round_to_round_of_an_episode(residual: Residual) -> None:
    """Rounds at 0, 5 and 10 s; at 300 s nothing is shared, which is no round; at 611 s the next episode starts."""
    severity = BackoffSeverity(theta=0.8, alpha=0.5, quiet=600)
    for time, uncovered, expected in [
        (0, 9, 0.8),
        (5, 9, 0.4),
        (10, 9, 0.2),
        (300, 0, 0),
        (611, 9, 0.8),
        (612, 9, 0.4),
    ]:
        view = residual([9], [9], [0], [0], [0], uncovered=[uncovered], time=float(time))
        assert severity.share_loss(view).contracts == pytest.approx([expected]), time


def test_back_off_counts_each_market_for_itself(residual: Residual) -> None:
    severity = BackoffSeverity(theta=1.0, alpha=0.5)
    first = severity.share_loss(residual([9, 9], [9, 9], [0, 0], [0], [0], uncovered=[9, 0], dollars=[4, 0]))
    assert first.dollars == pytest.approx([4, 0])
    second = severity.share_loss(residual([9, 9], [9, 9], [0, 0], [0], [0], dollars=[4, 4]))
    assert second.contracts == pytest.approx([0.5, 1.0])
    assert second.dollars == pytest.approx([2, 4])


def theta_of(severity: OnlineSeverity, view: ResidualView) -> float:
    return float(severity.share_loss(view).contracts[0])


def test_online_severity_rises_after_undershoot_and_falls_after_overshoot(residual: Residual, feeds: Feeds) -> None:
    """Longs, bankruptcy price 1.00, mark 1.00: a fall to 0.96 costs 4 %, a rise to 1.10 gives 10 % away; rate 5."""
    severity = OnlineSeverity(theta=0.5, rate=5, least=0.1, horizon=60)
    view = [residual([0], [9], [0], [0], [0], time=time) for time in (0.0, 100.0, 200.0)]
    assert theta_of(severity, view[0]) == 0.5
    assert severity.set_prices(feeds(59, [0.5])) is None  # not old enough to count
    severity.set_prices(feeds(60, [0.96]))
    assert theta_of(severity, view[1]) == pytest.approx(0.7)
    severity.set_prices(feeds(160, [1.10]))
    assert theta_of(severity, view[2]) == pytest.approx(0.2)


def test_online_severity_reads_shorts_the_other_way(residual: Residual, feeds: Feeds) -> None:
    """Shorts whose bankruptcy price is 1.05 at mark 1.25: at 1.30 the loss is 0.25 / 1.25 = 20 %, so theta + 0.2."""
    severity = OnlineSeverity(theta=0.5, rate=1)
    severity.share_loss(residual([0], [9], [0], [0], [0], inventory=[-100], bankruptcy_price=[1.05], mark=[1.25]))
    severity.set_prices(feeds(60, [1.30]))
    assert theta_of(severity, residual([0], [9], [0], [0], [0], time=60.0)) == pytest.approx(0.7)


def test_online_severity_learns_per_market_and_only_from_rounds(residual: Residual, feeds: Feeds) -> None:
    """Market 1 shares nothing, market 2 holds nothing: only market 0 learns."""
    severity = OnlineSeverity(theta=0.5, rate=1)
    three = residual(
        [0] * 3,
        [9] * 3,
        [0] * 3,
        [0],
        [0],
        uncovered=[9, 0, 9],
        inventory=[100, 100, 0],
        bankruptcy_price=[1, 1, np.nan],
    )
    severity.share_loss(three)
    severity.set_prices(feeds(60, [0.8, 0.8, 0.8]))
    answer = severity.share_loss(residual([0] * 3, [9] * 3, [0] * 3, [0], [0], time=60.0))
    assert answer.contracts == pytest.approx([0.7, 0.5, 0.5])


@settings(max_examples=60, deadline=None)
@given(
    marks=st.lists(st.floats(0.5, 1.5), min_size=1, max_size=20),
    start=st.floats(0.1, 1.0),
    rate=st.floats(0.01, 20),
    fixed=st.floats(0.1, 1.0),
)
def test_online_severity_keeps_its_regret_bound(
    residual: Residual, feeds: Feeds, marks: list[float], start: float, rate: float, fixed: float
) -> None:
    """Zinkevich 2003, theorem 1 with a constant step: regret <= D^2 / (2 rate) + rate / 2 sum of squared gradients."""
    severity = OnlineSeverity(theta=start, rate=rate, least=0.1, horizon=1)
    played = []
    for k, mark in enumerate(marks):
        played.append(theta_of(severity, residual([0], [9], [0], [0], [0], time=2.0 * k)))
        severity.set_prices(feeds(2.0 * k + 1, [mark]))
    assert all(0.1 <= theta <= 1 for theta in played)
    gain = np.array(marks) - 1.0

    def cost(theta: float | np.ndarray) -> float:
        return float((theta * np.maximum(gain, 0) + (1 - theta) * np.maximum(-gain, 0)).sum())

    regret = cost(np.array(played)) - cost(fixed)
    assert regret <= 0.9**2 / (2 * rate) + rate / 2 * (gain**2).sum() + 1e-9
