"""Loss centralization, market-neutral failure and their companions: pure functions of run records."""

from lastresort.scores.cohort_shares import CohortShare
from lastresort.scores.comparison import Comparison, compare_policies
from lastresort.scores.headline import HeadlineScore, smallest_difference
from lastresort.scores.measures.concentration import relative_gini, relative_lorenz
from lastresort.scores.measures.measurement import Profile
from lastresort.scores.measures.survival import restricted_mean, survival
from lastresort.scores.measures.thresholds import Thresholds
from lastresort.scores.measuring import Measured, measure_scores
from lastresort.scores.profiles.beforehand import ex_ante_gini, ex_ante_interval
from lastresort.scores.profiles.form import group_labels
from lastresort.scores.profiles.measured import measured_profiles, profiles_of_parts
from lastresort.scores.registry import FAMILIES, PRIMARY, SCORES
from lastresort.scores.seeds.sample_sizes import Target, TwoStage, plan_precision
from lastresort.scores.seeds.selection import Selection, select_best
from lastresort.scores.statistics import Estimate
from lastresort.scores.statistics.pairing import Pairing, pairing_of
from lastresort.scores.statistics.verdicts import Difference, Verdict
from lastresort.scores.table import (
    journal_of,
    measurement_keys,
    paired_runs,
    profile_run,
    score_cells,
    score_parts,
    score_results,
    score_run,
)
from lastresort.study.design import REFERENCE

__all__ = [
    "FAMILIES",
    "PRIMARY",
    "REFERENCE",
    "SCORES",
    "CohortShare",
    "Comparison",
    "Difference",
    "Estimate",
    "HeadlineScore",
    "Measured",
    "Pairing",
    "Profile",
    "Selection",
    "Target",
    "Thresholds",
    "TwoStage",
    "Verdict",
    "compare_policies",
    "ex_ante_gini",
    "ex_ante_interval",
    "group_labels",
    "journal_of",
    "measure_scores",
    "measured_profiles",
    "measurement_keys",
    "paired_runs",
    "pairing_of",
    "plan_precision",
    "profile_run",
    "profiles_of_parts",
    "relative_gini",
    "relative_lorenz",
    "restricted_mean",
    "score_cells",
    "score_parts",
    "score_results",
    "score_run",
    "select_best",
    "smallest_difference",
    "survival",
]
