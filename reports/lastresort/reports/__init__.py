"""The policy report: what a committee reads."""

from lastresort.reports.assembly import report_input_of
from lastresort.reports.contents import write_reports
from lastresort.reports.run_figures import timeline_of_run, waterfall_of_run
from lastresort.reports.scenario_results import ReportInput, ScenarioResults

__all__ = [
    "ReportInput",
    "ScenarioResults",
    "report_input_of",
    "timeline_of_run",
    "waterfall_of_run",
    "write_reports",
]
