"""Comparisons of policies from score tables, by hand and by what must hold of any."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.scores import PRIMARY, SCORES, Comparison, Verdict, compare_policies, score_results
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Compare = Callable[[Sequence[RunRecord]], Any]
Named = Callable[[str], Policy]

POLICIES = ("deep-pocket", "fund+queue-adl", "fund+pro-rata-adl")


def a_table(run: Run, compare: Compare, seeds: int, policies: Sequence[str] = POLICIES) -> pd.DataFrame:
    """Two owners have 100 r each in seed r: the queue takes 40 r from one of them, pro rata 10 r from each."""
    losses = {"fund+queue-adl": (40.0, 0.0), "fund+pro-rata-adl": (10.0, 10.0)}
    desks = [{"owner": name, "equity_start": 0.0, "gross_largest": 0.0} for name in ("desk a", "desk b")]
    runs = []
    for seed in range(1, seeds + 1):
        for policy in policies:
            taken = [seed * loss for loss in losses.get(policy, (0.0, 0.0))]
            accounts = [{"equity_start": 100.0 * seed, "charged": loss} for loss in taken]
            orphaned = policy == "fund+queue-adl" and seed % 2 == 0
            strategies = [
                {"owner": "desk a", "orphaned": orphaned},
                {"owner": "desk b", "gross_start": 300.0},
            ]
            runs.append(run([*accounts, *desks], strategies=strategies, policy=policy, seed=seed))
    return score_results(compare(runs))


@pytest.fixture
def comparison(a_run: Run, a_comparison: Compare, a_policy: Named) -> Comparison:
    """The comparison of ten seeds of the table above."""
    return compare_policies(a_table(a_run, a_comparison, 10), [a_policy(name) for name in POLICIES])


def test_aggregates_by_hand(comparison: Comparison) -> None:
    """Queue: L = 40 r, beta = 0.4 and LC = 56 r in seed r; a book with a quarter of the gross fails in even seeds."""
    queue = comparison.estimates["fund+queue-adl"]
    assert queue["loss"].value == pytest.approx(40 * 5.5)
    assert queue["beta"].value == pytest.approx(0.4)
    assert queue["lc"].value == pytest.approx(56 * 5.5)
    assert queue["lc_bp"].value == pytest.approx(56 / 200 * 1e4)
    assert queue["mnf"].value == pytest.approx(0.125)
    pro_rata = comparison.estimates["fund+pro-rata-adl"]
    assert pro_rata["beta"].value == pytest.approx(0.1)
    assert pro_rata["lc"].value == pytest.approx(22 * 5.5)


def test_beta_weighs_runs_by_dollars_and_lc_does_not(a_run: Run, a_comparison: Compare, a_policy: Named) -> None:
    """Two owners with 10 each: 2 from one (b = 0.2), and 3 from each (b = 0.3).

    beta = (0.4 + 1.8) / 8 = 0.275, where a mean over runs would give 0.25; LC is the mean of 2.4 and 7.8.
    """
    runs = [a_run([{}, {}], seed=seed) for seed in (1, 2)]
    runs.append(a_run([{"charged": 2.0}, {}], policy="x", seed=1))
    runs.append(a_run([{"charged": 3.0}, {"charged": 3.0}], policy="x", seed=2))
    compared = compare_policies(score_results(a_comparison(runs)), [a_policy("deep-pocket"), a_policy("x")])
    assert compared.estimates["x"]["beta"].value == pytest.approx(0.275)
    assert compared.estimates["x"]["lc"].value == pytest.approx(5.1)


def test_the_reference_scores_zero_on_both_headlines(comparison: Comparison) -> None:
    reference = comparison.estimates["deep-pocket"]
    assert reference["lc"].value == reference["mnf"].value == 0.0
    assert math.isnan(reference["beta"].value)


def test_differences_and_verdicts(comparison: Comparison) -> None:
    """LC differs by 34 r; the smallest difference of interest is a fifth of the queue's 308."""
    assert comparison.baseline == "fund+queue-adl"
    assert [(found.policy, found.score) for found in comparison.differences] == [
        ("fund+pro-rata-adl", score.name) for score in PRIMARY
    ]
    shape = comparison.difference("fund+pro-rata-adl", "lc")
    assert shape is not None
    assert shape.estimate.value == pytest.approx(-34 * 5.5)
    assert shape.margin == pytest.approx(61.6)
    assert (shape.verdict, shape.doubt) == (Verdict.BETTER, "")
    hedges = comparison.difference("fund+pro-rata-adl", "mnf")
    assert hedges is not None
    assert hedges.estimate.value == pytest.approx(-0.125)
    assert hedges.margin == pytest.approx(0.025)
    assert comparison.difference("fund+queue-adl", "mnf") is None


