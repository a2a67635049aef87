"""A drawing as a part of the page."""

from xml.etree import ElementTree

from markupsafe import Markup

from lastresort.reports.document import FigureBlock


def inline_drawing(figure: FigureBlock) -> Markup:
    """Return the drawing of a figure as SVG for the page: with its words, and without styles or scripts of its own."""
    root = ElementTree.fromstring(str(figure.drawing))
    for parent in root.iter():
        for child in [child for child in parent if child.tag in ("style", "script", "metadata")]:
            parent.remove(child)
        parent.attrib = {key: value for key, value in parent.attrib.items() if not key.lower().startswith("on")}
    anchor = f"drawing-{figure.name}"
    root.attrib |= {"class": "drawing", "role": "img", "aria-label": figure.alt, "id": anchor}
    return Markup(ElementTree.tostring(root, encoding="unicode"))
