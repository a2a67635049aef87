"""Regret over scenarios: what a policy costs against the best one of each scenario, without weighing scenarios."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.decisions.outcomes import Outcomes
from lastresort.scores.statistics.estimates import Estimate, without_interval
from lastresort.scores.statistics.percentiles import percentile_estimates

SHARE = 0.9
"""Share of scenarios for which the high regret holds."""
_NOWHERE = without_interval(math.nan, "not defined in any scenario")


@dataclass(frozen=True, slots=True)
class Regret:
    """A policy's regret on one criterion, in its unit, over the scenarios in which the criterion is defined.

    `largest` is the largest over the scenarios, whose smallest over the policies is minimax; `high` is what at least
    90 % of the scenarios do not exceed.
    """

    by_scenario: Mapping[str, Estimate]
    largest: Estimate
    high: Estimate


def regrets(scores: Floats) -> Floats:
    """Score less the best score of the scenario, `[..., scenarios, P]`, lower is better (Savage 1951)."""
    return np.asarray(scores - scores.min(axis=-1, keepdims=True))


def largest_regrets(regret: Floats) -> Floats:
    """Largest regret over the scenarios, `[..., P]`, given regrets `[..., scenarios, P]`; its smallest is minimax."""
    return np.asarray(regret.max(axis=-2))


def high_regrets(regret: Floats) -> Floats:
    """Smallest regret that 90 % of the scenarios do not exceed, `[..., P]`; the largest of fewer than ten."""
    scenarios = regret.shape[-2]
    place = int(np.ceil(SHARE * scenarios - 1e-9)) - 1
    return np.asarray(np.sort(regret, axis=-2)[..., place, :])


def estimate_regrets(outcomes: Outcomes, criterion: int, scenarios: Sequence[str]) -> list[Regret]:
    """Regret of each policy on the criterion at a place, with intervals over resamples."""
    known = np.flatnonzero(outcomes.defined[:, criterion])
    names = [name for name, defined in zip(scenarios, outcomes.defined[:, criterion], strict=True) if defined]
    if not names:
        return [Regret({}, _NOWHERE, _NOWHERE)] * outcomes.values.shape[1]
    values = regrets(outcomes.values[..., criterion][known])
    resampled = regrets(outcomes.resampled[..., criterion][:, known])
    by_scenario = [
        percentile_estimates(own, strayed.T) for own, strayed in zip(values, np.moveaxis(resampled, 1, 0), strict=True)
    ]
    largest, high = (percentile_estimates(over(values), over(resampled).T) for over in (largest_regrets, high_regrets))
    return [
        Regret(dict(zip(names, own, strict=True)), one, other)
        for *own, one, other in zip(*by_scenario, largest, high, strict=True)
    ]
