"""The front door: everything that the commands do, as functions that a notebook or a program calls.

Names are looked up when they are asked for, because most of what they need takes a while to load.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lastresort.analysis.sensitivity import End, Factor, Output, Sensitivity
    from lastresort.analysis.sensitivity.sensitivity_file import SensitivityFile
    from lastresort.api.axiom_table import AxiomTable, axioms
    from lastresort.api.best_policy import BestPolicies, select
    from lastresort.api.book_allocation import allocate
    from lastresort.api.book_files import read_books
    from lastresort.api.comparing import compare
    from lastresort.api.decomposition import Decomposition, decompose
    from lastresort.api.exported import export
    from lastresort.api.forecasts import Forecasts, forecast
    from lastresort.api.leaving_out import without
    from lastresort.api.listings import Listing, kinds, mechanisms, plugins, policies, scenarios, scores
    from lastresort.api.new_rules import NewRule, new
    from lastresort.api.one_run import Run, run
    from lastresort.api.order_audit import Audit, audit
    from lastresort.api.replaying import before_reading, in_words, replay
    from lastresort.api.report_files import report
    from lastresort.api.results import Results, open_results
    from lastresort.api.rule_checks import Checks, check
    from lastresort.api.rules_in_words import explain
    from lastresort.api.sensitivity_forecast import SensitivityForecast, forecast_sensitivity
    from lastresort.api.sensitivity_run import open_sensitivity, sensitivity
    from lastresort.api.studies import resume, study
    from lastresort.api.study_answers import StudyAnswers
    from lastresort.api.study_progress import StudyStatus, collect_garbage, status
    from lastresort.api.uncontained_code import debugging
    from lastresort.api.validation_run import ValidationTable, validate
    from lastresort.api.verified_folder import Verification, verify
    from lastresort.api.watching import Watching
    from lastresort.books.allocations import Allocations
    from lastresort.books.book import Book
    from lastresort.books.replaying.replayed_event import ReplayedEvent
    from lastresort.books.stress_words import named_numbers
    from lastresort.experiments.planning import StudyFile
    from lastresort.experiments.run import RunError
    from lastresort.experiments.runner import Progress
    from lastresort.plugins.errors import InputError, PluginEndedError
    from lastresort.plugins.explanation import Explanation, Parameter, Use
    from lastresort.plugins.settings_text import outside_brackets
    from lastresort.plugins.testing.axioms.asked_rules import Counterexample
    from lastresort.scores.live import Glimpse, LiveScores
    from lastresort.simulation.stage_clock import StageTime

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""Number of cores this process may use."""

HOMES = {
    "api.book_allocation": ("allocate",),
    "api.axiom_table": ("AxiomTable", "axioms"),
    "api.best_policy": ("BestPolicies", "select"),
    "api.book_files": ("read_books",),
    "api.comparing": ("compare",),
    "api.decomposition": ("Decomposition", "decompose"),
    "api.exported": ("export",),
    "api.forecasts": ("Forecasts", "forecast"),
    "api.leaving_out": ("without",),
    "api.listings": ("Listing", "kinds", "mechanisms", "plugins", "policies", "scenarios", "scores"),
    "api.new_rules": ("NewRule", "new"),
    "api.one_run": ("Run", "run"),
    "api.order_audit": ("Audit", "audit"),
    "api.report_files": ("report",),
    "api.replaying": ("before_reading", "in_words", "replay"),
    "api.results": ("Results", "open_results"),
    "api.rule_checks": ("Checks", "check"),
    "api.rules_in_words": ("explain",),
    "api.sensitivity_forecast": ("SensitivityForecast", "forecast_sensitivity"),
    "api.sensitivity_run": ("open_sensitivity", "sensitivity"),
    "api.studies": ("resume", "study"),
    "api.study_answers": ("StudyAnswers",),
    "api.study_progress": ("StudyStatus", "collect_garbage", "status"),
    "api.uncontained_code": ("debugging",),
    "api.validation_run": ("ValidationTable", "validate"),
    "api.verified_folder": ("Verification", "verify"),
    "api.watching": ("Watching",),
    "books.allocations": ("Allocations",),
    "books.book": ("Book",),
    "books.replaying.replayed_event": ("ReplayedEvent",),
    "books.stress_words": ("named_numbers",),
    "plugins.errors": ("InputError", "PluginEndedError"),
    "plugins.explanation": ("Explanation", "Parameter", "Use"),
    "plugins.settings_text": ("outside_brackets",),
    "plugins.testing.axioms.asked_rules": ("Counterexample",),
    "scores.live": ("Glimpse", "LiveScores"),
    "analysis.sensitivity": ("End", "Factor", "Output", "Sensitivity"),
    "analysis.sensitivity.sensitivity_file": ("SensitivityFile",),
    "simulation.stage_clock": ("StageTime",),
    "experiments.runner": ("Progress",),
    "experiments.planning": ("StudyFile",),
    "experiments.run": ("RunError",),
}
"""Where each name lives."""

_HOME = {name: home for home, names in HOMES.items() for name in names}

__all__ = [
    "CORES",
    "Allocations",
    "Audit",
    "AxiomTable",
    "BestPolicies",
    "Book",
    "Checks",
    "Counterexample",
    "Decomposition",
    "End",
    "Explanation",
    "Factor",
    "Forecasts",
    "Glimpse",
    "InputError",
    "Listing",
    "LiveScores",
    "NewRule",
    "Output",
    "Parameter",
    "PluginEndedError",
    "Progress",
    "ReplayedEvent",
    "Results",
    "Run",
    "RunError",
    "Sensitivity",
    "SensitivityFile",
    "SensitivityForecast",
    "StageTime",
    "StudyAnswers",
    "StudyFile",
    "StudyStatus",
    "Use",
    "ValidationTable",
    "Verification",
    "Watching",
    "allocate",
    "audit",
    "axioms",
    "before_reading",
    "check",
    "collect_garbage",
    "compare",
    "debugging",
    "decompose",
    "explain",
    "export",
    "forecast",
    "forecast_sensitivity",
    "in_words",
    "kinds",
    "mechanisms",
    "named_numbers",
    "new",
    "open_results",
    "open_sensitivity",
    "outside_brackets",
    "plugins",
    "policies",
    "read_books",
    "replay",
    "report",
    "resume",
    "run",
    "scenarios",
    "scores",
    "select",
    "sensitivity",
    "status",
    "study",
    "validate",
    "verify",
    "without",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"lastresort.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
