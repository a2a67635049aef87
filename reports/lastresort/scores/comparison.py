"""Policies side by side: estimates with intervals, differences with verdicts, and who is not dominated."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores import statistics
from lastresort.scores.decisions import pareto
from lastresort.scores.measures.cohorts import CohortShare, cohort_shares
from lastresort.scores.registry import PRIMARY, SCORES
from lastresort.scores.statistics import Estimate
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.terms import terms
from lastresort.scores.statistics.verdicts import Difference
from lastresort.scores.table import require_reference

BASELINE = "fund+queue-adl"
"""Contender that the others are compared with, where it takes part."""

METHOD = (
    "Every estimate is a ratio of sums over seeds. Intervals are 95 % BCa bootstrap intervals from "
    f"{statistics.RESAMPLES:,} resamples of whole seeds, percentile where BCa is undefined. Differences are paired by "
    "seed, except where pairing saves no variance and the correlation over seeds is compatible with zero: there, each "
    "policy's seeds are resampled on their own. P values come from Student's t on the jackknife standard error, "
    "adjusted by Holm's method over all primary "
    "differences. A difference is equivalent if its interval lies within the smallest difference of interest, better "
    "or worse if its interval excludes zero and its adjusted p value is below 5 %, inconclusive otherwise."
)


@dataclass(frozen=True)
class Comparison:
    """What the score table says about the policies.

    `estimates[policy][score]` covers every policy and score; `differences` hold each contender other than the baseline
    on each primary score; `pareto` gives, per contender, the probability that no other contender is at least as good
    on both primary scores and better on one (NaN where it cannot be told); `cohorts` say who bore the loss.
    `baseline` is None where no contender takes part.
    """

    policies: tuple[str, ...]
    baseline: str | None
    seeds: tuple[int, ...]
    estimates: Mapping[str, Mapping[str, Estimate]]
    differences: tuple[Difference, ...]
    pareto: Mapping[str, float]
    cohorts: tuple[CohortShare, ...]
    method: str = METHOD

    def difference(self, policy: str, score: str) -> Difference | None:
        """Difference of `policy` from the baseline on a primary score; None for the baseline and the references."""
        return next((found for found in self.differences if (found.policy, found.score) == (policy, score)), None)

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain dictionaries and lists, None for NaN: what `json.dumps` writes as valid JSON."""
        document: dict[str, Any] = _plain(asdict(self))
        return document


def compare_policies(table: pd.DataFrame, policies: Sequence[Policy], scores: Sequence[Score] = SCORES) -> Comparison:
    """Compare policies by their rows of the score table; `scores` are those estimated, the primary ones among them.

    InputError if the reference policy or another policy has no rows, or if the policies were not run on the same seeds.
    """
    names = tuple(policy.name for policy in policies)
    require_reference(table["policy"].unique())
    rows = _rows_by_policy(table, names)
    contenders = [policy.name for policy in policies if policy.role == "contender"]
    baseline = BASELINE if BASELINE in contenders else next(iter(contenders), None)
    return Comparison(
        policies=names,
        baseline=baseline,
        seeds=tuple(int(seed) for seed in next(iter(rows.values()))["seed"]),
        estimates={name: _estimates(rows[name], scores) for name in names},
        differences=_differences(rows, contenders, baseline),
        pareto=_pareto(rows, contenders),
        cohorts=tuple(share for name in names for share in cohort_shares(name, rows[name])),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _rows_by_policy(table: pd.DataFrame, names: Sequence[str]) -> dict[str, pd.DataFrame]:
    rows = {name: table[table["policy"] == name].sort_values("seed") for name in names}
    seeds = sorted(table["seed"].unique())
    for name, own in rows.items():
        if list(own["seed"]) != seeds:
            raise InputError(
                f"policy '{name}' has {len(own)} of the {len(seeds)} runs in the score table: "
                "a comparison needs one run of every policy on every seed"
            )
    return rows


def _estimates(rows: pd.DataFrame, scores: Sequence[Score]) -> dict[str, Estimate]:
    return {score.name: statistics.estimate(statistics.ratio, terms(rows, score)) for score in scores}


def _differences(
    rows: Mapping[str, pd.DataFrame], contenders: Sequence[str], baseline: str | None
) -> tuple[Difference, ...]:
    if baseline is None:
        return ()
    others = [name for name in contenders if name != baseline]
    return judge([Pair(score, name, baseline, rows[name], rows[baseline]) for score in PRIMARY for name in others])


def _pareto(rows: Mapping[str, pd.DataFrame], contenders: Sequence[str]) -> dict[str, float]:
    """Probability of being non-dominated over the same resamples of seeds for everybody."""
    if not contenders or len(rows[contenders[0]]) < 2:
        return dict.fromkeys(contenders, np.nan)
    places = statistics.resamples(len(rows[contenders[0]]))
    resampled = [[_resampled(rows[name], score, places) for score in PRIMARY] for name in contenders]
    shares = pareto.probabilities(np.moveaxis(np.array(resampled), -1, 0))
    return {name: float(share) for name, share in zip(contenders, shares, strict=True)}


def _resampled(rows: pd.DataFrame, score: Score, places: Ints) -> Floats:
    numerator, denominator = terms(rows, score)
    return statistics.ratio(numerator[places], denominator[places])
