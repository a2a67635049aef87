"""How a table fits on paper: the size of its type, the orientation of its page, and the shares of its columns."""

from collections.abc import Iterator
from dataclasses import dataclass

from lastresort.reports.document import Row, Table, plain
from lastresort.reports.writers.headers import whole
from lastresort.reports.writers.literals import pieces

UPRIGHT, SIDEWAYS = 482.0, 728.0
"""Points between the margins of an A4 page: 170 and 257 millimetres."""

SIZES = {False: (8.5, 8.0, 7.5, 7.0, 6.5), True: (8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0)}
"""Sizes of type in points, largest first, by whether the page is on its side."""

LETTER, BOLD = 0.49, 0.55
"""Width of a letter of the text face, as a part of its size."""

GUTTER = {"figures": 9.0, "brief": 8.0, "wide": 6.0, "text": 9.0, "heat": 8.0}
"""Points between neighbouring columns, by the kind of table."""

UNBROKEN = 20
"""Letters up to which a figure or an interval stays on one line."""

WIDEST = {"figures": 26, "brief": 30, "wide": 22, "text": 46, "heat": 22}
"""Letters after which a column no longer asks for more room."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Size of type in points, whether the page is on its side, and the widths of the columns as shares of the whole."""

    size: float
    sideways: bool
    shares: list[float]


def fit(table: Table) -> Fit:
    """Return the largest type in which every column has the room its longest piece needs, on its side if it must be."""
    least = [_least(table, place) for place in range(len(table.columns) + 1)]
    wanted = [max(low, _wanted(table, place)) for place, low in enumerate(least)]
    gutters = GUTTER[table.kind] * (len(least) - 1)
    for sideways, sizes in SIZES.items():
        room = SIDEWAYS if sideways else UPRIGHT
        for size in sizes:
            if sum(least) * size + gutters <= room and (
                sum(wanted) * size + gutters <= room or _wraps(table, sizes, size)
            ):
                return Fit(size, sideways, _shares(least, wanted, (room - gutters) / size))
    return Fit(SIZES[True][-1], True, _shares(least, wanted, 0.0))


def stays_whole(text: str, table: Table, place: int) -> bool:
    """Whether a text in this column must not be broken over lines."""
    return table.kind != "text" and place > 0 and len(text) <= UNBROKEN


def _wraps(table: Table, sizes: tuple[float, ...], size: float) -> bool:
    """Sentences may always take more lines, in type that is still pleasant to read; headers in the smallest."""
    return size <= (7.5 if table.kind == "text" else sizes[-1])


def _shares(least: list[float], wanted: list[float], room: float) -> list[float]:
    """Give each column its least, and what is left in proportion to what it wants beyond."""
    spare = max(0.0, room - sum(least))
    beyond = [want - low for want, low in zip(wanted, least, strict=True)]
    if sum(beyond) <= spare:
        return wanted
    return [low + spare * more / sum(beyond) for low, more in zip(least, beyond, strict=True)]


def _least(table: Table, place: int) -> float:
    """Width of the longest piece in a column, in units of the size of type."""
    heads = [_width(piece, LETTER) for piece in pieces(whole(table)[place].title)]
    return max([1.0, *heads, *(width for row in _rows(table) for width in _least_of_row(row, table, place))])


def _least_of_row(row: Row, table: Table, place: int) -> Iterator[float]:
    for text, letter in _texts(row, place):
        unbroken = [text] if stays_whole(text, table, place) else pieces(text)
        yield from (_width(piece, letter) for piece in unbroken)


def _wanted(table: Table, place: int) -> float:
    widest = WIDEST[table.kind]
    lengths = [min(len(text), widest) * letter for row in _rows(table) for text, letter in _texts(row, place)]
    return max([min(len(whole(table)[place].title), 14) * LETTER, *lengths])


def _rows(table: Table) -> Iterator[Row]:
    for _, rows in table.groups:
        yield from rows


def _texts(row: Row, place: int) -> list[tuple[str, float]]:
    """The texts of a row in one column, and the width of their letters."""
    if place == 0:
        return [(plain(row.header), BOLD), (row.detail, LETTER)]
    cell = row.cells[place - 1]
    return [(cell.value, BOLD if cell.tone == "bad" else LETTER), (cell.detail, 0.92 * LETTER)]


def _width(text: str, letter: float) -> float:
    return sum(1.6 * letter if character.isupper() or ord(character) > 0x2E80 else letter for character in text) or 0.0
