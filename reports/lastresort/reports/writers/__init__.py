"""The formats of a report: one page of HTML, Markdown and PDF, all written from the same document."""

from lastresort.reports.writers.html import to_html
from lastresort.reports.writers.markdown import drawings, to_markdown
from lastresort.reports.writers.pdf import to_pdf
from lastresort.reports.writers.typst import to_typst

__all__ = ["drawings", "to_html", "to_markdown", "to_pdf", "to_typst"]
