"""Set a document as a PDF, with the library typst."""

from importlib import import_module
from pathlib import Path
from typing import Any

from lastresort.plugins.errors import InputError
from lastresort.reports.document import Document
from lastresort.reports.writers.typst import to_typst


def to_pdf(document: Document) -> bytes:
    """Return a document as a PDF on A4 paper, the same bytes for the same document.

    Only the fonts of typst and of matplotlib are used, so the machine's own do not matter. Raises InputError without
    the library typst, which the extra `pdf` brings, and ValueError for a table whose rows do not fit its columns.
    """
    typst = _library()
    pages = typst.compile(to_typst(document).encode(), format="pdf", font_paths=fonts(), ignore_system_fonts=True)
    return bytes(pages)


def fonts() -> list[Path]:
    """Return the folders of fonts beside those that typst has: the sans-serif face that figures are measured in."""
    return [Path(import_module("matplotlib").get_data_path(), "fonts", "ttf")]


def _library() -> Any:
    try:
        return import_module("typst")
    except ImportError:
        raise InputError("a PDF needs the library typst: pip install 'lastresort[pdf]'") from None
