"""Loss centralization of runs small enough to score by hand."""

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from lastresort.plugins.errors import InputError
from lastresort.scores import smallest_difference
from lastresort.scores.measures.beneficial_owners import Owners
from lastresort.scores.measures.centralization import LC, LC_BP
from lastresort.scores.measures.look import Look
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.population import Population
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Beside = Callable[[RunRecord], Look]
Measure = Callable[[RunRecord, RunRecord], Measurement]

ACCOUNTS = (
    {"owner": "ann", "cohort": "retail", "equity_start": 10.0, "charged": 12.0},
    {"owner": "bob", "cohort": "makers", "equity_start": 4.0, "charged": 7.0},
    {"owner": "bob", "cohort": "makers", "equity_start": 6.0, "charged": -2.0},
    {"owner": "cyd", "cohort": "makers", "equity_start": 20.0, "charged": 1.0},
    {"owner": "dan", "cohort": "retail", "equity_start": 5.0, "defaulted": True, "charged": -4.0},
    {"owner": "eve", "cohort": "shorts", "gross_start": 0.0, "equity_start": 50.0, "gross_largest": 60.0},
    {"owner": "fay", "cohort": "value", "gross_start": 0.0, "equity_start": 900.0, "gross_largest": 300.0},
    {"owner": "gil", "cohort": "retail", "gross_start": 0.0, "equity_start": 70.0, "gross_largest": 0.0},
)
"""Costs 12, 5, 1, -4, 0, 0 on equity 10, 10, 20, 5, 50, 900: burdens 1 (12 of 10), 1/2, 1/20.

Eve and Fay open later; Gil never has a position, and is not concerned.
"""


@pytest.fixture
def found(a_run: Run, measured: Measure) -> dict[str, float]:
    """What `ACCOUNTS` score where 3 stayed unpaid and a fund paid 6."""
    run = a_run(ACCOUNTS, strategies=(), books=[{"unpaid": 3.0, "fund_paid": 4.0}, {"fund_paid": 2.0}])
    return measured(run, run).numbers


def test_one_run_by_hand(found: dict[str, float]) -> None:
    """L = 18, beta = (12 x 1 + 5 / 2 + 1 / 20) / 18, LC = 12 x 2 + 5 x 1.5 + 1.05 + 2 x 3."""
    assert found["loss"] == pytest.approx(18.0)
    assert found["beta"] == pytest.approx(14.55 / 18)
    assert found["lc"] == pytest.approx(38.55) == pytest.approx(18 * (1 + 14.55 / 18) + 6)
    assert (found["benefit"], found["unpaid"]) == pytest.approx((4.0, 3.0))
    assert (found["largest_burden"], found["lost_half"]) == (1.0, 1.0)  # half is not more than half
    assert (found["top1_share"], found["top_percent_share"]) == pytest.approx((12 / 18, 12 / 18))
    assert found["effective_payers"] == pytest.approx(18**2 / (144 + 25 + 1))
    assert found["owners"] == 6.0


def test_users_are_all_but_those_who_wait_to_buy_the_fall(found: dict[str, float]) -> None:
    """Equity 10 + 10 + 20 + 5 + 50 without the 900; LC in basis points of that."""
    assert found["users_equity"] == pytest.approx(95.0)
    assert found["lc_bp"] == pytest.approx(38.55 / 95.0 * 1e4)


def test_what_all_bore(found: dict[str, float]) -> None:
    """The fund 6, users 18, and 3 that nobody paid."""
    assert found["borne"] == pytest.approx(27.0)


def test_what_vaults_and_members_pay_is_borne_once(a_run: Run, measured: Measure) -> None:
    """It is a loss of their owners: a vault that lost 5 and a member who was charged 2, not 7 more."""
    accounts = [{"cohort": "vault", "equity_end": 5.0}, {"charged": 2.0}]
    books = [{"vault_paid": 5.0, "default_fund_paid": 2.0, "capital_paid": 1.0, "backstop_paid": 0.5}]
    run = a_run(accounts, strategies=(), books=books)
    assert measured(run, run).numbers["borne"] == pytest.approx(8.5)


def test_shares_of_cohorts(found: dict[str, float]) -> None:
    assert (found["loss_share_retail"], found["loss_share_makers"]) == pytest.approx((12 / 18, 6 / 18))
    assert found["endowment_share_value"] == pytest.approx(900 / 995)
    assert found["loss_share_shorts"] == 0.0


