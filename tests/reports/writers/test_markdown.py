"""Markdown that parses back to what was meant, whatever the words are."""

import re
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lastresort.reports.document import Block, Bullets, Code, Document, Listing, Paragraph, Section, Strong
from lastresort.reports.writers import drawings, to_markdown
from lastresort.reports.writers.escaping import escaped, marked

HOSTILE = [
    "<script>alert(1)</script>",
    "a | b",
    "# no heading",
    "- no bullet",
    "1. no number",
    "1) no number",
    "+ no bullet",
    "> no quotation",
    "===",
    "---",
    "```",
    "~~~",
    "[a](http://b)",
    "![a](b)",
    "*a* _b_ **c** `d` ~~e~~",
    "$x$",
    "back\\slash \\",
    "&lt; &amp;",
    "#12 and C #",
    "| a | b |",
    "-0.011 [-0.014, -0.010]",
    "0.021",
    ":-- x",
    "<!-- x -->",
    "\\| \\\\|",
]


def parse(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def shown(tokens: list[Token]) -> str:
    """The words a reader sees."""
    return "".join(child.content for token in tokens for child in token.children or [])


@pytest.mark.parametrize("text", HOSTILE)
def test_words_stay_words_at_the_start_of_a_paragraph(text: str) -> None:
    tokens = parse(escaped(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children or []} <= {"text", "text_special"}
    assert shown(tokens) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_words_stay_words_in_a_heading_and_in_a_bullet(text: str) -> None:
    heading = parse(f"## {escaped(text)}")
    assert [token.type for token in heading] == ["heading_open", "inline", "heading_close"]
    assert shown(heading) == text
    bullet = parse(f"- {escaped(text)}")
    assert [token.type for token in bullet][2:5] == ["paragraph_open", "inline", "paragraph_close"]
    assert shown(bullet) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_code_and_strong_words_stay_words(text: str) -> None:
    [_, line, _] = parse(f"x {marked((Code(text),))}")
    assert [(child.type, child.content) for child in line.children or []] == [("text", "x "), ("code_inline", text)]
    tokens = parse(marked(("x ", Strong(text), " y")))
    assert shown(tokens) == f"x {text} y"
    assert "strong_open" in {child.type for child in tokens[1].children or []}


def test_no_words_become_html(document: Document) -> None:
    tokens = parse(to_markdown(document, "figures"))
    raw = [child.content for token in tokens for child in token.children or [] if child.type == "html_inline"]
    assert raw
    assert all(re.fullmatch(r'<a id="[\w.-]+">|</a>|<br>', each) for each in raw)
    assert [token.content for token in tokens if token.type == "html_block"] == []


def test_every_row_of_a_table_has_as_many_cells_as_its_head(document: Document) -> None:
    text = to_markdown(document)
    blocks = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert len(blocks) == 6
    for lines in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    tokens = parse(text)
    assert sum(token.type == "table_open" for token in tokens) == 6
    assert sum(token.type == "tr_open" for token in tokens) == sum(len(lines) - 1 for lines in blocks)


def test_headings_are_those_of_the_document(document: Document) -> None:
    tokens = parse(to_markdown(document))
    heads = [shown([line]) for token, line in pairwise(tokens) if token.type == "heading_open"]
    assert heads[0] == document.title
    assert [f'<a id="{section.name}"></a>{section.title}' in heads for section in document.sections[:4]] == [True] * 4


def test_every_link_finds_its_anchor(document: Document) -> None:
    text = to_markdown(document)
    anchors = re.findall(r'<a id="([^"]+)">', text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(anchors)


def test_figures_are_files_or_words(document: Document) -> None:
    assert "](<figures/timeline.svg>)" in to_markdown(document, "figures/")
    assert "](<" not in to_markdown(document)
    assert "Bars by policy." in to_markdown(document)
    files = drawings(document)
    assert sorted(files) == ["bars.svg", "timeline.svg"]
    assert all(content.startswith(b"<?xml") and b"var(" not in content for content in files.values())


def test_a_block_of_code_holds_any_fence() -> None:
    tokens = parse(to_markdown(Document("", "t", (), [Section("s", "S", [Listing("a\n````\n  b")])])))
    assert [token.content for token in tokens if token.type == "fence"] == ["a\n````\n  b\n"]


def test_points_and_paragraphs_are_told_apart() -> None:
    blocks: list[Block] = [Bullets([("a",), ("b", Strong(" c "))]), Paragraph(("d",))]
    assert "- a\n- b **c**\n\nd" in to_markdown(Document("", "t", (), [Section("s", "S", blocks)]))
