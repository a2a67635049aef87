"""Runs on the price path of another run: the same prices to the last bit, whatever they trade."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.mechanisms.contract import Waterfall
from lastresort.simulation import RunRecord, Scenario, simulate
from lastresort.simulation.market.path import FREE, Course, Imposed, Noted, PricePath
from lastresort.simulation.recording.mid_windows import TAIL
from lastresort.simulation.recording.record import TABLES

Follow = Callable[[str, Course], RunRecord]


@pytest.fixture(scope="module")
def follow(waterfalls: Callable[..., dict[str, Waterfall]], crash: Callable[..., Scenario]) -> Follow:
    """Play the small crash on a course."""

    def run(policy: str, course: Course) -> RunRecord:
        return simulate(crash(), waterfalls(crash(), policy), 1, policy, course=course)

    return run


@pytest.fixture(scope="module")
def noted(follow: Follow) -> tuple[RunRecord, PricePath]:
    """The reference run and its path."""
    course = Noted()
    return follow("deep-pocket", course), course.path


def assert_same(one: RunRecord, other: RunRecord) -> None:
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


def market_of(record: RunRecord) -> pd.DataFrame:
    """What a path imposes: times, prices, depth, and the basis."""
    market = record.series.filter(regex="^(time$|price_|exogenous_|depth_|basis_|premium_)")
    assert len(market.columns) == 21
    return market


def test_noting_changes_nothing(follow: Follow, noted: tuple[RunRecord, PricePath]) -> None:
    assert_same(noted[0], follow("deep-pocket", FREE))


def test_a_run_on_its_own_path_is_the_same_run(follow: Follow, noted: tuple[RunRecord, PricePath]) -> None:
    reference, path = noted
    assert_same(follow("deep-pocket", Imposed(path)), reference)


@pytest.mark.parametrize(
    "policy", ["fund+queue-adl", "fund+socialized-loss", "fund+queue-adl+circuit-breaker", "warehouse", "hyperliquid"]
)
def test_another_policy_sees_the_prices_of_the_reference(
    follow: Follow, noted: tuple[RunRecord, PricePath], policy: str
) -> None:
    reference, path = noted
    free, frozen = follow(policy, FREE), follow(policy, Imposed(path))
    pd.testing.assert_frame_equal(market_of(frozen), market_of(reference), check_exact=True)
    assert len(free.series) != len(reference.series) or not market_of(free).equals(market_of(reference))
    assert frozen.totals["ticks"] == reference.totals["ticks"]
    assert 0 <= frozen.totals["conservation_error"] < 1e-11
    assert not frozen.accounts["equity_end"].equals(reference.accounts["equity_end"]), "accounts fare otherwise"
    assert_same(frozen, follow(policy, Imposed(path)))


def test_a_forced_close_still_costs_its_account_the_same_contracts(
    follow: Follow, noted: tuple[RunRecord, PricePath]
) -> None:
    """On the frozen path somebody is closed for others, as in the run of its own, and pays for it."""
    frozen = follow("fund+queue-adl", Imposed(noted[1]))
    assert frozen.accounts["closed"].sum() > 1e8
    assert frozen.accounts["direct_loss"].sum() > 0
    assert frozen.strategies["naked_longest"].max() > 60


def test_a_path_has_a_row_per_tick(noted: tuple[RunRecord, PricePath], crash: Callable[..., Scenario]) -> None:
    reference, path = noted
    """Of the scenario, and of all of the tail: a run that follows the path may need it where this one does not."""
    shape = (len(path.time), 3, 4)
    assert [rows.shape for rows in (path.opening, path.closing, path.bid, path.ask)] == [shape] * 4
    assert (path.time <= crash().duration).sum() == reference.totals["ticks"]
    assert path.time[-1] == pytest.approx(crash().duration + TAIL)
    assert (np.diff(path.time) > 0).all()
    assert not np.array_equal(path.opening, path.closing), "trades move prices"


def test_the_latest_tick_that_is_not_later() -> None:
    none: Any = np.zeros((3, 1, 1))
    path = PricePath(np.array([30.0, 60.0, 61.0]), none, none, none, none)
    assert [path.at(now) for now in (30.0, 59.0, 60.0, 60.5, 61.0, 90.0)] == [0, 0, 1, 1, 2, 2]


def test_trades_cost_what_the_ladder_says_and_move_no_later_price(
    follow: Follow, noted: tuple[RunRecord, PricePath]
) -> None:
    """A path without bids makes everybody's sales dearer, although prices stay where they are."""
    path = noted[1]
    thin = PricePath(path.time, path.opening, path.closing, 0.01 * path.bid, path.ask)
    usual, dear = (follow("deep-pocket", Imposed(course)) for course in (path, thin))
    prices, same = (run.series.filter(like="price_") for run in (usual, dear))
    pd.testing.assert_frame_equal(prices, same, check_exact=True)
    assert dear.totals["deficit"] > 1.005 * usual.totals["deficit"], "engines sell at worse prices"
