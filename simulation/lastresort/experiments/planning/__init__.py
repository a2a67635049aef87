"""Study files: from YAML to a plan with nothing left open, without running anything."""

from lastresort.experiments.planning.overrides import Override, parse_override
from lastresort.experiments.planning.plan import Plan, PluginSource
from lastresort.experiments.planning.precision import Precision
from lastresort.experiments.planning.primary import Comparison
from lastresort.experiments.planning.study_file import StudyFile, study_schema

__all__ = ["Comparison", "Override", "Plan", "PluginSource", "Precision", "StudyFile", "parse_override", "study_schema"]
