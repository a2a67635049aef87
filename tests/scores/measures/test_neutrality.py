"""Market-neutral failure of strategies that fail one way each."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lastresort.plugins.errors import InputError
from lastresort.scores import smallest_difference
from lastresort.scores.measures.look import Look
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.neutrality import MNF, failures
from lastresort.scores.measures.thresholds import DEFAULT, Thresholds
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Row = dict[str, Any]

SHARED_AT = {"first_shared": 100.0}


@pytest.fixture
def books(a_run: Run) -> Callable[..., RunRecord]:
    """A run of some strategies, each with one account of its own in which `charged` was taken."""

    def build(rows: Sequence[Row], charged: Sequence[float] = (), fills: Sequence[Row] = ()) -> RunRecord:
        taken = [*charged, *[0.0] * (len(rows) - len(charged))]
        names = [row.get("owner", str(place)) for place, row in enumerate(rows)]
        accounts = [{"owner": name, "charged": one} for name, one in zip(names, taken, strict=True)]
        return a_run(accounts, strategies=rows, fills=fills)

    return build


Books = Callable[..., RunRecord]


def neutrality(run: RunRecord, reference: RunRecord, thresholds: Thresholds = DEFAULT) -> dict[str, float]:
    return Measurement(run, Yardstick(reference), thresholds).numbers


def failing(run: RunRecord, reference: RunRecord) -> dict[str, list[bool]]:
    look = Look(run, Yardstick(reference))
    return {way: flags.tolist() for way, flags in failures(look).items()}


@pytest.mark.parametrize(
    ("way", "row", "charged", "fails"),
    [
        ("break", {"naked_longest": 60.0}, 0.0, True),
        ("break", {"naked_longest": 59.9}, 0.0, False),
        ("break", {"naked_at_end": 5.0, "naked_longest": 5.0}, 0.0, True),  # for five seconds, and to the end
        ("break", {"naked_longest_10": 900.0, "naked_at_end_10": 900.0}, 0.0, False),  # above 10 % of gross only
        ("orphan", {"orphaned": True}, 0.0, True),
        ("ruin", {"ruined": True}, 0.5, True),
        ("ruin", {"ruined": True}, 0.0, False),  # no rule touched it
        ("cost", {}, 1.01, True),  # 2 % of a capital of 50 are 1.00
        ("cost", {}, 1.0, False),
        ("cost", {"capital": 0.0}, 0.01, True),
        ("cost", {"capital": -9.0}, 0.0, False),
        ("cost", {}, -40.0, False),
    ],
)
def test_each_way_to_fail(books: Books, way: str, row: Row, charged: float, fails: bool) -> None:
    found = failing(books([SHARED_AT | row], [charged]), books([{}]))
    assert found == {name: [fails and name == way] for name in ("break", "orphan", "ruin", "cost")}


def test_failures_count_by_gross_notional_and_each_book_once(books: Books) -> None:
    """Gross 1 : 3 : 4: the first in two ways, the second by its cost, the third not."""
    rows = [{"gross_start": gross} for gross in (100.0, 300.0, 400.0)]
    run = books([rows[0] | {"naked_longest": 60.0, "orphaned": True}, *rows[1:]], [0.0, 5.0])
    score = neutrality(run, books(rows))
    assert (score["mnf"], score["mnf_break"], score["mnf_cost"]) == pytest.approx((0.5, 0.125, 0.375))
    assert score["mnf_equal"] == pytest.approx(2 / 3)


def test_ruin_counts_only_where_the_reference_run_is_none(books: Books) -> None:
    """Gross 1 : 2 : 3 : 4: ruined in both runs, here only, there only, in neither; all of them touched."""
    gross = [{"gross_start": size} for size in (100.0, 200.0, 300.0, 400.0)]
    here = [row | {"ruined": ruined} for row, ruined in zip(gross, (True, True, False, False), strict=True)]
    there = [row | {"ruined": ruined} for row, ruined in zip(gross, (True, False, True, False), strict=True)]
    assert neutrality(books(here, [0.1] * 4), books(there))["mnf"] == pytest.approx(0.2)


def test_a_favour_touches_and_an_own_liquidation_does_where_there_was_no_need(books: Books) -> None:
    ruined = [{"ruined": True}] * 3
    liquidation = {"cause": "takeover", "quantity": -1.0, "price": 90.0, "unit_equity": 4.0, "unit_maintenance": 5.0}
    fills = [
        {"account": 0, "quantity": -1.0, "price": 110.0},
        {"account": 1, **liquidation},  # it was in breach, whatever was kept
        {"account": 2, **liquidation, "unit_equity": 6.0},
    ]
    assert failing(books(ruined, fills=fills), books([{}] * 3))["ruin"] == [True, False, True]


untouched = st.fixed_dictionaries(
    {
        "ruined": st.booleans(),
        "pnl": st.floats(-1e6, 1e6),
        "capital": st.sampled_from([-1.0, 0.0, 50.0]),
        "gross_start": st.sampled_from([1.0, 100.0]),
        "repair_cost": st.floats(-5.0, 5.0),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(untouched, min_size=1, max_size=5))
def test_books_that_no_rule_touched_cannot_fail(books: Books, rows: list[dict[str, Any]]) -> None:
    """Whatever prices did to them: ruined, or with less profit than in the reference run."""
    sizes = [{"gross_start": row["gross_start"]} for row in rows]
    assert MNF.measure(books(rows), books(sizes)) == 0.0


def test_the_reference_scores_zero_against_itself(books: Books) -> None:
    run = books([{"ruined": True}, {"pnl": -9.0}])
    score = neutrality(run, run)
    assert score["mnf"] == score["mnf_break"] == score["mnf_cost"] == score["windfall"] == 0.0


def test_without_hedged_books_failure_is_undefined(books: Books) -> None:
    run = books([{"neutrality_start": 0.5}])
    score = neutrality(run, run)
    for name in ("mnf", "mnf_break", "mnf_cost", "mnf_cost_rehedged", "mnf_equal", "naked_time", "shortfall_es95"):
        assert math.isnan(score[name])
    assert (score["strategies"], score["hedge_cost"], score["windfall"]) == (0.0, 0.0, 0.0)


def test_only_hedged_strategies_with_a_position_count(books: Books) -> None:
    rows = [
        {"neutrality_start": 0.02},
        {"neutrality_start": 0.021},
        {"neutrality_start": -0.5},
        {"gross_start": 0.0},
        {"neutrality_start": 0.0},
    ]
    score = neutrality(books([row | {"orphaned": place < 4} for place, row in enumerate(rows)]), books(rows))
    assert (score["strategies"], score["mnf"]) == pytest.approx((2, 0.5))


def test_the_windfall_is_what_prices_did(books: Books) -> None:
    """Profits of 8 and -2 where they were 1 and 1, after the rule took 3 and gave 1: 7 + 3 and -3 - 1."""
    run = books([{"pnl": 8.0}, {"pnl": -2.0}], [3.0, -1.0])
    score = neutrality(run, books([{"pnl": 1.0}, {"pnl": 1.0}]))
    assert score["windfall"] == pytest.approx(6.0)
    assert score["hedge_cost"] == pytest.approx(3.0)  # benefits are never set off


@pytest.mark.parametrize(
    ("row", "window"),
    [
        ({}, "mid"),  # never seen unhedged: judged at once
        ({"naked_from": 60.0, "rehedged_after": 20.0}, "mid"),
        ({"naked_from": 60.0, "rehedged_after": 40.0}, "mid_1m"),
        ({"naked_from": 60.0, "rehedged_after": 110.0}, "mid_1m"),
        ({"naked_from": 60.0, "rehedged_after": 150.0}, "mid_3m"),
        ({"naked_from": 60.0, "rehedged_after": 250.0}, "mid_5m"),
        ({"naked_from": 60.0, "rehedged_after": 660.0}, "mid_15m"),
        ({"naked_from": 60.0, "rehedged_after": 1500.0}, "mid_30m"),
        ({"naked_from": 60.0, "rehedged_after": 9e4}, "mid_30m"),
        ({"naked_from": 60.0}, "mid_30m"),  # to the end
    ],
)
def test_a_close_judged_until_re_hedged_takes_the_nearest_window(books: Books, row: Row, window: str) -> None:
    """Ten contracts sold 1 USD too low over that window alone are 10 USD of a capital of 50."""
    windows = ("mid", "mid_1m", "mid_3m", "mid_5m", "mid_15m", "mid_30m")
    found = {}
    for name in windows:
        fill = {"quantity": -10.0, "price": 100.0, name: 101.0}
        found[name] = neutrality(books([SHARED_AT | row], fills=[fill]), books([{}]))["mnf_cost_rehedged"]
    assert found == {name: float(name == window) for name in windows}


def test_each_book_has_its_own_window(books: Books) -> None:
    """The first was whole again after a minute, where it had lost; the second was never seen unhedged."""
    rows = [SHARED_AT | {"naked_from": 60.0, "rehedged_after": 60.0}, SHARED_AT]
    fills = [{"account": place, "quantity": -10.0, "mid_1m": 101.0} for place in (0, 1)]
    assert neutrality(books(rows, fills=fills), books([{}, {}]))["mnf_cost_rehedged"] == pytest.approx(0.5)


def test_strategies_are_paired_by_owner_not_by_place(books: Books, a_run: Run) -> None:
    accounts = [{"owner": "a"}, {"owner": "b", "charged": 9.0}]
    run = a_run(accounts, strategies=[{"owner": "b", "gross_start": 300.0, "ruined": True}, {"owner": "a"}])
    reference = a_run(accounts, strategies=[{"owner": "a"}, {"owner": "b", "gross_start": 300.0, "ruined": True}])
    assert failing(run, reference) == {
        **{"break": [False, False], "orphan": [False, False]},
        **{"ruin": [False, False], "cost": [False, True]},
    }
    assert neutrality(run, reference)["mnf"] == pytest.approx(0.75)


def test_thresholds_are_parameters(books: Books) -> None:
    run, reference = books([{"naked_longest": 30.0}], [0.6]), books([{}])
    assert neutrality(run, reference)["mnf"] == 0.0
    assert neutrality(run, reference, Thresholds(naked_seconds=30.0))["mnf"] == 1.0
    assert neutrality(run, reference, Thresholds(cost=0.01))["mnf_cost"] == 1.0
    assert neutrality(run, reference, Thresholds(cost=0.05))["mnf_cost"] == 0.0


def test_the_level_of_net_delta_is_a_threshold(books: Books) -> None:
    run, reference = books([{"naked_longest_05": 90.0, "naked_longest_10": 60.0, "naked_at_end_30": 1.0}]), books([{}])
    found = {delta: neutrality(run, reference, Thresholds(delta=delta))["mnf"] for delta in (0.05, 0.1, 0.2, 0.3, 0.5)}
    assert found == {0.05: 1.0, 0.1: 1.0, 0.2: 0.0, 0.3: 1.0, 0.5: 0.0}


def test_other_levels_are_not_recorded() -> None:
    with pytest.raises(ValueError, match=r"found the net delta 0.25; allowed: 0.05, 0.1, 0.2, 0.3"):
        Thresholds(delta=0.25)


def test_a_hedge_that_never_broke_is_not_broken_for_no_time(books: Books) -> None:
    assert neutrality(books([{}]), books([{}]), Thresholds(naked_seconds=0.0))["mnf_break"] == 0.0


def test_failure_by_cohort_is_over_the_cohort_s_gross_and_knows_later_cohorts(books: Books) -> None:
    rows = [
        {"cohort": "basis", "gross_start": 100.0},
        {"cohort": "basis", "gross_start": 300.0},
        {"cohort": "funding", "gross_start": 50.0},
    ]
    score = neutrality(books([rows[0] | {"orphaned": True}, rows[1], rows[2] | {"orphaned": True}]), books(rows))
    assert (score["mnf_basis"], score["mnf_funding"]) == pytest.approx((0.25, 1.0))
    assert math.isnan(score["mnf_pairs"])
    assert score["mnf"] == pytest.approx(150 / 450)


def test_the_worst_shortfall_by_hand(books: Books) -> None:
    """Gross 4 : 96, capital 50; the first ends 25 below the reference, the second 1: (4 % x 0.5 + 1 % x 0.02) / 5 %."""
    gross = [{"gross_start": 4.0, "pnl": 1.0}, {"gross_start": 96.0, "pnl": 1.0}]
    run = books([gross[0] | {"pnl": -24.0}, gross[1] | {"pnl": 0.0}])
    assert neutrality(run, books(gross))["shortfall_es95"] == pytest.approx(0.404)


def test_forced_share_is_the_mean_of_the_cohorts_weighted_by_gross_inside(books: Books) -> None:
    """Basis (100 x 0.4 + 300 x 0) / 400 = 0.1, makers 0.5 whatever their neutrality; no pairs, no arbitrage."""
    run = books(
        [
            {"cohort": "basis", "gross_start": 100.0, "forced_share": 0.4},
            {"cohort": "basis", "gross_start": 300.0},
            {"cohort": "makers", "gross_start": 900.0, "forced_share": 0.5, "neutrality_start": 0.3},
        ]
    )
    score = neutrality(run, run)
    assert (score["forced_share_basis"], score["forced_share_makers"]) == pytest.approx((0.1, 0.5))
    assert score["forced_share"] == pytest.approx(0.3)
    assert math.isnan(score["forced_share_pairs"])


def test_naked_time_is_weighted_by_gross(books: Books) -> None:
    run = books([{"gross_start": 100.0, "naked_time": 40.0}, {"gross_start": 300.0}])
    assert neutrality(run, run)["naked_time"] == pytest.approx(10.0)


def test_the_smallest_difference_of_interest_is_a_fifth_and_at_least_half_a_point() -> None:
    rows = pd.DataFrame({"mnf": [0.2, 0.4]})
    assert smallest_difference(MNF, rows) == pytest.approx(0.06)
    assert smallest_difference(MNF, rows / 100) == pytest.approx(0.005)


def test_runs_with_different_strategies_are_refused(a_run: Run) -> None:
    accounts = [{"owner": "a"}, {"owner": "b"}]
    run, reference = a_run(accounts, strategies=[{"owner": "a"}]), a_run(accounts, strategies=[{"owner": "b"}])
    with pytest.raises(InputError, match="different market-neutral strategies"):
        neutrality(run, reference)


def test_a_strategy_without_an_account_is_refused(a_run: Run) -> None:
    run = a_run([{"owner": "a"}], strategies=[{"owner": "b"}])
    with pytest.raises(InputError, match="owner 'b' of the record holds no account"):
        neutrality(run, run)
