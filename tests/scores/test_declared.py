"""Declared comparisons: one family over all scenarios, whatever the scores, and none where a policy failed."""

import numpy as np
import pandas as pd
import pytest
from tests.scores.drawn_scores import drawn_headline, drawn_score

from lastresort.experiments.planning import Comparison
from lastresort.plugins.score import Score
from lastresort.scores.declared import answer
from lastresort.scores.statistics import holm
from lastresort.scores.statistics.verdicts import Verdict

SCORES: dict[str, Score] = {
    "narrow": drawn_headline("narrow", least=0.5),
    "without": drawn_score("without"),
}


def table(shift: float, policies: tuple[str, ...] = ("queue", "pro-rata")) -> pd.DataFrame:
    """Sixteen seeds in common; the second policy is lower by `shift`, plus or minus 0.02."""
    shared = np.arange(16.0)
    wobble = 0.02 * np.tile([1, -1, 1, -1, 1, 1, -1, -1], 2)
    values = {policies[0]: shared} | dict.fromkeys(policies[1:], shared - shift + wobble)
    return pd.concat(
        pd.DataFrame({"policy": name, "seed": np.arange(1, 17)} | dict.fromkeys(SCORES, own))
        for name, own in values.items()
    )


def declared(scenario: str, score: str, policy: str = "pro-rata") -> Comparison:
    """A comparison with the queue."""
    return Comparison(scenario, policy, "queue", score)


def test_each_score_has_its_own_smallest_difference() -> None:
    tables = {"calm": table(0.1), "crash": table(2.0)}
    comparisons = [declared(scenario, score) for scenario in tables for score in SCORES]
    differences = [one.difference for one in answer(comparisons, tables, SCORES)]
    assert [one.verdict for one in differences if one] == [
        Verdict.EQUIVALENT,
        Verdict.BETTER,
        Verdict.BETTER,
        Verdict.BETTER,
    ]
    assert [one.estimate.value for one in differences if one] == pytest.approx([-0.1, -0.1, -2.0, -2.0])


def test_p_values_are_adjusted_over_all_scenarios() -> None:
    """The jackknife error of a mean is s / sqrt(n): t = 0.01 / (0.020656 / sqrt(16)) = 1.93649, p(15) = 0.07188."""
    tables = {"calm": table(0.01), "crash": table(2.0)}
    found = [
        one.difference for one in answer([declared("calm", "narrow"), declared("crash", "narrow")], tables, SCORES)
    ]
    p_values = [one.p_value for one in found if one]
    assert p_values[0] == pytest.approx(0.07188, abs=1e-4)
    assert [one.p_adjusted for one in found if one] == pytest.approx(list(holm(p_values)))
    assert found[1] is not None
    assert found[1].p_adjusted == pytest.approx(2 * p_values[1])


def test_a_policy_that_failed_leaves_its_comparison_open_and_the_family_smaller() -> None:
    tables = {"calm": table(0.1), "crash": table(2.0, ("queue",))}
    comparisons = [declared("crash", "narrow"), declared("calm", "narrow")]
    lost, kept = answer(comparisons, tables, SCORES)
    assert (lost.comparison, lost.difference) == (comparisons[0], None)
    assert kept.difference is not None
    assert kept.difference.p_adjusted == kept.difference.p_value


def test_the_order_of_rows_does_not_matter() -> None:
    tables = {"calm": table(0.1)}
    shuffled = {"calm": table(0.1).sample(frac=1, random_state=1)}
    assert answer([declared("calm", "narrow")], tables, SCORES) == answer(
        [declared("calm", "narrow")], shuffled, SCORES
    )


def test_a_verdict_on_loss_centralization_stands_only_where_a_quarter_of_an_hour_agrees() -> None:
    """The second policy is lower by 2 in every seed over five minutes, and higher by 1 over fifteen."""
    own = table(2.0).assign(lc=lambda rows: rows["narrow"], users_equity=1.0)
    shift = np.where(own["policy"] == "pro-rata", 3.0, 0.0)
    scores = {"lc": drawn_headline("lc", least=0.5)}
    (agreed,) = answer([declared("calm", "lc")], {"calm": own.assign(lc_15m=own["lc"])}, scores)
    (turned,) = answer([declared("calm", "lc")], {"calm": own.assign(lc_15m=own["lc"] + shift)}, scores)
    assert agreed.difference is not None
    assert turned.difference is not None
    assert (agreed.difference.verdict, turned.difference.verdict) == (Verdict.BETTER, Verdict.INCONCLUSIVE)
    assert turned.difference.doubt == "the difference over 15 minutes has the opposite sign"
