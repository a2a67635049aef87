"""The paper every figure is drawn on, and the way a drawing becomes a part of the page, a file or an output."""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports.document import FigureBlock
from lastresort.reports.plotting import palette
from lastresort.reports.plotting.light import in_light
from lastresort.reports.plotting.vectors import Vectors

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud, searched and copied
    "svg.hashsalt": "lastresort",
    "path.simplify_threshold": 0.2,
    "pdf.fonttype": 42,
    "font.family": "sans-serif",
    "font.size": 9.0,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": palette.RULE,
    "axes.labelcolor": palette.MUTED,
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlecolor": palette.INK,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # else matplotlib measures all labels to find the place of each title
    "axes.titlesize": 9.0,
    "axes.titleweight": "normal",
    "axes.unicode_minus": True,
    "grid.color": palette.RULE,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "legend.labelcolor": palette.INK,
    "lines.color": palette.INK,
    "lines.linewidth": 1.4,
    "patch.edgecolor": palette.PAPER,
    "text.color": palette.INK,
    "text.parse_math": False,  # a dollar sign in a policy's title is a dollar sign
    "xtick.color": palette.RULE,
    "xtick.labelcolor": palette.MUTED,
    "xtick.labelsize": 8.5,
    "ytick.color": palette.RULE,
    "ytick.labelcolor": palette.MUTED,
    "ytick.labelsize": 8.5,
}

_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


class Drawing:
    """A figure in the house style, shown on light paper by notebooks and saved as such; the page has its own colours.

    `figure` has stand-in colours (see `palette`), so it is not for showing as it is.
    """

    def __init__(self, figure: Figure) -> None:
        """Wrap a figure that was drawn in the house style, as `drawing` does."""
        self.figure = figure

    @cached_property
    def vectors(self) -> Vectors:
        """The drawing as SVG, in both forms; drawn when first asked for."""
        page = io.BytesIO()
        with house():
            self.figure.savefig(page, format="svg", metadata=_NO_METADATA)
        return Vectors(page.getvalue().decode())

    def inline(self, name: str, alt: str) -> Markup:
        """Return the drawing as a part of a page that sets the colours; `name` makes its ids unique."""
        return self.vectors.inline(name, alt)

    def standalone(self, alt: str = "") -> bytes:
        """Return the drawing as an SVG document with the colours of light paper."""
        return self.vectors.standalone(alt)

    def save(self, path: Path | str, dpi: int = 200) -> None:
        """Write the drawing on light paper to a file; its name ends in .svg, .pdf or .png (`dpi` is for these)."""
        path = Path(path)
        if path.suffix == ".svg":
            path.write_bytes(self.standalone())
            return
        with house(), in_light(self.figure):
            nothing = {"CreationDate": None} if path.suffix == ".pdf" else {"Software": None}
            self.figure.savefig(path, dpi=dpi, metadata=nothing, facecolor=palette.LIGHT["--paper"])

    def _repr_svg_(self) -> str:
        return self.standalone().decode()


@contextmanager
def house() -> Iterator[None]:
    """Draw in the house style, whatever the reader's own matplotlibrc says: the same bytes everywhere."""
    with style.context(STYLE, after_reset=True), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the reader's font has it, or not
        yield


def drawing(draw: Callable[[], Figure]) -> Drawing:
    """Draw a figure in the house style."""
    with house():
        return Drawing(draw())


def figure_block(name: str, alt: str, caption: str, draw: Callable[[], Figure] | Drawing) -> FigureBlock:
    """Draw a figure in the house style; `alt` says in words what a reader who cannot see it would miss."""
    drawn = draw if isinstance(draw, Drawing) else drawing(draw)
    return FigureBlock(name, drawn.inline(name, alt), alt, caption, drawn.standalone(alt))


def bare(axes: Axes) -> None:
    """Leave only what the eye needs to read a row: no left spine, no tick marks, a light vertical grid."""
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="both", bottom=False, left=False)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
