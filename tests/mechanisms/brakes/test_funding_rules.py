"""Funding caps and intervals by hand; prices stay those of the venue."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.brakes.funding_cap import FundingCap
from lastresort.mechanisms.brakes.funding_escalation import FundingEscalation
from lastresort.mechanisms.contract import PriceView

Feeds = Callable[..., PriceView]
HOUR = 3600.0


def test_binance_caps_at_three_quarters_of_maintenance(feeds: Feeds) -> None:
    said = FundingCap(tiers=(1, 2)).set_prices(feeds(0, [1.0] * 3, mark=[0.9] * 3))
    assert said.funding_cap == pytest.approx([0.003, 0.004875, 0.0075])
    assert said.funding_interval is None
    for price in (said.trigger, said.valuation, said.settlement):
        assert list(price) == [0.9] * 3


def test_drift_caps_a_day_of_premium_per_hour(feeds: Feeds) -> None:
    """Drift: premium of at most 3, 5 or 10 % by tier, of which a 24th is paid every hour."""
    rule = FundingCap(rate=(0.03, 0.05, 0.10), multiplier=1 / 24, interval=HOUR, tiers=(1, 2))
    said = rule.set_prices(feeds(0, [1.0] * 3))
    assert np.asarray(said.funding_cap) * 24 == pytest.approx([0.03, 0.05, 0.10])
    assert said.funding_interval == HOUR


def hours_after_payments(rates: list[float], feeds: Feeds, **parameters: object) -> list[float]:
    """Interval in hours after each of a row of payments at these rates, one market, ticks of 30 s."""
    rule, time, intervals = FundingEscalation.model_validate(parameters), 0.0, []
    interval = np.asarray(rule.set_prices(feeds(0, [1.0])).funding_interval)[0]
    for rate in rates:
        due = time + interval
        while time < due:
            rule.set_prices(feeds(time, [1.0], funding_rate=[rate], funding_due=[due - time]))
            time += 30
        said = rule.set_prices(feeds(time, [1.0], funding_rate=[0.0], funding_due=[interval]))
        interval = np.asarray(said.funding_interval)[0]
        intervals.append(interval / HOUR)
        time += 30
    return intervals


def test_the_example_of_the_announcement(feeds: Feeds) -> None:
    """OKX 2026-04-14: cap 0.375 %, 4 hours; at the cap 2 hours, again 1 hour; then directly back to 4 hours."""
    hours = hours_after_payments([0.00375, -0.00375, 0.00375, 0.0], feeds, intervals=(4 * HOUR, 2 * HOUR, HOUR))
    assert hours == [2, 1, 1, 4]


def test_levels_from_eight_hours(feeds: Feeds) -> None:
    assert hours_after_payments([0.01] * 4, feeds) == [4, 2, 1, 1]


def test_between_calm_and_cap_nothing_changes(feeds: Feeds) -> None:
    """Half the cap is 0.1875 %: 0.2 % keeps the interval, 0.18 % returns it."""
    assert hours_after_payments([0.00375, 0.002, -0.0018], feeds) == [4, 4, 8]


def test_markets_escalate_alone_and_only_at_a_payment(feeds: Feeds) -> None:
    rule = FundingEscalation()
    rates = [0.00375, 0.0]
    for time, due in [(0, 60.0), (30, 30.0)]:
        said = rule.set_prices(feeds(time, [1.0, 1.0], mark=[0.9, 1.1], funding_rate=rates, funding_due=[due, due]))
        assert list(np.asarray(said.funding_interval)) == [8 * HOUR, 8 * HOUR]
    said = rule.set_prices(feeds(60, [1.0, 1.0], mark=[0.9, 1.1], funding_due=[8 * HOUR] * 2))
    assert list(np.asarray(said.funding_interval)) == [4 * HOUR, 8 * HOUR]
    assert list(said.trigger) == [0.9, 1.1]
