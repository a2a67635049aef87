"""The score table: rows, types, bytes, and what is missing."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.plugins.errors import InputError
from lastresort.scores import SCORES, score_results
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Compare = Callable[[Sequence[RunRecord]], Any]


@pytest.fixture
def results(a_run: Run, a_comparison: Compare) -> Any:
    """Two policies on seeds 2 and 1; the queue takes 3 of the 10 of the first of two owners."""
    runs = []
    for seed in (2, 1):
        runs.append(a_run([{"charged": 3.0}, {}], deficit=55.0, policy="queue", seed=seed))
        runs.append(a_run([{}, {}], deficit=60.0, policy="deep-pocket", seed=seed))
    return a_comparison(runs)


def test_rows_come_by_policy_then_seed_with_fixed_types(results: Any) -> None:
    table = score_results(results)
    assert list(zip(table["policy"], table["seed"], strict=True)) == [
        ("queue", 1),
        ("queue", 2),
        ("deep-pocket", 1),
        ("deep-pocket", 2),
    ]
    assert table["seed"].dtype == np.int64
    assert (table.drop(columns=["policy", "seed"]).dtypes == np.float64).all()


def test_values_by_hand(results: Any) -> None:
    queue, reference = score_results(results).iloc[0], score_results(results).iloc[2]
    assert (queue["loss"], queue["beta"], queue["lc"]) == pytest.approx((3, 0.3, 3.9))
    assert (queue["deficit"], queue["reference_deficit"]) == (55.0, 60.0)
    assert (reference["loss"], reference["lc"], reference["mnf"]) == (0.0, 0.0, 0.0)
    assert np.isnan(reference["beta"])


def test_each_record_is_read_once(results: Any) -> None:
    score_results(results)
    assert sorted(results.reads) == [("deep-pocket", 1), ("deep-pocket", 2), ("queue", 1), ("queue", 2)]


def test_scoring_again_gives_the_same_bytes(results: Any) -> None:
    def written(table: pd.DataFrame) -> tuple[bytes, str]:
        table.to_parquet(buffer := BytesIO(), index=False)
        return buffer.getvalue(), table.to_csv(index=False)

    assert written(score_results(results)) == written(score_results(results))
    assert "cpu_seconds" not in score_results(results)


def test_every_score_reads_columns_of_the_table(results: Any) -> None:
    columns = set(score_results(results).columns)
    assert {name for score in SCORES for name in (score.name, score.weight, score.per) if name} <= columns


def test_without_the_reference_policy_there_are_no_scores(a_run: Run, a_comparison: Compare) -> None:
    with pytest.raises(InputError, match="'deep-pocket', and there is none among the policies"):
        score_results(a_comparison([a_run(policy="queue")]))
