"""A report in files: what stands above every one, and the format that the ending of a file says."""

from collections.abc import Sequence
from pathlib import Path

from lastresort.experiments.folders.writing import write_whole
from lastresort.plugins.errors import InputError, one_of
from lastresort.reports.document import Document
from lastresort.reports.writers import drawings, to_html, to_markdown, to_pdf

KICKER = "Last-resort rules on derivatives exchanges"
ENDINGS = (".html", ".md", ".pdf")

FIGURES = "figures"
"""Folder of the drawings, beside a report in Markdown."""


def check_endings(files: Sequence[Path]) -> None:
    """Raise InputError for a file whose ending is that of no format."""
    for file in files:
        if file.suffix not in ENDINGS:
            raise InputError(f"cannot write the report: found the ending '{file.suffix}'; allowed: {one_of(ENDINGS)}")


def write_document(document: Document, file: Path) -> None:
    """Write a report into a file in the format that its ending says; drawings of one in Markdown lie beside it."""
    if file.suffix == ".pdf":
        write_whole(file, to_pdf(document))
    elif file.suffix == ".md":
        for name, drawing in drawings(document).items():
            write_whole(file.parent / FIGURES / name, drawing)
        write_whole(file, to_markdown(document, FIGURES).encode())
    else:
        write_whole(file, to_html(document).encode())
