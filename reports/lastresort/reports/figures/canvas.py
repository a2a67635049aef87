"""The paper every figure is drawn on, and the way a drawing becomes a part of the page."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import palette

WIDTH = 8.0
"""Width of every figure in inches; one inch is 72 units of the drawing."""

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # text stays text: it can be read aloud, searched and copied
    "svg.hashsalt": "lastresort",
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
    "axes.titlesize": 9.0,
    "axes.titleweight": "normal",
    "axes.unicode_minus": True,
    "grid.color": palette.RULE,
    "grid.linewidth": 0.5,
    "hatch.color": palette.PAPER,
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


@dataclass(frozen=True, slots=True)
class Plate:
    """A figure as the page needs it: an anchor, the drawing as inline SVG, and the caption printed under it."""

    name: str
    drawing: Markup
    caption: str


def plate(name: str, alt: str, caption: str, draw: Callable[[], Figure]) -> Plate:
    """Draw a figure in the house style; `alt` says in words what a reader who cannot see it would miss."""
    with style.context(STYLE, after_reset=True):  # the same bytes whatever the reader's own matplotlibrc says
        page = io.BytesIO()
        draw().savefig(page, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return Plate(name, _inline(page.getvalue().decode(), name, alt), caption)


def bare(axes: Axes) -> None:
    """Leave only what the eye needs to read a row: no left spine, no tick marks, a light vertical grid."""
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="both", length=0)
    axes.grid(axis="x")
    axes.set_axisbelow(True)


def _inline(document: str, name: str, alt: str) -> Markup:
    root = ElementTree.fromstring(document)
    _drop_metadata(root)
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', document))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {_local(key): _themed(value, name) for key, value in element.attrib.items()}
        _rename(element, name, used)
    box = root.attrib["viewBox"]
    root.attrib = {"viewBox": box, "role": "img", "aria-label": alt, "class": "drawing", "id": f"drawing-{name}"}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _drop_metadata(root: ElementTree.Element) -> None:
    for child in list(root):
        if child.tag.endswith("metadata"):
            root.remove(child)


def _local(key: str) -> str:
    return key.rpartition("}")[2]


def _themed(value: str, name: str) -> str:
    value = re.sub(r"(\d\.\d\d)\d+", r"\1", value)
    value = re.sub(r"#[0-9a-f]{6}\b", lambda found: _variable(found.group()), value)
    value = re.sub(r"(url\(#|^#)(?=[\w-])", rf"\g<1>{name}-", value)
    return re.sub(r"font-family: [^;]*(; |$)", "", value)


def _variable(colour: str) -> str:
    return f"var({palette.VARIABLES[colour]})" if colour in palette.VARIABLES else colour


def _rename(element: ElementTree.Element, name: str, used: set[str]) -> None:
    own = element.attrib.pop("id", None)
    if own in used:
        element.attrib["id"] = f"{name}-{own}"
