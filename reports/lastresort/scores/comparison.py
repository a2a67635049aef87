"""Policies side by side: estimates with intervals, differences with verdicts, and who is not dominated."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import escape

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.cohort_shares import CohortShare, cohort_shares
from lastresort.scores.decisions import pareto
from lastresort.scores.decisions.outcomes import resample_outcomes
from lastresort.scores.ranked_policies import Ranking, doubted, rank
from lastresort.scores.registry import PRIMARY, SCORES
from lastresort.scores.statistics import Estimate
from lastresort.scores.statistics.exploration import ExploratoryDifference, explore
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.method import METHOD
from lastresort.scores.statistics.plain import plain
from lastresort.scores.statistics.score_estimates import Rows, estimate_scores
from lastresort.scores.statistics.verdicts import Difference
from lastresort.scores.table import require_reference

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

BASELINE = "fund+queue-adl"
"""Contender that the others are compared with, where it takes part."""


@dataclass(frozen=True)
class Comparison:
    """What the score table says about the policies.

    `estimates[policy][score]` covers every policy and score; `differences` hold each contender other than the baseline
    on each headline score, `exploratory` on each other score that says what is better; `ranking` says who may be ranked
    and in which order; `pareto` gives, per contender, the probability that no other contender is at least as good on
    both headline scores and better on one (NaN where it cannot be told); `cohorts` say who bore the loss. `baseline` is
    None where no contender takes part.
    """

    policies: tuple[str, ...]
    baseline: str | None
    seeds: tuple[int, ...]
    estimates: Mapping[str, Mapping[str, Estimate]]
    differences: tuple[Difference, ...]
    exploratory: tuple[ExploratoryDifference, ...]
    ranking: Ranking
    pareto: Mapping[str, float]
    cohorts: tuple[CohortShare, ...]
    method: str = METHOD

    def difference(self, policy: str, score: str) -> Difference | None:
        """Difference of `policy` from the baseline on a primary score; None for the baseline and the references."""
        return next((found for found in self.differences if (found.policy, found.score) == (policy, score)), None)

    def q_value(self, policy: str, score: str) -> float | None:
        """Adjusted p value of an exploratory difference from the baseline; None where there is no such difference."""
        return next((one.q_value for one in self.exploratory if (one.policy, one.score) == (policy, score)), None)

    def to_json(self) -> dict[str, Any]:
        """The comparison as plain dictionaries and lists, None for NaN: what `json.dumps` writes as valid JSON."""
        document: dict[str, Any] = plain(asdict(self))
        return document

    def verdicts(self) -> "pd.DataFrame":
        """Every difference from the baseline on a headline score in a row, with its interval, margin and verdict."""
        import pandas as pd

        rows = [
            (one.policy, one.baseline, one.score, *_ends(one.estimate), one.margin, str(one.verdict), one.doubt)
            for one in self.differences
        ]
        columns = ["policy", "baseline", "score", "difference", "low", "high", "margin", "verdict", "doubt"]
        return pd.DataFrame(rows, columns=columns)

    def to_pandas(self) -> "pd.DataFrame":
        """Every estimate in a row: policy, score, value, low, high, standard_error, method."""
        import pandas as pd

        columns = ("value", "low", "high", "standard_error", "method")
        rows = [
            (policy, score, *(getattr(found, name) for name in columns))
            for policy, own in self.estimates.items()
            for score, found in own.items()
        ]
        return pd.DataFrame(rows, columns=["policy", "score", *columns])

    def to_arrow(self) -> "pa.Table":
        """The rows of `to_pandas` as an Arrow table."""
        import pyarrow as pa

        return pa.Table.from_pandas(self.to_pandas(), preserve_index=False)

    def _repr_html_(self) -> str:
        """Primary scores with intervals and verdicts, for a notebook."""
        primary = {found.score: None for found in self.differences} or dict.fromkeys(score.name for score in PRIMARY)
        head = "".join(f"<th>{escape(name)}</th><th>against the baseline</th>" for name in primary)
        body = "".join(
            f"<tr><th>{escape(name)}</th>{''.join(self._cells(name, score) for score in primary)}</tr>"
            for name in self.policies
        )
        return f"<table><thead><tr><th>policy</th>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _cells(self, policy: str, score: str) -> str:
        found, against = self.estimates[policy][score], self.difference(policy, score)
        shown = f"{found.value:.4g} [{found.low:.4g}, {found.high:.4g}]"
        words = against.sentence if against else "baseline" if policy == self.baseline else ""
        return f"<td>{escape(shown)}</td><td>{escape(words)}</td>"


def _ends(found: Estimate) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def compare_policies(table: "pd.DataFrame", policies: Sequence[Policy], scores: Sequence[Score] = SCORES) -> Comparison:
    """Compare policies by their rows of the score table; `scores` are those estimated, the primary ones among them.

    InputError if the reference policy or another policy has no rows, or if the policies were not run on the same seeds.
    """
    names = tuple(policy.name for policy in policies)
    require_reference(table["policy"].unique())
    rows = _rows_by_policy(table, names)
    contenders = [policy.name for policy in policies if policy.role == "contender"]
    baseline = BASELINE if BASELINE in contenders else next(iter(contenders), None)
    primary = {score.name for score in PRIMARY}
    others = [score for score in scores if score.name not in primary and score.direction != "descriptive"]
    estimates = estimate_scores(rows, scores)
    differences = doubted(judge(_pairs(rows, contenders, baseline, PRIMARY)), rows)
    return Comparison(
        policies=names,
        baseline=baseline,
        seeds=tuple(int(seed) for seed in next(iter(rows.values()))["seed"]),
        estimates=estimates,
        differences=differences,
        exploratory=explore(_pairs(rows, contenders, baseline, others)),
        ranking=rank(rows, contenders, estimates, baseline, differences),
        pareto=_pareto(table, contenders),
        cohorts=tuple(share for name in names for share in cohort_shares(name, rows[name])),
    )


def _rows_by_policy(table: "pd.DataFrame", names: Sequence[str]) -> "dict[str, pd.DataFrame]":
    rows = {name: table[table["policy"] == name].sort_values("seed") for name in names}
    seeds = sorted(table["seed"].unique())
    for name, own in rows.items():
        if list(own["seed"]) != seeds:
            raise InputError(
                f"policy '{name}' has {len(own)} of the {len(seeds)} runs in the score table: "
                "a comparison needs one run of every policy on every seed"
            )
    return rows


def _pairs(rows: Rows, contenders: Sequence[str], baseline: str | None, scores: Sequence[Score]) -> list[Pair]:
    if baseline is None:
        return []
    others = [name for name in contenders if name != baseline]
    return [Pair(score, name, baseline, rows[name], rows[baseline]) for score in scores for name in others]


def _pareto(table: "pd.DataFrame", contenders: Sequence[str]) -> dict[str, float]:
    """Probability of being non-dominated over the same resamples of seeds for everybody."""
    if not contenders or table["seed"].nunique() < 2:
        return dict.fromkeys(contenders, np.nan)
    outcomes = resample_outcomes({"": table}, contenders, PRIMARY)
    shares = pareto.probabilities(outcomes.cells) if outcomes.defined.all() else np.full(len(contenders), np.nan)
    return {name: float(share) for name, share in zip(contenders, shares, strict=True)}
