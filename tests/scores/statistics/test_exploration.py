"""Exploratory differences have q values over all of them, and no verdict."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from tests.scores.drawn_scores import drawn_score

from lastresort.scores.statistics import benjamini_hochberg
from lastresort.scores.statistics.exploration import ExploratoryDifference, explore
from lastresort.scores.statistics.family import Pair, judge

SCORES = tuple(drawn_score(name, unit="USD") for name in ("x", "y", "z"))


def pairs() -> list[Pair]:
    random = np.random.default_rng(5)
    rows = [pd.DataFrame({score.name: random.normal(0.3 * place, 1, 20) for score in SCORES}) for place in range(4)]
    return [Pair(score, f"p{place}", "p0", rows[place], rows[0]) for score in SCORES for place in (1, 2, 3)]


def test_q_values_are_adjusted_over_all_scores_and_policies() -> None:
    found, judged = explore(pairs()), judge(pairs())
    assert [(one.policy, one.score) for one in found] == [(pair.policy, pair.score.name) for pair in pairs()]
    assert [one.estimate for one in found] == [one.estimate for one in judged]
    assert [one.q_value for one in found] == pytest.approx(list(benjamini_hochberg([one.p_value for one in judged])))


def test_there_is_no_verdict() -> None:
    assert not {"verdict", "sentence"} & {field.name for field in fields(ExploratoryDifference)}
    assert explore([]) == ()
