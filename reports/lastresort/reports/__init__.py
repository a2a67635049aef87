"""The policy report: what a committee reads, and a finished comparison in the hand."""

from lastresort.reports.assembly import report_input_of
from lastresort.reports.contents import write_reports
from lastresort.reports.notebook import Report, timeline_of_run, waterfall_of_run
from lastresort.reports.scenario_results import ReportInput, ScenarioResults

__all__ = [
    "Report",
    "ReportInput",
    "ScenarioResults",
    "report_input_of",
    "timeline_of_run",
    "waterfall_of_run",
    "write_reports",
]