def test_verdicts_are_rows_with_intervals_and_margins(comparison: Comparison) -> None:
    frame = comparison.verdicts()
    assert list(frame.columns) == [
        *("policy", "baseline", "score", "difference", "low", "high", "margin", "verdict", "doubt"),
    ]
    row, found = frame.iloc[0], comparison.differences[0]
    assert (row["policy"], row["baseline"], row["score"]) == ("fund+pro-rata-adl", "fund+queue-adl", "lc")
    assert (row["difference"], row["low"], row["high"]) == (
        *(found.estimate.value, found.estimate.low),
        found.estimate.high,
    )
    assert (row["margin"], row["verdict"], row["doubt"]) == (found.margin, "better", "")


def test_who_is_ranked(comparison: Comparison) -> None:
    ranking = comparison.ranking
    assert (ranking.ranked, ranking.uncovered, ranking.undefined) == (
        *(("fund+pro-rata-adl", "fund+queue-adl"), {}),
        (),
    )
    (neighbour,) = ranking.neighbours
    assert (neighbour.policy, neighbour.baseline) == ("fund+queue-adl", "fund+pro-rata-adl")
    assert neighbour.estimate.value == pytest.approx(34 * 5.5)


def test_who_is_better_on_both_scores_is_never_dominated(comparison: Comparison) -> None:
    assert comparison.pareto["fund+pro-rata-adl"] == 1.0
    assert comparison.pareto["fund+queue-adl"] == 0.0
    assert "deep-pocket" not in comparison.pareto


def test_cohort_shares(comparison: Comparison) -> None:
    shares = {share.policy: share for share in comparison.cohorts}
    assert shares["fund+queue-adl"].cohort == "retail"
    assert shares["fund+queue-adl"].loss == pytest.approx(1.0)
    assert shares["fund+queue-adl"].endowment == pytest.approx(1.0)
    assert math.isnan(shares["deep-pocket"].loss)


def test_one_seed_gives_values_and_no_conclusions(a_run: Run, a_comparison: Compare, a_policy: Named) -> None:
    comparison = compare_policies(a_table(a_run, a_comparison, 1), [a_policy(name) for name in POLICIES])
    assert comparison.seeds == (1,)
    assert comparison.estimates["fund+queue-adl"]["lc"].value == pytest.approx(56.0)
    assert math.isnan(comparison.estimates["fund+queue-adl"]["lc"].low)
    assert {found.sentence for found in comparison.differences} == {"inconclusive"}
    assert all(math.isnan(share) for share in comparison.pareto.values())


def test_the_order_of_the_rows_does_not_matter(a_run: Run, a_comparison: Compare, a_policy: Named) -> None:
    table, policies = a_table(a_run, a_comparison, 6), [a_policy(name) for name in POLICIES]
    shuffled = table.sample(frac=1.0, random_state=np.random.default_rng(3))
    assert compare_policies(shuffled, policies).to_json() == compare_policies(table, policies).to_json()


def test_without_the_queue_the_first_contender_is_the_baseline(
    a_run: Run, a_comparison: Compare, a_policy: Named
) -> None:
    names = ("deep-pocket", "fund+pro-rata-adl", "other")
    table = a_table(a_run, a_comparison, 3, names)
    assert compare_policies(table, [a_policy(name) for name in names]).baseline == "fund+pro-rata-adl"


def test_references_alone_have_no_baseline(a_run: Run, a_comparison: Compare, a_policy: Named) -> None:
    comparison = compare_policies(a_table(a_run, a_comparison, 3, ["deep-pocket"]), [a_policy("deep-pocket")])
    assert (comparison.baseline, comparison.differences, comparison.pareto) == (None, (), {})


