"""When a crash came and in what shape, on series of a few samples whose numbers are worked out by hand."""

import math

import pandas as pd
import pytest

from lastresort.experiments import crash_timing
from lastresort.simulation.recording.record import RunRecord

MINUTES = (0, 1, 9, 20, 28, 30, 31, 40, 59)
PRICES = (0.98, 0.97, 0.9604, 0.9604, 0.91, 0.882, 0.9016, 0.931, 0.9555)
"""BTC at the headline and so many minutes later: 0.98, then 10 % below it at its trough after 30 minutes."""


def course(minutes: tuple[float, ...] = MINUTES, prices: tuple[float, ...] = PRICES) -> RunRecord:
    """A run with these prices of BTC after the headline, and 1 at the start."""
    time = [60.0, *(crash_timing.HEADLINE + 60.0 * minute for minute in minutes)]
    return run(pd.DataFrame({"time": time, "price_btc": [1.0, *prices]}))


def wave(time: list[float], long: list[float], short: list[float]) -> RunRecord:
    """A run with these running totals of liquidations, in billions."""
    columns = {"time": time, "liquidated_long": long, "liquidated_short": short}
    frame = pd.DataFrame(columns)
    return run(
        frame.assign(liquidated_long=1e9 * frame["liquidated_long"], liquidated_short=1e9 * frame["liquidated_short"])
    )


def closes(*events: tuple[float, str]) -> RunRecord:
    """A run with events at these times and of these kinds."""
    return run(pd.DataFrame(), pd.DataFrame(events, columns=["time", "kind"]))


def run(series: pd.DataFrame, events: pd.DataFrame | None = None) -> RunRecord:
    """A run of which nothing else is known."""
    nothing = pd.DataFrame()
    return RunRecord(
        scenario="toy",
        policy="fund+queue-adl",
        seed=1,
        accounts=nothing,
        legs=nothing,
        strategies=nothing,
        books=nothing,
        series=series,
        events=nothing if events is None else events,
        totals={},
    )


def test_bitcoin_after_the_headline() -> None:
    assert crash_timing.btc_change(course(), 9) == pytest.approx(-2.0)
    assert crash_timing.btc_change(course(), 20) == pytest.approx(-2.0)
    assert crash_timing.btc_change(course(), 0.5) == pytest.approx(100 * (0.975 / 0.98 - 1))


def test_the_trough_is_the_lowest_sample_after_the_headline() -> None:
    assert crash_timing.minutes_to_trough(course()) == 30
    lower_before = course()
    lower_before.series.loc[0, "price_btc"] = 0.5
    assert crash_timing.minutes_to_trough(lower_before) == 30


@pytest.mark.parametrize(("minutes", "share"), [(1, 0.2), (10, 0.5), (29, 0.75), (5.5, 0.35)])
def test_recovery_is_a_share_of_the_fall(minutes: float, share: float) -> None:
    """The fall is 0.098 to 0.882; one minute later 0.0196 of it are back, and halfway between 31 and 40 min 0.0343."""
    assert crash_timing.recovery(course(), minutes) == pytest.approx(share)


def test_recovery_without_a_fall_or_after_the_end_is_undefined() -> None:
    assert math.isnan(crash_timing.recovery(course(), 30))
    assert math.isnan(crash_timing.recovery(course((0, 1, 2), (1.0, 1.1, 1.2)), 1))


def test_a_run_that_ends_before_the_headline_has_no_trough() -> None:
    early = run(pd.DataFrame({"time": [60.0, 120.0], "price_btc": [1.0, 0.9]}))
    assert math.isnan(crash_timing.minutes_to_trough(early))
    assert math.isnan(crash_timing.recovery(early, 1))


def test_shares_of_the_liquidations_in_the_counted_hours() -> None:
    """One billion before 13:00 and two after 03:00 do not count: 1 of 10 comes before, 7 within and 2 after the forty
    minutes.
    """
    time = [3_600.0, 31_800.0, 34_200.0, 54_000.0, 80_000.0]
    found = wave(time, [0.5, 1.5, 7.5, 8.5, 10.5], [0.5, 0.5, 1.5, 2.5, 2.5])
    assert crash_timing.share_before_headline(found) == pytest.approx(10)
    assert crash_timing.share_in_forty_minutes(found) == pytest.approx(70)
    assert crash_timing.share_afterwards(found) == pytest.approx(20)


def test_shares_between_samples_are_interpolated() -> None:
    """Liquidated evenly from 20:40 to 21:40: ten of sixty minutes lie before, forty within and ten after."""
    found = wave([0.0, 31_200.0, 34_800.0, 60_000.0], [0.0, 0.0, 6.0, 6.0], [0.0] * 4)
    assert crash_timing.share_before_headline(found) == pytest.approx(100 / 6)
    assert crash_timing.share_in_forty_minutes(found) == pytest.approx(400 / 6)
    assert crash_timing.share_afterwards(found) == pytest.approx(100 / 6)


def test_shares_of_nothing_are_undefined() -> None:
    assert math.isnan(crash_timing.share_in_forty_minutes(wave([0.0, 60_000.0], [0.0, 0.0], [0.0, 0.0])))


def test_the_peak_minute() -> None:
    assert crash_timing.peak_minute(wave([60, 120, 180, 240], [1, 2, 5, 6], [0, 0.5, 1, 1])) == pytest.approx(3.5)
    assert crash_timing.peak_minute(wave([60, 120], [2, 3], [1, 1])) == pytest.approx(3)


def test_deleveraging_before_and_after_the_headline() -> None:
    early, late = closes((31_799.0, "deleveraging")), closes((31_800.0, "deleveraging"), (100.0, "absorption"))
    assert (crash_timing.adl_before_headline(early), crash_timing.adl_after_headline(early)) == (100, 0)
    assert (crash_timing.adl_before_headline(late), crash_timing.adl_after_headline(late)) == (0, 100)


def test_the_basis_is_that_of_the_forty_minutes() -> None:
    """Outside them the perpetual stands far above spot; within them 1 and 3 % under it."""
    series = pd.DataFrame({"time": [31_740.0, 31_800.0, 34_200.0, 34_260.0], "premium_small": [0.5, -0.01, -0.03, 0.5]})
    assert crash_timing.crash_basis(run(series), "small") == pytest.approx(-2)


def test_the_basis_of_a_run_that_ends_before_is_undefined() -> None:
    early = run(pd.DataFrame({"time": [60.0, 120.0], "premium_small": [0.01, 0.01]}))
    assert math.isnan(crash_timing.crash_basis(early, "small"))
