"""A report as blocks of words, tables and figures, without a format: writers turn it into HTML, Markdown and PDF.

All text is plain: writers escape it, whoever wrote it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

# -- words ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry weight."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A name, a command or a formula, as the computer has it."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to the section, figure or definition called `target`, in the same document."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class About:
    """Words about some policies, by their names: gone from the page when a reader hides any of them."""

    text: str
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Clauses that are joined as a sentence would join them; those that a reader leaves are joined anew.

    `lead` stands before them and `tail` after them, as long as there are any.
    """

    items: tuple[About, ...]
    lead: str = ""
    tail: str = ""

    @property
    def text(self) -> str:
        """The whole list: `a, b and c` between lead and tail."""
        joined = "".join(f"{before}{item.text}" for before, item in zip(self.joints, self.items, strict=True))
        return f"{self.lead}{joined}{self.tail}"

    @property
    def joints(self) -> list[str]:
        """What stands before each clause."""
        last = len(self.items) - 1
        return ["" if place == 0 else " and " if place == last else ", " for place in range(len(self.items))]


Inline = str | Strong | Code | Link | About | Listed
Prose = tuple[Inline, ...]
"""A run of words, in their order."""


def plain(prose: Prose | str) -> str:
    """Return the words of some prose without their marks."""
    return prose if isinstance(prose, str) else "".join(part if isinstance(part, str) else part.text for part in prose)


# -- blocks of text ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences."""

    prose: Prose


@dataclass(frozen=True, slots=True)
class Takeaway:
    """Sentences in larger type: what to remember if nothing else."""

    prose: Prose


@dataclass(frozen=True, slots=True)
class Note:
    """Sentences in small type: how to read what stands above."""

    prose: Prose


@dataclass(frozen=True, slots=True)
class Caution:
    """Sentences to read first: something is wrong, or rests on little."""

    prose: Prose


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section; `level` 3 or 4, 2 being that of the section; `name` is an anchor, or empty."""

    text: Prose
    level: int = 3
    name: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """Points in no order."""

    items: Sequence[Prose]


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms and what is said of each: (anchor or empty, term, words)."""

    items: Sequence[tuple[str, Prose, Prose]]


@dataclass(frozen=True, slots=True)
class Listing:
    """Text to copy as it stands: a command, a configuration, a transcript."""

    text: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """HTML that a plugin brings; formats other than HTML show its text without tags."""

    markup: Markup


# -- tables ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its title; neighbours of one `group` stand under a common header. `meaning` explains the title."""

    title: str
    group: str = ""
    meaning: str = ""
    align: Literal["right", "left"] = "right"


Tone = Literal["", "more", "less", "good", "bad", "doubt", "muted"]
"""What a cell's colour says."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and, in small type under it, its interval or remark.

    `tone` colours it: more or less than in proportion, by `strength` in per cent; good or bad; doubt for what is
    remembered or guessed. `link` leads to an anchor.
    """

    value: str
    detail: str = ""
    tone: Tone = ""
    strength: int = 0
    link: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, a remark in small type, and its cells; `policy` lets readers hide it with its policy."""

    header: Prose
    cells: Sequence[Cell]
    detail: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, which are those to the right of the headers of rows; `name` is its anchor.

    `groups` are rows under a common line, in their order; the first may have no line. `kind` is how dense and how wide
    it is: figures, brief (low rows), wide (many narrow columns), text (sentences in cells), heat (coloured cells).
    `lead` is the title over the headers of rows; without one it is "Policy" where rows belong to policies.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    groups: Sequence[tuple[str, Sequence[Row]]]
    kind: Literal["figures", "brief", "wide", "text", "heat"] = "figures"
    lead: str = ""


# -- figures ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """A figure: its anchor, the drawing as inline SVG, what it says in words, and the caption under it.

    Parts of the drawing may carry `data-policy` (readers may hide the policy) and `data-tip` (what to show where the
    pointer rests). `standalone` is the same drawing as an SVG document with the colours of light paper.
    """

    name: str
    drawing: Markup
    alt: str
    caption: str
    standalone: bytes = b""

    def save(self, path: Path | str) -> None:
        """Write the drawing on light paper to an SVG file."""
        Path(path).write_bytes(self.standalone)

    def _repr_svg_(self) -> str:
        return self.standalone.decode()


@dataclass(frozen=True, slots=True)
class Control:
    """Something to play with, of the page alone: a script called `kind` reads `data` and fills the element.

    weights    sliders, one per criterion, that rank the policies again
    scrubber   a slider over the crash timeline, with the values at that minute
    Formats that cannot be played with show `instead`.
    """

    name: str
    kind: Literal["weights", "scrubber"]
    title: str
    data: Mapping[str, Any]
    instead: Prose = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in the page, for readers to save: its name, what it is, and its text."""

    filename: str
    meaning: str
    content: str
    media: str = "text/csv"


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that stay folded away until a reader opens them."""

    summary: Prose
    blocks: "Sequence[Block]"


Block = (
    Paragraph
    | Takeaway
    | Note
    | Caution
    | Heading
    | Bullets
    | Definitions
    | Listing
    | Foreign
    | Table
    | FigureBlock
    | Control
    | Attachment
    | Fold
)


# -- the whole ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under a heading of its own; `name` is its anchor.

    `part` is the group of sections it belongs to in the table of contents, as a chapter of one scenario. What is
    `folded` the page shows when a reader opens it.
    """

    name: str
    title: str
    blocks: Sequence[Block]
    part: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A report: titles, what it was made of, and its sections.

    `policies` are (name, title) of those that readers may hide and show.
    """

    kicker: str
    title: str
    subtitle: Prose
    sections: Sequence[Section]
    policies: Sequence[tuple[str, str]] = ()