def test_where_nobody_loses_anything_rules_are_equivalent(a_run: Run, a_comparison: Compare, a_policy: Named) -> None:
    runs = [a_run(policy=policy, seed=seed) for policy in POLICIES for seed in (1, 2, 3)]
    comparison = compare_policies(score_results(a_comparison(runs)), [a_policy(name) for name in POLICIES])
    assert comparison.estimates["fund+queue-adl"]["lc"].value == 0.0
    assert math.isnan(comparison.estimates["fund+queue-adl"]["beta"].value)
    assert {one.sentence for one in comparison.differences} == {"equivalent"}


def test_without_hedged_books_there_is_no_verdict_on_them(a_run: Run, a_comparison: Compare, a_policy: Named) -> None:
    bare = [{"neutrality_start": 0.5}]
    runs = [a_run(strategies=bare, policy=policy, seed=seed) for policy in POLICIES for seed in (1, 2, 3)]
    comparison = compare_policies(score_results(a_comparison(runs)), [a_policy(name) for name in POLICIES])
    difference = comparison.difference("fund+pro-rata-adl", "mnf")
    assert difference is not None
    assert difference.sentence == "inconclusive"
    assert comparison.ranking.undefined == POLICIES[1:]
    assert comparison.ranking.ranked == ()


def test_the_comparison_is_valid_json(comparison: Comparison) -> None:
    document = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    assert document["estimates"]["deep-pocket"]["beta"]["value"] is None
    assert document["differences"][0]["verdict"] == "better"


def test_other_scores_are_explored_and_not_judged(comparison: Comparison) -> None:
    told = {(one.policy, one.score) for one in comparison.exploratory}
    primary = {score.name for score in PRIMARY}
    assert told == {
        ("fund+pro-rata-adl", score.name)
        for score in SCORES
        if score.name not in primary and score.direction != "descriptive"
    }
    shape = next(one for one in comparison.exploratory if one.score == "beta")
    assert shape.estimate.value == pytest.approx(-0.3)
    assert comparison.q_value("fund+pro-rata-adl", "beta") == shape.q_value
    assert comparison.q_value("fund+pro-rata-adl", "lc") is None


def test_estimates_are_the_same_whatever_else_is_estimated(a_run: Run, a_comparison: Compare, a_policy: Named) -> None:
    table, policies = a_table(a_run, a_comparison, 6), [a_policy(name) for name in POLICIES]
    all_scores = compare_policies(table, policies)
    few = compare_policies(table, policies, PRIMARY)
    assert few.differences == all_scores.differences
    for name in POLICIES:
        for score in PRIMARY:
            assert repr(few.estimates[name][score.name]) == repr(all_scores.estimates[name][score.name])


def test_every_estimate_is_a_row_of_a_frame_and_of_an_arrow_table(comparison: Comparison) -> None:
    frame = comparison.to_pandas()
    assert list(frame.columns) == ["policy", "score", "value", "low", "high", "standard_error", "method"]
    assert len(frame) == len(POLICIES) * len(SCORES)
    row = frame[(frame["policy"] == "fund+queue-adl") & (frame["score"] == "mnf")].iloc[0]
    found = comparison.estimates["fund+queue-adl"]["mnf"]
    assert (row["value"], row["low"], row["method"]) == (found.value, found.low, found.method)
    assert comparison.to_arrow().to_pandas().equals(frame)


def test_notebooks_show_primary_scores_and_verdicts(comparison: Comparison) -> None:
    page = comparison._repr_html_()
    assert page.count("<tr>") == 1 + len(POLICIES)
    assert "<th>lc</th>" in page
    assert "<td>baseline</td>" in page
    assert "<td>better</td>" in page
    hostile = replace(comparison, policies=("<script>",), estimates={"<script>": comparison.estimates["deep-pocket"]})
    assert "<script>" not in hostile._repr_html_()


def test_missing_runs_are_named(a_run: Run, a_comparison: Compare, a_policy: Named) -> None:
    table, policies = a_table(a_run, a_comparison, 3), [a_policy(name) for name in POLICIES]
    with pytest.raises(InputError, match="'deep-pocket', and there is none"):
        compare_policies(table[table["policy"] != "deep-pocket"], policies)
    with pytest.raises(InputError, match="policy 'fund\\+pro-rata-adl' has 2 of the 3 runs"):
        compare_policies(table.drop(index=table.index[-1]), policies)
