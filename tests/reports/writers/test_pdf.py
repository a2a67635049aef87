"""The PDF: set from strings, on paper, with nothing cut off, and the same bytes twice."""

import io
import re
import sys
import zlib

import numpy as np
import pytest
import typst
from matplotlib import image

from lastresort.plugins.errors import InputError
from lastresort.reports.document import Cell, Column, Document, Paragraph, Row, Section, Table
from lastresort.reports.writers import to_pdf, to_typst
from lastresort.reports.writers.pdf import fonts
from lastresort.reports.writers.sheets import sheets
from lastresort.reports.writers.widths import SIZES, fit


@pytest.fixture(scope="module")
def pdf(document: Document) -> bytes:
    """The document as a PDF."""
    return to_pdf(document)


def unpacked(pdf: bytes) -> bytes:
    """A PDF with its compressed streams in plain bytes."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.DOTALL)
    return pdf + b"\n".join(_inflated(stream) for stream in streams)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def written(text: str) -> tuple[bytes, bytes]:
    """Text as PDF has it in outlines: plain, or as UTF-16 in hexadecimal or bytes."""
    return text.encode("latin-1", "replace"), text.encode("utf-16-be")


def test_it_is_a_pdf_with_the_titles_of_the_document(pdf: bytes, document: Document) -> None:
    assert pdf.startswith(b"%PDF")
    inside = unpacked(pdf)
    for section in document.sections[:4]:
        assert any(form in inside for form in written(section.title)), section.title
    assert any(form in inside for form in written(document.title))


def test_it_is_the_same_bytes_twice_and_has_no_date(pdf: bytes, document: Document) -> None:
    assert to_pdf(document) == pdf
    assert b"CreationDate" not in unpacked(pdf)


def test_it_sets_without_warnings(document: Document) -> None:
    source = to_typst(document).encode()
    _, warnings = typst.compile_with_warnings(source, font_paths=typst.Fonts(False, True, fonts()))
    assert [warning.message for warning in warnings] == []


def test_the_attachment_is_in_it(pdf: bytes, attached: str) -> None:
    assert attached.encode() in unpacked(pdf)


def test_nothing_is_printed_on_the_margins(document: Document) -> None:
    compiler = typst.Compiler(to_typst(document).encode(), font_paths=typst.Fonts(False, True, fonts()))
    pages = compiler.compile(format="png", ppi=72)
    assert isinstance(pages, list)
    shapes = set()
    for page in pages:
        pixels = np.asarray(image.imread(io.BytesIO(page)))[..., :3]
        shapes.add(pixels.shape[:2])
        assert pixels.min() < 0.9
        assert pixels[:, :54].min() > 0.99
        assert pixels[:, -54:].min() > 0.99
    assert shapes == {(842, 595), (595, 842)}


def test_words_are_strings_that_typst_does_not_read() -> None:
    hostile = '"#panic() \\ " + panic("x") + "$x$ @a <b> *c* \n`d` //e'
    table = Table(
        "t",
        hostile,
        [Column(hostile, meaning=hostile)],
        [(hostile, [Row((hostile,), [Cell(hostile)])])],
    )
    document = Document(hostile, hostile, (hostile,), [Section("s", hostile, [Paragraph((hostile,)), table], hostile)])
    assert to_pdf(document).startswith(b"%PDF")


def _table(columns: int, letters: int) -> Table:
    row = Row(("x",), [Cell("9" * letters)] * columns)
    return Table("t", "", [Column("Score")] * columns, [("", [row])])


def test_a_table_has_the_largest_type_in_which_it_fits_and_lies_on_its_side_only_if_it_must() -> None:
    few, many, most = fit(_table(4, 6)), fit(_table(12, 8)), fit(_table(12, 14))
    assert (few.size, few.sideways) == (SIZES[False][0], False)
    assert many.size < few.size
    assert not many.sideways
    assert most.sideways


def test_words_around_a_wide_table_go_with_it() -> None:
    lead, wide, after, long = Paragraph(("a",)), _table(12, 14), Paragraph(("b",)), Paragraph(("c" * 2000,))
    found = [(sheet.sideways, sheet.blocks) for sheet in sheets([long, lead, wide, after, long])]
    assert found == [(False, [long]), (True, [lead, wide, after]), (False, [long])]


def test_without_the_library_the_reader_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(InputError, match=r"a PDF needs the library typst: pip install 'lastresort\[pdf\]'"):
        to_pdf(Document("", "", (), []))


def test_the_title_of_a_chapter_goes_with_its_first_table() -> None:
    document = Document("", "Title", (), [Section("s", "First", [_table(12, 14)], "Chapter")])
    assert '#sideways[\n#chapter("Chapter")\n#section(2, "s", "First")\n#tabular(' in to_typst(document)
