"""What every format has in common: harmless text, anchors used once, links that lead somewhere."""

import pytest
from markupsafe import Markup

from lastresort.reports.document import (
    Block,
    Cell,
    Code,
    Column,
    Control,
    Document,
    FigureBlock,
    Fold,
    Heading,
    Link,
    Paragraph,
    Row,
    Section,
    Table,
)
from lastresort.reports.writers import to_html
from lastresort.reports.writers.cleaning import as_it_stands, one_line
from lastresort.reports.writers.settling import settle

DRAWING = Markup(
    '<svg viewBox="0 0 10 20"><text style="fill: var(--ink)">a</text><g data-tip="x" data-policy="y"/></svg>'
)


def _document(*sections: Section) -> Document:
    return Document("", "Title", (), sections)


def test_text_is_on_one_line_and_cannot_turn_its_direction() -> None:
    said = one_line("a\n b\t\x00c\u202ed\u2069 e\u00a0\u00a0f \ud800")
    assert said == "a b \\x00c\\u202ed\\u2069 e\u00a0\u00a0f \\ud800"
    assert as_it_stands("a\r\n  b\u202e\x07") == "a\n  b\\u202e\\x07"


def test_names_become_identifiers_that_are_used_once() -> None:
    plate = FigureBlock("a b", DRAWING, "", "")
    settled = settle(_document(Section("a b", "", [plate, plate]), Section("a-b", "", [Heading(("x",), name="a b")])))
    first, second = settled.sections
    assert (first.name, second.name) == ("a-b", "a-b-2")
    assert [getattr(block, "name", "") for block in [*first.blocks, *second.blocks]] == ["a-b", "a-b-2", "a-b-3"]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("one", "one"),
        ("crash", "figure-crash"),
        ("figure-crash", "figure-crash"),
        ("scores", "table-scores"),
        ("table-scores", "table-scores"),
        ("part", "part"),
    ],
)
def test_links_find_sections_headings_figures_and_tables(target: str, found: str) -> None:
    table = Table("scores", "", [Column("b")], [("", [Row(("x",), [Cell("1", link=target)])])])
    blocks: list[Block] = [
        Paragraph((Link("see", target),)),
        FigureBlock("crash", DRAWING, "", ""),
        Fold(("f",), [table]),
        Heading(("h",), 3, "part"),
    ]
    page = to_html(_document(Section("one", "One", blocks)))
    assert page.count(f'href="#{found}"') == 2 + (found == "one")  # and once in the contents
    assert f'id="{found}"' in page


def test_a_link_that_leads_nowhere_is_words() -> None:
    settled = settle(_document(Section("one", "One", [Paragraph((Link("see", "two"), Code("c")))])))
    assert settled.sections[0].blocks == [Paragraph(("see", Code("c")))]


def test_no_heading_skips_a_level() -> None:
    headings = [Heading(("a",), 4), Heading(("b",), 4), Heading(("c",), 3), Heading(("d",), 4)]
    settled = settle(_document(Section("one", "One", headings)))
    assert [block.level for block in settled.sections[0].blocks if isinstance(block, Heading)] == [3, 4, 3, 4]


def test_a_scrubber_knows_its_figure_by_identifier() -> None:
    control = Control("play", "scrubber", "Play", {"figure": "crash", "times": []})
    settled = settle(_document(Section("one", "One", [control, FigureBlock("crash", DRAWING, "", "")])))
    [found, _] = settled.sections[0].blocks
    assert isinstance(found, Control)
    assert found.data["figure"] == "figure-crash"
