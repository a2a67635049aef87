"""Stand-in colours turned into those of light paper, and back: for formats that know no variables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from lastresort.reports.plotting import palette

Property = tuple[Callable[[], Any], Callable[[Any], Any]]


@contextmanager
def in_light(figure: Figure) -> Iterator[None]:
    """Give every part of a figure the colours of light paper, and its own colours back in the end."""
    figure.draw_without_rendering()  # ticks are made when they are first drawn
    found = [(get(), put) for artist in figure.findobj() for get, put in _properties(artist)]
    hatch = rcParams["hatch.color"]
    for colour, put in found:
        put(_light(colour))
    try:
        yield
    finally:
        rcParams["hatch.color"] = hatch
        for colour, put in found:
            put(colour)


def _properties(artist: Artist) -> list[Property]:
    if isinstance(artist, Line2D):
        return [
            (artist.get_color, artist.set_color),
            (artist.get_markerfacecolor, artist.set_markerfacecolor),
            (artist.get_markeredgecolor, artist.set_markeredgecolor),
        ]
    if isinstance(artist, Patch):
        return [(artist.get_facecolor, artist.set_facecolor), (artist.get_edgecolor, artist.set_edgecolor)]
    if isinstance(artist, Collection):
        return [(artist.get_facecolor, artist.set_facecolor), (artist.get_edgecolor, artist.set_edgecolor)]
    return [(artist.get_color, artist.set_color)] if isinstance(artist, Text) else []


def _light(colour: Any) -> Any:
    if isinstance(colour, str) and colour in ("none", "auto"):
        return colour
    if not isinstance(colour, str) and getattr(colour, "ndim", 1) == 2:
        return [_light(tuple(one)) for one in colour]
    *_, opacity = to_rgba(colour)
    return (*to_rgba(palette.light(to_hex(colour)))[:3], opacity)
