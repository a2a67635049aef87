"""The report as files: HTML, Markdown with its figures, and PDF, all of the same document."""

from collections.abc import Sequence
from pathlib import Path

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, one_of
from lastresort.reports.chapters import Dossier
from lastresort.reports.document import Document
from lastresort.reports.report import report_of
from lastresort.reports.writers import drawings, to_html, to_markdown, to_pdf
from lastresort.study.folders.writing import write_whole

ENDINGS = (".html", ".md", ".pdf")
FIGURES = "figures"
"""Folder of the drawings, beside a report in Markdown."""


def write_reports(dossier: Dossier, catalogue: Catalogue | None, files: Sequence[Path]) -> None:
    """Write a report into each file, in the format that its ending says; InputError for another ending."""
    for file in files:
        if file.suffix not in ENDINGS:
            raise InputError(f"cannot write the report: found the ending '{file.suffix}'; allowed: {one_of(ENDINGS)}")
    document = report_of(dossier, catalogue)
    for file in files:
        _write(document, file)


def _write(document: Document, file: Path) -> None:
    if file.suffix == ".pdf":
        write_whole(file, to_pdf(document))
    elif file.suffix == ".md":
        for name, drawing in drawings(document).items():
            write_whole(file.parent / FIGURES / name, drawing)
        write_whole(file, to_markdown(document, FIGURES).encode())
    else:
        write_whole(file, to_html(document).encode())
