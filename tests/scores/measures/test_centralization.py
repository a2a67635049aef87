"""Loss centralization of runs small enough to score by hand."""

import math
from collections.abc import Callable

import pytest

from lastresort.plugins.errors import InputError
from lastresort.scores.measures.centralization import centralization, population
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]

REFERENCE = (
    {"owner": "ann", "cohort": "retail", "equity_start": 10.0},
    {"owner": "bob", "cohort": "makers", "equity_start": 4.0},
    {"owner": "bob", "cohort": "makers", "equity_start": 6.0},
    {"owner": "cyd", "cohort": "makers", "equity_start": 20.0},
    {"owner": "dan", "cohort": "retail", "equity_start": 5.0, "defaulted": True},
    {"owner": "eve", "cohort": "flat", "gross_start": 0.0, "equity_start": 1000.0},
)
LOSSES = (30.0, 4.0, 6.0, 0.0, 7.0, 2.0)


def losing(losses: tuple[float, ...]) -> list[dict[str, object]]:
    return [{**account, "direct_loss": loss} for account, loss in zip(REFERENCE, losses, strict=True)]


def test_population_merges_accounts_and_leaves_out_the_defaulted_and_the_flat(a_run: Run) -> None:
    owners = population(a_run(REFERENCE))
    assert owners["endowment"].to_dict() == {"ann": 10.0, "bob": 10.0, "cyd": 20.0}
    assert owners["cohort"].to_dict() == {"ann": "retail", "bob": "makers", "cyd": "makers"}


def test_one_defaulted_account_takes_its_owner_out(a_run: Run) -> None:
    assert population(a_run([{"owner": "ann"}, {"owner": "ann", "defaulted": True}])).empty


def test_equity_near_zero_is_floored_and_counted(a_run: Run) -> None:
    accounts = [{"equity_start": -5.0}, {"equity_start": 0.1}, {"equity_start": 0.4}, {"equity_start": 9.0}]
    run = a_run([{"gross_start": 100.0, **account} for account in accounts])
    assert population(run)["endowment"].tolist() == pytest.approx([0.4, 0.4, 0.4, 9.0])
    assert centralization(run, run)["floored"] == 2


def test_one_run_by_hand(a_run: Run) -> None:
    """Losses 30, 10, 0 on endowments 10, 10, 20: burdens 3, 1, 0, the queue of three of the concentration tests."""
    reference = a_run(REFERENCE, deficit=80.0)
    score = centralization(a_run(losing(LOSSES), books=[{"haircut": 49.0}]), reference)
    assert score["loss"] == pytest.approx(40.0)
    assert score["loss_outside"] == pytest.approx(9.0)
    assert score["gini"] == pytest.approx(5 / 8)
    assert score["hoover"] == pytest.approx(1 / 2)
    assert score["effective_payers"] == pytest.approx(1.6)
    assert score["top10_share"] == pytest.approx(1.0)
    assert score["largest_burden"] == pytest.approx(3.0)
    assert score["pass_through"] == pytest.approx(0.5)
    assert score["owners"] == 3
    assert (score["loss_share_retail"], score["loss_share_makers"]) == pytest.approx((0.75, 0.25))
    assert (score["endowment_share_retail"], score["endowment_share_makers"]) == pytest.approx((0.25, 0.75))
    assert score["loss_share_flat"] == score["endowment_share_flat"] == 0.0
    assert score["theil_cohorts"] == pytest.approx(0.75 * math.log(3) + 0.25 * math.log(1 / 3))


def test_splitting_an_owner_into_accounts_changes_nothing(a_run: Run) -> None:
    whole = [{"owner": "ann", "direct_loss": 6.0}, {"owner": "bob"}]
    half = {"owner": "ann", "direct_loss": 3.0, "gross_start": 50.0, "equity_start": 5.0}
    merged, split = a_run(whole, deficit=6.0), a_run([half, half, {"owner": "bob"}], deficit=6.0)
    assert centralization(split, split) == pytest.approx(centralization(merged, merged))


def test_every_dollar_that_users_paid_has_a_name(a_run: Run) -> None:
    run = a_run([{"direct_loss": 8.0}, {"direct_benefit": 3.0}], books=[{"haircut": 4.0, "charged": 1.0}])
    assert centralization(run, run)["unattributed"] == pytest.approx(0.0)
    short = a_run([{"direct_loss": 8.0}], books=[{"haircut": 4.0, "charged": 6.0}])
    assert centralization(short, short)["unattributed"] == pytest.approx(2.0)


def test_without_user_loss_the_shape_is_undefined(a_run: Run) -> None:
    score = centralization(a_run(REFERENCE), a_run(REFERENCE, deficit=5.0))
    assert score["loss"] == score["pass_through"] == 0.0
    assert all(math.isnan(score[name]) for name in ("gini", "hoover", "effective_payers", "loss_share_retail"))


def test_without_a_reference_deficit_the_pass_through_is_undefined(a_run: Run) -> None:
    assert math.isnan(centralization(a_run(losing(LOSSES)), a_run(REFERENCE))["pass_through"])


def test_runs_of_different_populations_are_refused(a_run: Run) -> None:
    with pytest.raises(InputError, match="different owners"):
        centralization(a_run([{"owner": "ann"}]), a_run([{"owner": "bob"}]))
