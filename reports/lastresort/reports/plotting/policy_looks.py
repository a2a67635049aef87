"""How a policy is told from the others in every figure: by colour, line style and marker, never by colour alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lastresort.reports.plotting import palette, sheet
from lastresort.reports.plotting.marks import mark

DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.6), (1.5, 1.4), (6, 1.5, 1.4, 1.5))
"""Line styles, lengths in units of the line's width; the empty one is solid."""

MARKERS = "osD^vPX*"

SAMPLE = 0.34
"""Length of the piece of line in a key, in inches."""

ROW = 0.19
"""Height of a row of a key, in inches."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colour (a stand-in), line style and marker."""

    colour: str
    line: tuple[float, tuple[float, ...]] | Literal["solid"]
    marker: str


@dataclass(frozen=True, slots=True)
class Key:
    """A policy as figures know it: its name, its title, and its place among the policies of the report."""

    name: str
    title: str
    place: int

    @property
    def look(self) -> Look:
        """Its looks, the same in every figure.

        Two of the same colour differ in line style and marker; all three come back after 32 policies.
        """
        hues, styles = len(palette.POLICY), len(DASHES)
        turn = self.place // hues
        dashes = DASHES[(self.place + turn) % styles]
        marker = MARKERS[(self.place + turn) % len(MARKERS)]
        return Look(palette.POLICY[self.place % hues], (0.0, dashes) if dashes else "solid", marker)


NOBODY = Key("", "", 0)
"""Stands for a policy that is not told from others."""

Named = TypeVar("Named", str, Key, str | Key)
"""A policy by its key, or by its title alone: then readers cannot hide it."""


def keys(policies: Iterable[tuple[str, str]]) -> list[Key]:
    """Keys of policies given as (name, title), in the order of the report."""
    return [Key(name, title, place) for place, (name, title) in enumerate(policies)]


def known(named: Sequence[str] | Sequence[Key] | Sequence[str | Key]) -> list[Key]:
    """Keys of policies of which some may be given by their titles alone."""
    return [Key("", one, place) if isinstance(one, str) else one for place, one in enumerate(named)]


def legend(figure: Figure, keys: Sequence[Key], left: float, top: float, width: float) -> None:
    """Write the key of a figure: a piece of line, the marker and the title of each policy, in columns, from `top` down.

    All measures are inches; `legend_height` tells how far down it reaches.
    """
    columns = _columns(keys, width)
    rows = -(-len(keys) // columns)
    for place, key in enumerate(keys):
        column, row = divmod(place, rows)
        x, y = left + column * width / columns, top + (row + 0.5) * ROW
        text = sheet.wrapped(key.title, width / columns - SAMPLE - 0.2, lines=1)
        mark(sample(figure, key, x, y), key.name)
        mark(sheet.words(figure, x + SAMPLE + 0.08, y, text, color=palette.INK, va="center_baseline"), key.name)


def legend_height(keys: Sequence[Key], width: float) -> float:
    """Height of a key of this width, in inches."""
    return -(-len(keys) // _columns(keys, width)) * ROW if keys else 0.0


def sample(figure: Figure, key: Key, left: float, middle: float) -> Artist:
    """Draw a piece of a policy's line with its marker on it, at a place in inches."""
    across, down = figure.get_size_inches()
    look = key.look
    ends = [left / across, (left + SAMPLE / 2) / across, (left + SAMPLE) / across]
    line = Line2D(
        ends,
        [1 - middle / down] * 3,
        color=look.colour,
        linestyle=look.line,
        linewidth=1.6,
        marker=look.marker,
        markevery=[1],
        markersize=5,
        transform=figure.transFigure,
    )
    return figure.add_artist(line)


def _columns(keys: Sequence[Key], width: float) -> int:
    """As many columns as the widest title allows, two or more."""
    widest = sheet.room(key.title for key in keys) + SAMPLE + 0.3
    return max(1, min(len(keys), max(2, int(width // widest))))
