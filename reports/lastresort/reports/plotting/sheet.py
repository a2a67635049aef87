"""Places on a figure, in inches from its upper left corner: what an automatic layout would take a second to find."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from lastresort.reports.plotting import palette

WIDTH = 8.0
"""Width of every figure in inches; one inch is 72 units of the drawing."""

SMALL = 7.5
"""Size of small type in points."""

LABEL = 8.5
"""Size of the type of labels in points."""

LINE = 1.25
"""Height of a line of text, over the size of its type."""


def sheet(height: float) -> Figure:
    """Return an empty figure of the usual width."""
    return Figure(figsize=(WIDTH, height))


def panel(figure: Figure, left: float, top: float, width: float, height: float, **wishes: Any) -> Axes:
    """Add axes whose frame has this place and size; `wishes` go to matplotlib, as `sharex`."""
    across, down = figure.get_size_inches()
    return figure.add_axes((left / across, 1 - (top + height) / down, width / across, height / down), **wishes)


def words(figure: Figure, left: float, top: float, text: str, **wishes: Any) -> Text:
    """Write at a place of the figure; by default the text starts there, its middle at that height."""
    across, down = figure.get_size_inches()
    usual: dict[str, Any] = {"ha": "left", "va": "center", "fontsize": LABEL, "color": palette.MUTED}
    return figure.text(left / across, 1 - top / down, text, **(usual | wishes))


def width(text: str, size: float = LABEL) -> float:
    """Width of a text of one or more lines in inches; a little more than in the narrower fonts of most readers."""
    return max(_width(line, size) for line in text.split("\n"))


def room(texts: Iterable[str], size: float = LABEL) -> float:
    """Width in inches of the widest of some texts, 0 without any."""
    return max((width(text, size) for text in texts), default=0.0)


def wrapped(text: str, room: float, size: float = LABEL, lines: int = 2) -> str:
    """Break a text into at most so many lines of this width in inches; what is left over ends in an ellipsis."""
    broken = [""]
    for word in text.split():
        longer = f"{broken[-1]} {word}".strip()
        if broken[-1] and _width(longer, size) > room:
            broken.append(word)
        else:
            broken[-1] = longer
    kept = broken[:lines]
    if len(broken) > lines:
        kept[-1] = f"{kept[-1]} {broken[lines]}"
    return "\n".join(_cut(line, room, size) for line in kept)


def height(text: str, size: float = LABEL) -> float:
    """Height of a text of one or more lines in inches."""
    return (text.count("\n") + 1) * size * LINE / 72


def _cut(line: str, room: float, size: float) -> str:
    if _width(line, size) <= room:
        return line
    while line and _width(f"{line}\N{HORIZONTAL ELLIPSIS}", size) > room:
        line = line[:-1]
    return f"{line.rstrip(' ,')}\N{HORIZONTAL ELLIPSIS}"


@lru_cache(maxsize=4096)
def _width(line: str, size: float) -> float:
    return float(text_to_path.get_text_width_height_descent(line, _font(size), ismath=False)[0]) / 72


@lru_cache
def _font(size: float) -> FontProperties:
    return FontProperties(family="sans-serif", size=size)
