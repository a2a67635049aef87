"""Scores that plugins bring: measured run by run, and what goes wrong in one is told and stays its own."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.plugins.score import Measure, Score
from lastresort.scores import SCORES, compare_policies, measure_scores, score_results
from lastresort.scores.measuring import Measured
from lastresort.scores.registration import lastresort_scores
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Compare = Callable[[Sequence[RunRecord]], Any]


def a_score(measure: Measure, name: str = "mine", per: str = "") -> Score:
    return Score(
        name=name,
        title="Mine",
        meaning="What I measure.",
        formula="mean(x)",
        unit="contracts",
        direction="descriptive",
        measure=measure,
        per=per,
    )


@pytest.fixture
def results(a_run: Run, a_comparison: Compare) -> Any:
    """Two policies on two seeds; the queue takes 30 and 50 from the first of two owners, in reverse order."""
    return taking(a_run, a_comparison, {2: 50.0, 1: 30.0})


def taking(a_run: Run, a_comparison: Compare, losses: Mapping[int, float]) -> Any:
    """Two policies on some seeds; the queue takes so much from the first of two owners."""
    runs = []
    for seed, loss in losses.items():
        runs.append(a_run([{"charged": loss}, {}], deficit=55.0, policy="queue", seed=seed))
        runs.append(a_run([{}, {}], deficit=60.0, policy="deep-pocket", seed=seed))
    return a_comparison(runs)


def measured(results: Any, *scores: Score) -> Measured:
    return measure_scores(results, score_results(results), [("my.py", score) for score in scores])


def larger(run: RunRecord, reference: RunRecord) -> float:
    """Charges beyond those of the reference run; the seed tells the runs apart."""
    assert (run.seed, reference.policy) == (reference.seed, "deep-pocket")
    return float(run.accounts["charged"].sum() - reference.accounts["charged"].sum()) + 0.001 * run.seed


def leave(run: RunRecord, reference: RunRecord) -> float:
    raise KeyboardInterrupt("mine")


def test_each_run_is_measured_against_the_reference_of_its_seed(results: Any) -> None:
    found = measured(results, a_score(larger))
    assert found.table["mine"].tolist() == pytest.approx([30.001, 50.002, 0.001, 0.002])
    assert found.table["mine"].dtype == np.float64
    assert found.problems == ()


def test_the_other_columns_stay_as_they_are(results: Any) -> None:
    pd.testing.assert_frame_equal(measured(results, a_score(larger)).table.drop(columns="mine"), score_results(results))


def test_a_score_has_an_estimate_with_an_interval(a_run: Run, a_comparison: Compare) -> None:
    """30 and 50 in turn, ten times each, and a thousandth of the seeds 1 to 20, 0.21 in all."""
    results = taking(a_run, a_comparison, {seed: 30.0 + 20.0 * (seed % 2) for seed in range(1, 21)})
    found = measured(results, a_score(larger), a_score(larger, name="share", per="reference_deficit"))
    comparison = compare_policies(found.table, results.policies, (*SCORES, *(score for _, score in found.scores)))
    mine = comparison.estimates["queue"]["mine"]
    assert mine.value == pytest.approx(40.0105)
    assert 30.0 < mine.low < mine.value < mine.high < 50.1
    assert comparison.estimates["queue"]["share"].value == pytest.approx(40.0105 / 60)


def test_two_seeds_are_too_few_for_an_interval(results: Any) -> None:
    found = measured(results, a_score(larger))
    comparison = compare_policies(found.table, results.policies, (*SCORES, *(score for _, score in found.scores)))
    mine = comparison.estimates["queue"]["mine"]
    assert mine.value == pytest.approx(40.0015)
    assert (mine.method, mine.note) == ("none", "too few seeds")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda run, reference: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda run, reference: math.nan, "found nan; allowed: a finite number"),
        (lambda run, reference: -math.inf, "found -inf; allowed: a finite number"),
        (lambda run, reference: None, "TypeError: float() argument must be a string or a real number, not 'NoneType'"),
        (lambda run, reference: exit(3), "SystemExit: 3"),
        (leave, "KeyboardInterrupt: mine"),
    ],
    ids=["raises", "nan", "infinite", "nothing", "exits", "interrupts"],
)
def test_a_score_that_fails_is_told_with_its_plugin_and_the_others_stand(
    results: Any, answer: Measure, said: str
) -> None:
    found = measured(results, a_score(answer, name="broken"), a_score(larger))
    place = "plugin my.py, score 'broken': no value in 4 of 4 runs; policy 'queue', seed 1: "
    (problem,) = found.problems
    assert re.fullmatch(rf"{re.escape(place)}(test_measuring.py, line \d+: )?{re.escape(said)}", problem)
    assert found.table["broken"].isna().all()
    assert found.table["mine"].notna().all()


def test_a_single_run_without_a_value_is_told(results: Any) -> None:
    found = measured(results, a_score(lambda run, _: math.nan if (run.policy, run.seed) == ("queue", 2) else 1.0))
    assert found.problems[0].startswith("plugin my.py, score 'mine': no value in 1 of 4 runs; policy 'queue', seed 2:")
    assert found.table["mine"].isna().tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (a_score(larger, name="beta"), "score 'beta': the score table has a column of this name"),
        (a_score(larger, name="borne"), "score 'borne': the score table has a column of this name"),
        (a_score(larger, name="seed"), "score 'seed': the score table has a column of this name"),
        (a_score(larger, per="deficits"), "score 'mine': the score table has no column deficits"),
        (
            a_score(larger, per="pass_through"),
            "score 'mine': the score table has no column pass_through: 'loss' is what users lost, in dollars",
        ),
    ],
)
def test_a_score_that_does_not_fit_the_table_is_left_out_and_told(results: Any, score: Score, said: str) -> None:
    found = measured(results, score)
    assert found.scores == ()
    assert [problem for problem in found.problems if problem.startswith(f"plugin my.py, {said}")]
    pd.testing.assert_frame_equal(found.table, score_results(results))


def test_the_built_in_scores_fit_the_table_and_read_no_record(results: Any) -> None:
    table = score_results(results)
    read = len(results.reads)
    found = measure_scores(results, table, [("built-in scores", score) for score in lastresort_scores()])
    assert (found.problems, tuple(score for _, score in found.scores)) == ((), SCORES)
    assert len(results.reads) == read
