"""Loss centralization, market-neutral failure and their companions: pure functions of run records.

Names are looked up when they are asked for: a list of the scores needs no statistics.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lastresort.experiments.design import REFERENCE
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

_HOMES = {
    "CohortShare": "lastresort.scores.cohort_shares",
    "Comparison": "lastresort.scores.comparison",
    "Difference": "lastresort.scores.statistics.verdicts",
    "Estimate": "lastresort.scores.statistics",
    "FAMILIES": "lastresort.scores.registry",
    "HeadlineScore": "lastresort.scores.headline",
    "Measured": "lastresort.scores.measuring",
    "PRIMARY": "lastresort.scores.registry",
    "Pairing": "lastresort.scores.statistics.pairing",
    "Profile": "lastresort.scores.measures.measurement",
    "REFERENCE": "lastresort.experiments.design",
    "SCORES": "lastresort.scores.registry",
    "Selection": "lastresort.scores.seeds.selection",
    "Target": "lastresort.scores.seeds.sample_sizes",
    "Thresholds": "lastresort.scores.measures.thresholds",
    "TwoStage": "lastresort.scores.seeds.sample_sizes",
    "Verdict": "lastresort.scores.statistics.verdicts",
    "compare_policies": "lastresort.scores.comparison",
    "ex_ante_gini": "lastresort.scores.profiles.beforehand",
    "ex_ante_interval": "lastresort.scores.profiles.beforehand",
    "group_labels": "lastresort.scores.profiles.form",
    "journal_of": "lastresort.scores.table",
    "measure_scores": "lastresort.scores.measuring",
    "measured_profiles": "lastresort.scores.profiles.measured",
    "measurement_keys": "lastresort.scores.table",
    "paired_runs": "lastresort.scores.table",
    "pairing_of": "lastresort.scores.statistics.pairing",
    "plan_precision": "lastresort.scores.seeds.sample_sizes",
    "profile_run": "lastresort.scores.table",
    "profiles_of_parts": "lastresort.scores.profiles.measured",
    "relative_gini": "lastresort.scores.measures.concentration",
    "relative_lorenz": "lastresort.scores.measures.concentration",
    "restricted_mean": "lastresort.scores.measures.survival",
    "score_cells": "lastresort.scores.table",
    "score_parts": "lastresort.scores.table",
    "score_results": "lastresort.scores.table",
    "score_run": "lastresort.scores.table",
    "select_best": "lastresort.scores.seeds.selection",
    "smallest_difference": "lastresort.scores.headline",
    "survival": "lastresort.scores.measures.survival",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
