"""The policy report: what a committee reads.

Names are looked up when they are asked for: a page about a book needs no statistics of runs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lastresort.reports.assembly import report_input_of
    from lastresort.reports.contents import write_reports
    from lastresort.reports.run_figures import timeline_of_run, waterfall_of_run
    from lastresort.reports.scenario_results import ReportInput, ScenarioResults

HOMES = {
    "report_input_of": "assembly",
    "write_reports": "contents",
    "timeline_of_run": "run_figures",
    "waterfall_of_run": "run_figures",
    "ReportInput": "scenario_results",
    "ScenarioResults": "scenario_results",
}
"""Where each name lives."""

__all__ = [
    "ReportInput",
    "ScenarioResults",
    "report_input_of",
    "timeline_of_run",
    "waterfall_of_run",
    "write_reports",
]


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"lastresort.reports.{HOMES[name]}"), name)
