"""The policy report: what a committee reads, and a finished comparison in the hand."""

from lastresort.reports.assembly import dossier_of
from lastresort.reports.chapters import Chapter, Dossier
from lastresort.reports.files import write_reports
from lastresort.reports.notebook import Report

__all__ = ["Chapter", "Dossier", "Report", "dossier_of", "write_reports"]
