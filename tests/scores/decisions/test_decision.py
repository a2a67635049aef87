"""Decisions over scenarios and criteria: tables in which the answer is plain."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.decisions.decision import Decision, decide

Named = Callable[[str], Policy]

WORDS: dict[str, Any] = {"title": "t", "meaning": "m", "formula": "f", "unit": "fraction", "measure": None}
SHAPE = Score(name="shape", per="deficit", direction="lower is better", **WORDS)
HEDGES = Score(name="hedges", direction="lower is better", **WORDS)
RESCUE = Score(name="rescue", direction="higher is better", **WORDS)
MARGINS = {"shape": 0.02, "hedges": 0.02}
SEEDS = 30


def table(values: Mapping[str, tuple[float, float]], deficit: float = 1.0, noise: float = 0.002) -> pd.DataFrame:
    """Mean shape and hedges of each policy, with a little noise of its own and much in common."""
    random = np.random.default_rng(len(values))
    common = random.normal(0, 0.05, SEEDS)
    return pd.concat(
        pd.DataFrame(
            {
                "policy": name,
                "seed": np.arange(SEEDS),
                "shape": deficit * (shape + common + random.normal(0, noise, SEEDS)),
                "deficit": deficit,
                "hedges": hedges + common + random.normal(0, noise, SEEDS),
                "rescue": -hedges - common,
                "loss": shape + common,
            }
        )
        for name, (shape, hedges) in values.items()
    )


CALM = {"deep-pocket": (0.0, 0.0), "a": (0.1, 0.3), "b": (0.3, 0.1), "c": (0.4, 0.4)}
CRASH = {"deep-pocket": (0.0, 0.0), "a": (0.2, 0.3), "b": (0.7, 0.3), "c": (0.21, 0.9)}


@pytest.fixture
def policies(a_policy: Named) -> list[Policy]:
    """The reference and three contenders."""
    return [a_policy(name) for name in CALM]


@pytest.fixture
def both(policies: list[Policy]) -> Decision:
    """The decision over both scenarios."""
    return decide({"calm": table(CALM), "crash": table(CRASH)}, policies, [SHAPE, HEDGES], MARGINS)


def test_who_is_dominated(policies: list[Policy], both: Decision) -> None:
    """In the calm c is worse on both; over both scenarios a is nowhere worse than c."""
    calm = decide({"calm": table(CALM)}, policies, [SHAPE, HEDGES], MARGINS)
    assert calm.non_dominated == {"a": 1.0, "b": 1.0, "c": 0.0}
    assert both.non_dominated["c"] < 0.01
    assert both.policies == ("a", "b", "c")


def test_a_lead_too_small_to_matter_does_not_dominate(policies: list[Policy]) -> None:
    close = {"deep-pocket": (0.0, 0.0), "a": (0.1, 0.1), "b": (0.11, 0.11), "c": (0.2, 0.2)}
    found = decide({"calm": table(close)}, policies, [SHAPE, HEDGES], MARGINS)
    assert found.non_dominated == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert found.epsilon_non_dominated == {"a": 1.0, "b": 1.0, "c": 0.0}


def test_regret_is_the_gap_to_the_best_of_each_scenario(policies: list[Policy], both: Decision) -> None:
    shape = both.regrets["shape"]
    assert shape["b"].by_scenario["calm"].value == pytest.approx(0.2, abs=0.002)
    assert shape["b"].by_scenario["crash"].value == pytest.approx(0.5, abs=0.002)
    assert shape["b"].largest.value == shape["b"].by_scenario["crash"].value == shape["b"].high.value
    assert (shape["a"].largest.value, shape["a"].largest.high) == (0.0, 0.0)
    assert shape["b"].largest.low < 0.5 < shape["b"].largest.high
    alone = decide({"calm": table(CALM)}, policies, [SHAPE, HEDGES], MARGINS).regrets["shape"]["b"]
    assert alone.largest == alone.by_scenario["calm"] == shape["b"].by_scenario["calm"]


def test_scenarios_that_satisfy(both: Decision) -> None:
    """a is within 0.02 of the best in the crash only: in the calm it loses 0.2 on the hedges."""
    assert {name: one.value for name, one in both.satisfying.items()} == {"a": 0.5, "b": 0.0, "c": 0.0}


def test_higher_may_be_better(policies: list[Policy]) -> None:
    found = decide({"calm": table(CALM)}, policies, [SHAPE, RESCUE], {})
    mirrored = decide({"calm": table(CALM)}, policies, [SHAPE, HEDGES], {})
    assert found.regrets["rescue"]["a"].largest.value == pytest.approx(0.2, abs=0.002)
    assert found.non_dominated == mirrored.non_dominated


def test_scores_that_are_defined_nowhere_say_nothing(policies: list[Policy]) -> None:
    """Without a deficit there is no shape: the calm counts for the hedges only."""
    tables = {"calm": table(CALM, deficit=0.0), "crash": table(CRASH)}
    found = decide(tables, policies, [SHAPE, HEDGES], MARGINS)
    assert list(found.regrets["shape"]["b"].by_scenario) == ["crash"]
    nothing = decide({"calm": tables["calm"]}, policies, [SHAPE], MARGINS)
    assert math.isnan(nothing.regrets["shape"]["b"].largest.value)
    assert nothing.regrets["shape"]["b"].by_scenario == {}


def test_the_order_of_scenarios_policies_and_rows_does_not_matter(policies: list[Policy], both: Decision) -> None:
    shuffled = {
        "crash": table(CRASH).sample(frac=1.0, random_state=1),
        "calm": table(CALM).sample(frac=1.0, random_state=2),
    }
    other = decide(shuffled, policies[::-1], [SHAPE, HEDGES], MARGINS)
    assert other.regrets["shape"]["b"].by_scenario["calm"] == both.regrets["shape"]["b"].by_scenario["calm"]
    assert other.regrets["shape"]["b"].largest == both.regrets["shape"]["b"].largest
    assert dict(other.non_dominated) == dict(both.non_dominated)


def test_who_is_missing_in_a_scenario_is_left_out(policies: list[Policy]) -> None:
    crash = table(CRASH)
    found = decide({"calm": table(CALM), "crash": crash[crash["policy"] != "b"]}, policies, [SHAPE], MARGINS)
    assert found.policies == ("a", "c")


def test_what_cannot_be_decided_is_refused(policies: list[Policy], a_policy: Named) -> None:
    calm = table(CALM)
    with pytest.raises(InputError, match="no contender"):
        decide({"calm": calm}, [a_policy("deep-pocket")], [SHAPE], MARGINS)
    with pytest.raises(InputError, match="no criterion"):
        decide({"calm": calm}, policies, [], MARGINS)
    with pytest.raises(InputError, match="scenario 'calm', policies need the same seeds, at least two"):
        decide({"calm": calm[calm["seed"] == 1]}, policies, [SHAPE], MARGINS)
    with pytest.raises(InputError, match="the same seeds"):
        decide({"calm": calm.iloc[:-1]}, policies, [SHAPE], MARGINS)
