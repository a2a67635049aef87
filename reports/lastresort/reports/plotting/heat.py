"""Cells of a heat map: a colour by size, and a number in it."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.reports.plotting import palette, sheet
from lastresort.reports.plotting.marks import mark

STRONGEST = 0.62
"""Opacity of the strongest colour: letters stay legible on it, on light paper and on dark."""


def grid(figure: Figure, left: float, top: float, width: float, height: float, size: tuple[int, int]) -> Axes:
    """Add axes without a frame for cells in `size` (rows, columns), the first row on top; measures are inches."""
    axes = sheet.panel(figure, left, top, width, height)
    axes.set_axis_off()
    axes.set_xlim(-0.5, size[1] - 0.5)
    axes.set_ylim(size[0] - 0.5, -0.5)
    return axes


def cell(
    axes: Axes,
    place: tuple[int, int],
    colour: str,
    strength: float,
    text: str,
    policy: str = "",
    tip: str = "",
    fontsize: float = sheet.LABEL,
) -> None:
    """Fill the cell at a place (row, column) with a colour, from 0 to 1 strong, and write in it."""
    row, column = place
    ground = Rectangle(
        (column - 0.5, row - 0.5),
        1,
        1,
        facecolor=colour,
        alpha=STRONGEST * min(max(strength, 0.0), 1.0),
        edgecolor="none",
        linewidth=0,
        clip_on=False,
    )
    mark(axes.add_artist(ground), policy, tip)
    _write(axes, column, row, text, policy, fontsize)


def blank(axes: Axes, place: tuple[int, int], policy: str = "", tip: str = "") -> None:
    """Hatch a cell in which there is nothing to measure."""
    row, column = place
    empty = Rectangle(
        (column - 0.5, row - 0.5), 1, 1, facecolor="none", edgecolor=palette.RULE, hatch="////", linewidth=0
    )
    mark(axes.add_artist(empty), policy, tip)


def gaps(axes: Axes, size: tuple[int, int]) -> None:
    """Draw the paper between cells, over them."""
    rows, columns = size
    axes.hlines([row - 0.5 for row in range(1, rows)], -0.5, columns - 0.5, color=palette.PAPER, linewidth=1.2)
    axes.vlines([column - 0.5 for column in range(1, columns)], -0.5, rows - 0.5, color=palette.PAPER, linewidth=1.2)


def headings(texts: Sequence[str], width: float) -> tuple[list[str], bool, float]:
    """Headings of columns of this width in inches, whether they stand upright, and how high they are in inches.

    They lie where every word fits into the width, and stand on end where not.
    """
    longest = sheet.room((word for text in texts for word in text.split()), sheet.SMALL)
    if longest <= width - 0.06:
        lying = [sheet.wrapped(text, width - 0.06, sheet.SMALL, lines=5) for text in texts]
        return lying, False, max((sheet.height(text, sheet.SMALL) for text in lying), default=0.0) + 0.1
    lines = max(1, int((width - 0.04) / (sheet.SMALL * sheet.LINE / 72)))
    standing = [sheet.wrapped(text, 1.5 if lines > 1 else 2.4, sheet.SMALL, lines=lines) for text in texts]
    return standing, True, sheet.room(standing, sheet.SMALL) + 0.12


def head(axes: Axes, column: int, text: str, upright: bool, policy: str = "") -> None:
    """Write the heading of a column above the panel."""
    standing: dict[str, Any] = {"rotation": 90, "rotation_mode": "anchor", "ha": "left", "va": "center"}
    placing = standing if upright else {"ha": "center", "va": "baseline"}
    words = axes.annotate(
        text,
        (column, 1),
        (0, 5),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        fontsize=sheet.SMALL,
        color=palette.INK,
        linespacing=1.05,
        annotation_clip=False,
        **placing,
    )
    mark(words, policy)


def _write(axes: Axes, x: float, y: float, text: str, policy: str, size: float) -> None:
    words = axes.text(x, y, text, ha="center", va="center_baseline", fontsize=size, color=palette.INK)
    mark(words, policy, plain=True)
