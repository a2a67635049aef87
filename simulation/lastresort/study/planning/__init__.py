"""Study files: from YAML to a plan with nothing left open, without running anything."""

from lastresort.study.planning.overrides import Override, parse_override
from lastresort.study.planning.plan import Plan, PluginSource
from lastresort.study.planning.precision import Precision
from lastresort.study.planning.primary import Comparison
from lastresort.study.planning.study_file import StudyFile, study_schema

__all__ = ["Comparison", "Override", "Plan", "PluginSource", "Precision", "StudyFile", "parse_override", "study_schema"]
