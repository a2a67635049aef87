"""Parts that a bar is made of, told by colour and hatching, and the key to them above a figure."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.reports.plotting import palette, sheet

LINE = 0.2
"""Height of a line of the key, in inches."""


class Part(NamedTuple):
    """A part of bars: its title, colour and hatching."""

    title: str
    colour: str
    hatch: str

    @property
    def looks(self) -> dict[str, Any]:
        """What matplotlib wants to know of it."""
        return {"facecolor": self.colour, "edgecolor": palette.PAPER, "hatch": self.hatch or None, "linewidth": 0.6}


def height(parts: Sequence[Part]) -> float:
    """Height of the key, in inches."""
    return LINE * len(_lines(parts))


def write(figure: Figure, parts: Sequence[Part], left: float) -> None:
    """Write the key at the top of a figure, as many parts in a line as there is room for; `left` is inches."""
    for place, line in enumerate(_lines(parts)):
        _line(figure, line, left, 0.12 + LINE * place)


def _lines(parts: Sequence[Part]) -> list[list[Part]]:
    lines: list[list[Part]] = [[]]
    for part in parts:
        if sum(_room(one) for one in [*lines[-1], part]) > sheet.WIDTH:
            lines.append([])
        lines[-1].append(part)
    return lines


def _room(part: Part) -> float:
    return sheet.width(part.title) + 0.46


def _line(figure: Figure, line: Sequence[Part], left: float, middle: float) -> None:
    across, down = figure.get_size_inches()
    for part in line:
        corner = (left / across, 1 - (middle + 0.055) / down)
        figure.add_artist(Rectangle(corner, 0.16 / across, 0.11 / down, transform=figure.transFigure, **part.looks))
        sheet.words(figure, left + 0.22, middle, part.title, color=palette.INK, va="center_baseline")
        left += _room(part)
