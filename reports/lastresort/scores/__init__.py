"""Loss centralization, market-neutral failure and their companions: pure functions of run records."""

from lastresort.scores.comparison import Comparison, compare_policies
from lastresort.scores.measures.centralization import centralization, losses_by_owner, population
from lastresort.scores.measures.cohorts import CohortShare
from lastresort.scores.measures.concentration import relative_gini, relative_lorenz
from lastresort.scores.measures.neutrality import Thresholds, neutrality
from lastresort.scores.measuring import Measured, measure_scores
from lastresort.scores.registry import PRIMARY, SCORES
from lastresort.scores.seeds.precision import Target, TwoStage, plan_precision
from lastresort.scores.seeds.selection import Selection, select_best
from lastresort.scores.statistics import Estimate
from lastresort.scores.statistics.pairing import Pairing, pairing_of
from lastresort.scores.statistics.verdicts import Difference, Verdict
from lastresort.scores.table import (
    journal_of,
    measurement_keys,
    paired_runs,
    score_cells,
    score_parts,
    score_results,
    score_run,
)
from lastresort.study.design import REFERENCE

__all__ = [
    "PRIMARY",
    "REFERENCE",
    "SCORES",
    "CohortShare",
    "Comparison",
    "Difference",
    "Estimate",
    "Measured",
    "Pairing",
    "Selection",
    "Target",
    "Thresholds",
    "TwoStage",
    "Verdict",
    "centralization",
    "compare_policies",
    "journal_of",
    "losses_by_owner",
    "measure_scores",
    "measurement_keys",
    "neutrality",
    "paired_runs",
    "pairing_of",
    "plan_precision",
    "population",
    "relative_gini",
    "relative_lorenz",
    "score_cells",
    "score_parts",
    "score_results",
    "score_run",
    "select_best",
]
