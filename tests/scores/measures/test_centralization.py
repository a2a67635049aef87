"""Loss centralization of runs small enough to score by hand."""

import math
from collections.abc import Callable

import pytest

from lastresort.plugins.errors import InputError
from lastresort.scores.measures import centralization as measures
from lastresort.scores.measures.burdens import Burdens
from lastresort.scores.measures.population import losses_by_owner, population
from lastresort.scores.measures.yardstick import Yardstick
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


def centralization(run: RunRecord, reference: RunRecord) -> dict[str, float]:
    return measures.centralization(Burdens(run, Yardstick(reference)))


def losing(losses: tuple[float, ...]) -> list[dict[str, object]]:
    return [{**account, "direct_loss": loss} for account, loss in zip(REFERENCE, losses, strict=True)]


def test_population_merges_accounts_and_leaves_out_the_defaulted_and_the_flat(a_run: Run) -> None:
    owners = population(a_run(REFERENCE))
    assert owners["endowment"].to_dict() == {"ann": 10.0, "bob": 10.0, "cyd": 20.0}
    assert owners["cohort"].to_dict() == {"ann": "retail", "bob": "makers", "cyd": "makers"}


def test_one_defaulted_account_takes_its_owner_out(a_run: Run) -> None:
    assert population(a_run([{"owner": "ann"}, {"owner": "ann", "defaulted": True}])).empty


def test_an_owner_s_size_may_be_its_notional_or_its_profit(a_run: Run) -> None:
    """Profit over the reference run, no more than the equity at its end; who made none is left out."""
    ends = {"ann": 12.0, "bob": 3.0, "cyd": 55.0, "dan": 9.0}
    accounts = [{"owner": name, "equity_start": 10.0, "equity_end": end} for name, end in ends.items()]
    reference = a_run([*accounts, {"owner": "eve", "equity_start": -20.0, "equity_end": 5.0}])
    assert population(reference, "notional")["endowment"].to_dict() == dict.fromkeys(
        ["ann", "bob", "cyd", "dan", "eve"], 100.0
    )
    assert population(reference, "pnl")["endowment"].to_dict() == {"ann": 2.0, "cyd": 45.0, "eve": 5.0}


def test_losses_by_owner_add_up_accounts(a_run: Run) -> None:
    found = losses_by_owner(a_run(losing(LOSSES)), a_run(REFERENCE))
    assert found.to_dict() == {"ann": 30.0, "bob": 10.0, "cyd": 0.0, "dan": 7.0, "eve": 2.0}


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
    assert score["theil_between_cohort"] == pytest.approx(0.75 * math.log(3) + 0.25 * math.log(1 / 3))
    assert score["theil_between_cohort"] <= score["theil"] <= score["theil_accounts"]
    assert (score["top1_share"], score["top_percent_share"]) == pytest.approx((0.75, 0.75))


def test_splitting_an_owner_into_accounts_changes_nothing(a_run: Run) -> None:
    whole = [{"owner": "ann", "direct_loss": 6.0}, {"owner": "bob"}]
    half = {"owner": "ann", "direct_loss": 3.0, "gross_start": 50.0, "equity_start": 5.0, "equity_end": 5.0}
    merged, split = a_run(whole, deficit=6.0), a_run([half, half, {"owner": "bob"}], deficit=6.0)
    found, expected = centralization(split, split), centralization(merged, merged)
    assert found == pytest.approx(expected, nan_ok=True)


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


def test_the_floor_is_what_profits_would_have_allowed(a_run: Run) -> None:
    """Two equal owners: one bears 8 alone. The other made 2, so at best it had been 6 and 2: G = 1/4, not 1/2."""
    reference = a_run([{}, {}], deficit=8.0)
    run = a_run([{"direct_loss": 8.0, "equity_end": 2.0}, {"equity_end": 12.0}], deficit=8.0)
    score = centralization(run, reference)
    assert (score["gini"], score["gini_floor"], score["gini_excess"]) == pytest.approx((1 / 2, 1 / 4, 1 / 4))


def test_total_loss_is_what_is_missing_at_the_end(a_run: Run) -> None:
    """Of two accounts of an owner one ends 5 lower and one 2 higher; the other owner ends higher: T = 3."""
    names = ("ann", "ann", "bob")
    reference = a_run([{"owner": name} for name in names])
    ends = (5.0, 12.0, 11.0)
    run = a_run([{"owner": name, "equity_end": end} for name, end in zip(names, ends, strict=True)])
    score = centralization(run, reference)
    assert score["total_loss"] == pytest.approx(3.0)
    assert score["gini_total"] == pytest.approx(1 / 3)  # endowments 20 and 10: the larger bears all


def test_margin_sent_from_outside_is_nobody_s_gain(a_run: Run) -> None:
    """One sent 6 in the reference run and lost 4 of it there, and 7 of its own in this run: 3 more than there."""
    reference = a_run([{"equity_end": 12.0, "topped_up": 6.0}, {"equity_end": 14.0, "topped_up": 1.0}])
    run = a_run([{"equity_end": 3.0, "topped_up": 0.0}, {"equity_end": 14.0, "topped_up": 1.0}])
    assert centralization(run, reference)["total_loss"] == pytest.approx(3.0)
    assert population(reference, "pnl")["endowment"].to_dict() == {"1": 3.0}
    assert Burdens(run, Yardstick(reference)).gain.tolist() == [-7.0, 3.0]


@pytest.mark.parametrize("sent", [-1.0, math.nan])
def test_margin_sent_is_a_finite_number_of_at_least_0(a_run: Run, sent: float) -> None:
    with pytest.raises(InputError, match="'topped_up' should hold finite numbers of at least 0"):
        population(a_run([{"topped_up": sent}]))


def test_shapes_for_other_sizes(a_run: Run) -> None:
    """A loss in proportion to notional 1 : 3, on equal equity, and on the profits of one of the two."""
    gross = [{"gross_start": 100.0, "equity_end": 20.0}, {"gross_start": 300.0}]
    reference = a_run(gross)
    score = centralization(a_run([gross[0] | {"direct_loss": 1.0}, gross[1] | {"direct_loss": 3.0}]), reference)
    assert score["gini_notional"] == pytest.approx(0.0, abs=1e-12)
    assert score["gini"] == pytest.approx(1 / 4)
    assert (score["loss_of_profitable"], score["gini_pnl"]) == (1.0, 0.0)


def test_runs_of_different_populations_are_refused(a_run: Run) -> None:
    with pytest.raises(InputError, match="different owners"):
        centralization(a_run([{"owner": "ann"}]), a_run([{"owner": "bob"}]))