def test_the_same_at_other_fair_prices(a_run: Run, measured: Measure) -> None:
    """A long of 10 is sold at 100: 4 USD too low at once, 3 after a quarter of an hour and 2 for the headline."""
    fill = {"quantity": -10.0, "price": 100.0, "mid": 100.4, "mid_5m": 100.2, "mid_15m": 100.3}
    run = a_run([{"equity_start": 8.0}], fills=[fill])
    found = measured(run, run).numbers
    assert [found[name] for name in ("lc_mid", "lc", "lc_15m")] == pytest.approx([4 * 1.5, 2 * 1.25, 3 * 1.375])


def test_without_loss_there_is_no_shape(a_run: Run, measured: Measure) -> None:
    run = a_run(books=[{"unpaid": 5.0}])
    found = measured(run, run).numbers
    assert (found["loss"], found["lc"], found["largest_burden"]) == (0.0, 10.0, 0.0)
    for name in ("beta", "effective_payers", "top1_share", "kakwani", "reranking", "loss_share_retail"):
        assert math.isnan(found[name])


def test_without_users_there_are_no_basis_points(a_run: Run, measured: Measure) -> None:
    run = a_run([{"cohort": "value"}])
    assert math.isnan(measured(run, run).numbers["lc_bp"])


def test_everybody_concerned_counts_and_accounts_are_merged(a_run: Run) -> None:
    """Those who default and those who open later are owners like others; who never holds anything is not concerned."""
    run = a_run(ACCOUNTS)
    owners = Owners.of(run)
    people = Population.of(run, owners, np.zeros(len(owners.names)))
    assert dict(zip(owners.names[people.who], people.endowment, strict=True)) == {
        **{"ann": 10.0, "bob": 10.0, "cyd": 20.0},
        **{"dan": 5.0, "eve": 50.0, "fay": 900.0},
    }
    assert [people.owners.cohorts[place] for place in people.cohort] == [
        *("retail", "makers", "makers"),
        *("retail", "shorts", "value"),
    ]
    assert people.user.tolist() == [True] * 5 + [False]


def test_equity_is_at_least_the_lowest_maintenance_of_the_largest_position(a_run: Run) -> None:
    """0.4 % of what each held at most, over all its accounts."""
    equity = {"a": -5.0, "b": 0.1, "c": 0.4, "d": 9.0}
    accounts = [{"owner": name, "equity_start": one, "gross_largest": 100.0} for name, one in equity.items()]
    run = a_run([*accounts, {"owner": "c", "equity_start": 0.0, "gross_largest": 200.0}])
    assert Population.of(run, Owners.of(run), np.zeros(4)).endowment.tolist() == pytest.approx([0.4, 0.4, 1.2, 9.0])


def test_who_had_nothing_and_lost_something_is_wiped_out(a_run: Run, beside_itself: Beside) -> None:
    nothing = {"equity_start": 0.0, "gross_largest": 0.0}
    look = beside_itself(a_run([nothing | {"charged": 1.0}, nothing, {"charged": 1.0}]))
    assert look.burden.tolist() == pytest.approx([1.0, 0.1]), "the second was not concerned"


def test_who_bears_more_than_in_proportion_by_hand(a_run: Run, measured: Measure) -> None:
    """Equity 1 and 3, all of the loss on the large one: C = 1/2 less the Gini of 1/4; it falls to 1/2: G - C = 1/3."""
    accounts = [{"equity_start": equity, "gross_largest": 1.0} for equity in (1.0, 3.0)]
    run = a_run([accounts[0], accounts[1] | {"charged": 2.5}])
    found = measured(run, run).numbers
    assert (found["kakwani"], found["reranking"]) == pytest.approx((1 / 4, 1 / 3))


def test_smallest_differences_of_interest() -> None:
    """20 % of what the baseline scores, at least 0.1 basis points of users' equity: 1e-5 of 1,000,000 is 10 USD."""
    rows = pd.DataFrame({"lc": [400.0, 600.0], "lc_bp": [4.0, 6.0], "users_equity": [1e6, 1e6]})
    assert smallest_difference(LC, rows) == pytest.approx(100.0)
    assert smallest_difference(LC, rows.assign(lc=[30.0, 50.0])) == pytest.approx(10.0)
    assert smallest_difference(LC_BP, rows) == pytest.approx(1.0)
    assert smallest_difference(LC_BP, rows.assign(lc_bp=[0.3, 0.5])) == pytest.approx(0.1)


@pytest.mark.parametrize("sent", [-1.0, math.nan])
def test_margin_sent_is_a_finite_number_of_at_least_0(a_run: Run, sent: float) -> None:
    with pytest.raises(InputError, match="'topped_up' should hold finite numbers of at least 0"):
        Owners.of(a_run([{"topped_up": sent}]))


def test_runs_of_different_populations_are_refused(a_run: Run, measured: Measure) -> None:
    with pytest.raises(InputError, match="different owners"):
        _ = measured(a_run([{"owner": "ann"}]), a_run([{"owner": "bob"}])).numbers
