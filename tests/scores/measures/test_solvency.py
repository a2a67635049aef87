"""Who paid, whether all was paid, and what was taken beyond it, by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lastresort.scores.measures.measurement import Measurement
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Measure = Callable[[RunRecord, RunRecord], Measurement]


def test_who_paid_over_all_books(a_run: Run, measured: Measure) -> None:
    payers = ("fund_paid", "backstop_paid", "vault_paid", "capital_paid", "default_fund_paid", "unpaid")
    books = [{name: 10.0 * place for place, name in enumerate(payers, 1)}, dict.fromkeys(payers, 1.0)]
    found = measured(a_run(books=books, deficit=216.0), a_run(deficit=90.0)).numbers
    assert [found[name] for name in payers] == [11.0, 21.0, 31.0, 41.0, 51.0, 61.0]
    assert (found["deficit"], found["reference_deficit"]) == (216.0, 90.0)


def test_what_users_paid_at_the_rule_s_own_marks(a_run: Run, measured: Measure) -> None:
    """Haircuts 15, charges 10 and 2 of the default fund; 4 of a withdrawal were kept and 1 of an IOU was repaid."""
    run = a_run(books=[{"haircut": 15.0, "charged": 10.0, "default_fund_paid": 2.0, "fund_paid": 5.0}])
    totals = replace(run, totals=run.totals | {"withheld": 4.0, "repaid": 1.0})
    assert measured(totals, a_run()).numbers["users_paid"] == pytest.approx(30.0)


def test_where_closes_favoured_users_they_paid_nothing(a_run: Run, measured: Measure) -> None:
    assert measured(a_run(books=[{"haircut": -7.0}]), a_run()).numbers["users_paid"] == 0.0


@pytest.mark.parametrize(("unpaid", "solvent"), [(0.0, 1.0), (1e-9, 1.0), (1.0, 1.0), (1.01, 0.0)])
def test_a_dollar_is_rounding(a_run: Run, measured: Measure, unpaid: float, solvent: float) -> None:
    assert measured(a_run(books=[{"unpaid": unpaid}]), a_run()).numbers["solvent"] == solvent


@pytest.mark.parametrize(("unpaid", "solvent"), [(10.0, 1.0), (10.1, 0.0)])
def test_a_thousandth_of_what_was_borne_does_not_matter(
    a_run: Run, measured: Measure, unpaid: float, solvent: float
) -> None:
    run = a_run(books=[{"unpaid": unpaid, "fund_paid": 9990.0}])
    assert measured(run, a_run()).numbers["solvent"] == solvent
