"""What matplotlib writes as SVG, made ours: in the colours of the page, or as a document of its own."""

import re
from collections.abc import Callable
from copy import deepcopy
from xml.etree import ElementTree

from markupsafe import Markup

from lastresort.reports.document.paper import FONTS, HALO
from lastresort.reports.plotting import palette
from lastresort.reports.plotting.slimming import Element, slim


class Vectors:
    """A drawing as SVG, from what matplotlib wrote."""

    def __init__(self, document: str) -> None:
        """Read the document and drop from it what neither form needs."""
        self._root = slim(document)

    def inline(self, name: str, alt: str) -> Markup:
        """Return a part of a page: colours are the page's variables, ids start with `name`."""
        root = self._painted(lambda colour: f"var({palette.VARIABLES[colour]})", f"{name}-")
        root.attrib = {
            "viewBox": root.attrib["viewBox"],
            "role": "img",
            "aria-label": alt,
            "class": "drawing",
            "id": f"drawing-{name}",
        }
        return Markup(ElementTree.tostring(root, encoding="unicode"))

    def standalone(self, alt: str) -> bytes:
        """Return a document with the colours of light paper, its paper included."""
        root = self._painted(palette.light, "")
        width, height = root.attrib["viewBox"].split()[2:]
        root.attrib = {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": root.attrib["viewBox"],
            "width": f"{width}pt",
            "height": f"{height}pt",
            "font-family": FONTS,
        }
        for element in root.iter():
            element.attrib = {key: value for key, value in element.attrib.items() if not key.startswith("data-")}
        ahead = [_holding("title", alt)] if alt else []
        ahead.append(_holding("style", f"text {{ {HALO} }} * {{ stroke-linejoin: round; stroke-linecap: butt }}"))
        ahead.append(Element("rect", width=width, height=height, fill=palette.LIGHT["--paper"]))
        root[:0] = ahead
        return ElementTree.tostring(root, encoding="unicode").encode()

    def _painted(self, colour: Callable[[str], str], prefix: str) -> Element:
        root = deepcopy(self._root)
        for element in root.iter():
            for key in ("style", "fill", "stroke"):
                if key in element.attrib:
                    element.attrib[key] = _recoloured(element.attrib[key], colour)
            for key in ("clip-path", "style", "fill"):
                if "url(#" in element.attrib.get(key, ""):
                    element.attrib[key] = element.attrib[key].replace("url(#", f"url(#{prefix}")
            if "id" in element.attrib:
                element.attrib["id"] = prefix + element.attrib["id"]
            if element.attrib.get("href", "").startswith("#"):
                element.attrib["href"] = f"#{prefix}{element.attrib['href'][1:]}"
        return root


def _recoloured(value: str, colour: Callable[[str], str]) -> str:
    return re.sub(
        r"#[0-9a-f]{6}\b",
        lambda found: colour(found.group()) if found.group() in palette.VARIABLES else found.group(),
        value,
    )


def _holding(tag: str, text: str) -> Element:
    element = Element(tag)
    element.text = text
    return element
