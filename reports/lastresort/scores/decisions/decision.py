"""What to make of several scores in several scenarios at once, without adding them up to one total."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.decisions import pareto
from lastresort.scores.decisions.acceptability import acceptability_of
from lastresort.scores.decisions.dominance import LossDominance, loss_dominance
from lastresort.scores.decisions.outcomes import Outcomes, resample_outcomes
from lastresort.scores.decisions.regret import Regret, estimate_regrets
from lastresort.scores.decisions.satisficing import estimate_nearly_best, estimate_satisfying
from lastresort.scores.statistics.estimates import Estimate
from lastresort.scores.statistics.plain import plain

METHOD = (
    "Seeds are resampled 10,000 times, the same for all policies of a scenario, scenarios independently. A policy "
    "is not dominated unless another is worse on no criterion of any scenario and better on one, for epsilon "
    "dominance by at least the smallest difference of interest. Regret is the score less the best score of the "
    "scenario. A scenario is satisfied if no criterion exceeds its threshold, or where none are given, if no regret "
    "exceeds the smallest difference of interest. For the acceptability of ranks, each resample has its own weights "
    "of criteria and of scenarios, all weights alike, and criteria run from 0 for the best to 1 for the worst "
    "policy. Dominance of the distributions of losses is a null hypothesis, so it is rejected or not rejected. "
    "There is no weighted total."
)


@dataclass(frozen=True)
class Decision:
    """The contenders over all criteria and scenarios, lower regret and rank are better.

    `non_dominated` and `epsilon_non_dominated` are probabilities by policy; `regrets[criterion][policy]`;
    `satisfying[policy]` is the share of scenarios; `ranks[policy]` are the probabilities of rank 1, 2, ... and
    `central_weights[policy][criterion]` the mean weights with which it is first, NaN if it never is. `undefined` names
    (scenario, criterion) that are not defined and say nothing; `left_out` contenders that are missing somewhere;
    `resamples` is the share of resamples in which all else is defined.
    """

    scenarios: tuple[str, ...]
    policies: tuple[str, ...]
    criteria: tuple[str, ...]
    smallest_differences: Mapping[str, float]
    non_dominated: Mapping[str, float]
    epsilon_non_dominated: Mapping[str, float]
    regrets: Mapping[str, Mapping[str, Regret]]
    satisfying: Mapping[str, Estimate]
    ranks: Mapping[str, tuple[float, ...]]
    central_weights: Mapping[str, Mapping[str, float]]
    dominance: tuple[LossDominance, ...]
    undefined: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]
    resamples: float
    method: str = METHOD

    def to_json(self) -> dict[str, Any]:
        """The decision as plain dictionaries and lists, None for NaN: what `json.dumps` writes as valid JSON."""
        document: dict[str, Any] = plain(asdict(self))
        return document


def decide(
    tables: Mapping[str, pd.DataFrame],
    policies: Sequence[Policy],
    criteria: Sequence[Score],
    smallest_differences: Mapping[str, float],
    thresholds: Mapping[str, float] | None = None,
    loss: str = "loss",
) -> Decision:
    """Weigh up the contenders by their rows of the score table of each scenario, one scenario or many.

    `smallest_differences` and `thresholds` are by criterion, in its unit; a criterion without a threshold is not asked
    for. Lower is better unless a criterion says otherwise. `loss` is the column of the score tables whose distributions
    are compared. InputError without contenders or criteria, and where policies were not run on the same seeds, two or
    more.
    """
    contenders = [policy.name for policy in policies if policy.role == "contender"]
    names = [name for name in contenders if all(name in set(table["policy"]) for table in tables.values())]
    _check(names, criteria)
    titles = [score.name for score in criteria]
    outcomes = resample_outcomes(tables, names, criteria)
    epsilon = np.array([smallest_differences.get(title, 0.0) for title in titles])
    ranked = acceptability_of(outcomes)
    return Decision(
        scenarios=tuple(tables),
        policies=tuple(names),
        criteria=tuple(titles),
        smallest_differences=dict(zip(titles, epsilon.tolist(), strict=True)),
        non_dominated=dict(zip(names, _non_dominated(outcomes, 0 * epsilon), strict=True)),
        epsilon_non_dominated=dict(zip(names, _non_dominated(outcomes, epsilon), strict=True)),
        regrets={
            title: dict(zip(names, estimate_regrets(outcomes, place, list(tables)), strict=True))
            for place, title in enumerate(titles)
        },
        satisfying=dict(zip(names, _satisfying(outcomes, criteria, epsilon, thresholds), strict=True)),
        ranks={name: tuple(row) for name, row in zip(names, ranked.ranks.tolist(), strict=True)},
        central_weights={
            name: dict(zip(titles, row, strict=True))
            for name, row in zip(names, ranked.central_weights.tolist(), strict=True)
        },
        dominance=tuple(loss_dominance(tables, names, loss)),
        undefined=_undefined(outcomes, list(tables), titles),
        left_out=tuple(name for name in contenders if name not in names),
        resamples=outcomes.kept,
    )


def _check(contenders: Sequence[str], criteria: Sequence[Score]) -> None:
    if not contenders:
        raise InputError("decision: found no contender that was run in every scenario; allowed: at least one")
    if not criteria:
        raise InputError("decision: found no criterion; allowed: at least one score")


def _non_dominated(outcomes: Outcomes, epsilon: Floats) -> list[float]:
    """Probabilities over all scenarios side by side."""
    margins = np.broadcast_to(epsilon, outcomes.defined.shape)[outcomes.defined]
    chances: list[float] = pareto.probabilities(outcomes.cells, margins).tolist()
    return chances


def _satisfying(
    outcomes: Outcomes, criteria: Sequence[Score], margins: Floats, thresholds: Mapping[str, float] | None
) -> list[Estimate]:
    if thresholds is None:
        return estimate_nearly_best(outcomes, margins)
    limits = [thresholds.get(score.name, np.nan) for score in criteria]
    signs = [-1.0 if score.direction == "higher is better" else 1.0 for score in criteria]
    return estimate_satisfying(outcomes, np.array(signs) * np.array(limits))


def _undefined(outcomes: Outcomes, scenarios: Sequence[str], criteria: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((scenarios[row], criteria[column]) for row, column in np.argwhere(~outcomes.defined))
