"""Scores of the deleveraging papers on the worked example of arXiv 2512.01112."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from lastresort.scores.measures.measurement import Measurement
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Measure = Callable[[RunRecord, RunRecord], Measurement]

PROFITS = (8.0, 4.0, 0.5)
HOLES = (3.0, 12.0)


def example(a_run: Run, measured: Measure, haircuts: tuple[float, ...], scale: float) -> dict[str, float]:
    """Winners with these profits and haircuts, two losers with holes of 3 and 12; half of the deficit is placed."""
    winners: list[dict[str, Any]] = [{"equity_end": 10.0 + scale * profit} for profit in PROFITS]
    losers: list[dict[str, Any]] = [{"hole": scale * hole, "defaulted": True, "equity_end": 0.0} for hole in HOLES]
    taken = [
        row | {"equity_end": row["equity_end"] - scale * cut, "charged": scale * cut}
        for row, cut in zip(winners, haircuts, strict=True)
    ]
    budget = scale * sum(haircuts)
    books = [{"haircut": budget, "unpaid": scale * sum(HOLES) - budget}]
    return measured(a_run([*taken, *losers], books=books), a_run([*winners, *losers])).numbers


def test_pro_rata_by_hand(a_run: Run, measured: Measure) -> None:
    """Haircuts 4.8, 2.4, 0.3 of D = 15, Delta = 12 at severity 1/2: 3.2 is left to the first winner."""
    found = example(a_run, measured, (4.8, 2.4, 0.3), 1000.0)
    assert (found["ptsr"], found["pmr"]) == pytest.approx((3.2 / 7.5, 3.2 / 6.0))
    assert (found["users_paid"], found["unpaid"], found["socialized_hole"]) == pytest.approx((7500, 7500, 6000))


def test_a_queue_that_wipes_the_second_winner_out_by_hand(a_run: Run, measured: Measure) -> None:
    assert example(a_run, measured, (3.5, 4.0, 0.0), 1000.0)["ptsr"] == pytest.approx(4.5 / 7.5)


def test_where_the_deficit_is_covered_the_paper_s_ratios_are_defined(a_run: Run, measured: Measure) -> None:
    run = a_run([{"equity_end": 12.0, "charged": 5.0}, {"hole": 5.0, "defaulted": True}], books=[{"haircut": 5.0}])
    found = measured(run, a_run([{}, {"defaulted": True}])).numbers
    assert (found["ptsr"], found["pmr"]) == pytest.approx((2 / 5, 2 / 5))


def test_fairness_regret_is_the_distance_from_the_lowest_largest_burden(a_run: Run, measured: Measure) -> None:
    """Both made 10 on 10; one bears 8, so 0.8, where 4 each, 0.4, had been possible: 0.4 x 8."""
    accounts = [{"charged": 8.0, "equity_end": 12.0}, {"equity_end": 20.0}]
    found = measured(a_run(accounts, books=[{"haircut": 8.0}]), a_run([{}, {}])).numbers
    assert found["fairness_regret"] == pytest.approx(3.2)


def test_nothing_is_divided_by_nothing(a_run: Run, measured: Measure) -> None:
    found = measured(a_run(), a_run()).numbers
    assert all(math.isnan(found[name]) for name in ("ptsr", "pmr"))
    assert found["fairness_regret"] == 0.0


def test_margin_sent_from_outside_is_no_profit(a_run: Run, measured: Measure) -> None:
    """Of 17 - 10, 4 were sent: a profit of 3 over the 6 that users paid."""
    run = a_run([{"equity_end": 17.0, "topped_up": 4.0}], books=[{"haircut": 6.0}])
    assert measured(run, run).numbers["ptsr"] == pytest.approx(0.5)
