"""Loss centralization, market-neutral failure and their companions: pure functions of run records."""

from lastresort.scores.centralization import centralization, losses_by_owner, population
from lastresort.scores.cohorts import CohortShare
from lastresort.scores.comparison import Comparison, compare_policies
from lastresort.scores.concentration import relative_gini, relative_lorenz
from lastresort.scores.measuring import Measured, measure_scores
from lastresort.scores.neutrality import Thresholds, neutrality
from lastresort.scores.registry import PRIMARY, SCORES
from lastresort.scores.statistics import Estimate
from lastresort.scores.table import REFERENCE, paired_runs, score_results, score_run
from lastresort.scores.verdicts import Difference, Verdict

__all__ = [
    "PRIMARY",
    "REFERENCE",
    "SCORES",
    "CohortShare",
    "Comparison",
    "Difference",
    "Estimate",
    "Measured",
    "Thresholds",
    "Verdict",
    "centralization",
    "compare_policies",
    "losses_by_owner",
    "measure_scores",
    "neutrality",
    "paired_runs",
    "population",
    "relative_gini",
    "relative_lorenz",
    "score_results",
    "score_run",
]
