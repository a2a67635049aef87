"""What to make of several scores in several scenarios at once, without adding them up to one total."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.decisions import pareto
from lastresort.scores.decisions.outcomes import Outcomes, resample_outcomes
from lastresort.scores.decisions.regret import Regret, estimate_regrets
from lastresort.scores.decisions.satisficing import estimate_nearly_best
from lastresort.scores.statistics.estimates import Estimate

if TYPE_CHECKING:
    import pandas as pd

METHOD = (
    "Seeds are resampled 10,000 times, the same for all policies of a scenario, scenarios independently. A policy "
    "is not dominated unless another is worse on no criterion of any scenario and better on one, for epsilon "
    "dominance by at least the smallest difference of interest. Regret is the score less the best score of the "
    "scenario. A scenario is satisfied if no regret exceeds the smallest difference of interest. There is no weighted "
    "total."
)


@dataclass(frozen=True)
class Decision:
    """The contenders over all criteria and scenarios, lower regret is better.

    `non_dominated` and `epsilon_non_dominated` are probabilities by policy; `regrets[criterion][policy]`;
    `satisfying[policy]` is the share of scenarios.
    """

    scenarios: tuple[str, ...]
    policies: tuple[str, ...]
    criteria: tuple[str, ...]
    smallest_differences: Mapping[str, float]
    non_dominated: Mapping[str, float]
    epsilon_non_dominated: Mapping[str, float]
    regrets: Mapping[str, Mapping[str, Regret]]
    satisfying: Mapping[str, Estimate]
    method: str = METHOD


def decide(
    tables: "Mapping[str, pd.DataFrame]",
    policies: Sequence[Policy],
    criteria: Sequence[Score],
    smallest_differences: Mapping[str, float],
) -> Decision:
    """Weigh up the contenders by their rows of the score table of each scenario, one scenario or many.

    `smallest_differences` are by criterion, in its unit. Lower is better unless a criterion says otherwise. InputError
    without contenders or criteria, and where policies were not run on the same seeds, two or more.
    """
    contenders = [policy.name for policy in policies if policy.role == "contender"]
    names = [name for name in contenders if all(name in set(table["policy"]) for table in tables.values())]
    _check(names, criteria)
    titles = [score.name for score in criteria]
    outcomes = resample_outcomes(tables, names, criteria)
    epsilon = np.array([smallest_differences.get(title, 0.0) for title in titles])
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
        satisfying=dict(zip(names, estimate_nearly_best(outcomes, epsilon), strict=True)),
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
