"""Who paid, whether all was paid, and what was taken beyond it, by hand."""

from collections.abc import Callable

import pytest

from lastresort.scores.measures.measurement import Measurement
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Measure = Callable[[RunRecord, RunRecord], Measurement]


def test_what_was_taken_and_what_was_needed(a_run: Run, measured: Measure) -> None:
    """Ann loses 30, Bob 10 in one account and gains 15 in another: the books got 25 of the 40, Ann alone lost net."""
    accounts = [
        {"owner": "ann", "direct_loss": 30.0},
        {"owner": "bob", "direct_loss": 10.0},
        {"owner": "bob", "direct_benefit": 15.0},
    ]
    books = [{"haircut": 15.0, "charged": 10.0, "fund_paid": 5.0, "deleveraged": 600.0}]
    found = measured(a_run(accounts, books=books), a_run([{"owner": name} for name in ("ann", "bob", "bob")])).numbers
    assert (found["users_paid"], found["taken"], found["overshoot"]) == pytest.approx((25.0, 40.0, 15.0))
    assert found["net_loss"] == pytest.approx(30.0)
    assert (found["charged"], found["fund_paid"], found["fund_start"]) == (10.0, 5.0, 100.0)
    assert found["unattributed"] == pytest.approx(0.0)


def test_where_closes_favoured_users_nothing_was_needed(a_run: Run, measured: Measure) -> None:
    run = a_run([{"direct_loss": 2.0, "direct_benefit": 9.0}], books=[{"haircut": -7.0}])
    found = measured(run, a_run()).numbers
    assert (found["users_paid"], found["overshoot"], found["net_loss"]) == (0.0, 2.0, 0.0)


@pytest.mark.parametrize(("unpaid", "solvent"), [(0.0, 1.0), (1e-9, 1.0), (1.0, 1.0), (1.01, 0.0)])
def test_a_dollar_is_rounding(a_run: Run, measured: Measure, unpaid: float, solvent: float) -> None:
    assert measured(a_run(books=[{"unpaid": unpaid}]), a_run()).numbers["solvent"] == solvent
