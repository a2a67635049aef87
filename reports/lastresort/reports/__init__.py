"""The policy report: one self-contained HTML file a committee can read."""

from lastresort.reports.additions import Additions
from lastresort.reports.html import write_report

__all__ = ["Additions", "write_report"]
