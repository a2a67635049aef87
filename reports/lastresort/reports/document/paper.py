"""The colours of light and dark paper, and a drawing on light paper that stands alone.

Cool colours are institutions (fund, backstop), warm ones are users (haircuts, charges). The eight colours of policies
start from those of Okabe and Ito (2008), moved until any two of them are at least 0.08 apart in OKLab for normal sight
and for each dichromacy as simulated by Machado, Oliveira and Fernandes (2009), and each has a contrast of 3:1 or more
with its paper.
"""

import re
from collections.abc import Mapping
from xml.etree import ElementTree

LIGHT: Mapping[str, str] = {
    "--paper": "#ffffff",
    "--panel": "#f6f6f3",
    "--ink": "#1d2329",
    "--muted": "#5d6770",
    "--rule": "#dfe1de",
    "--edge": "#838c94",
    "--accent": "#1b5e8c",
    "--accent-soft": "#c3d8e6",
    "--good": "#00674b",
    "--bad": "#a84300",
    "--fund": "#0072b2",
    "--backstop": "#8fc3e3",
    "--haircut": "#d55e00",
    "--charge": "#eaa51f",
    "--unpaid": "#5d6770",
    "--policy-1": "#0051c8",
    "--policy-2": "#d87806",
    "--policy-3": "#0a8975",
    "--policy-4": "#ae82be",
    "--policy-5": "#a45013",
    "--policy-6": "#2f83ff",
    "--policy-7": "#7f3a87",
    "--policy-8": "#4f4541",
}
"""Each CSS variable on light paper, on the screen and in print."""

DARK: Mapping[str, str] = {
    "--paper": "#14181c",
    "--panel": "#1c2126",
    "--ink": "#e4e7e9",
    "--muted": "#9aa5ae",
    "--rule": "#343b42",
    "--edge": "#6f7a84",
    "--accent": "#6db3e0",
    "--accent-soft": "#274a63",
    "--good": "#35c79a",
    "--bad": "#f0803c",
    "--fund": "#4aa3df",
    "--backstop": "#2f6388",
    "--haircut": "#f0803c",
    "--charge": "#e0b04a",
    "--unpaid": "#8b959d",
    "--policy-1": "#287fad",
    "--policy-2": "#e67829",
    "--policy-3": "#00aa86",
    "--policy-4": "#c898d5",
    "--policy-5": "#e7bd47",
    "--policy-6": "#bfd1fd",
    "--policy-7": "#9e7cff",
    "--policy-8": "#ffddbc",
}
"""The same variables on dark paper."""

POLICY_COLOURS = 8
"""How many policies have a colour of their own; the ninth has that of the first again."""

FONTS = "DejaVu Sans, Helvetica Neue, Helvetica, Arial, sans-serif"
"""Fonts of a drawing that stands alone: first the one its words were measured in."""

HALO = f"paint-order: stroke; stroke: {LIGHT['--paper']}; stroke-width: 2.5px"
"""Style of words that may cross a line."""

_SVG = "http://www.w3.org/2000/svg"
_VARIABLE = re.compile(r"var\((--[\w-]+)\s*(?:,[^()]*)?\)")


def policy_variable(place: int) -> str:
    """Return the CSS variable with the colour of the policy at this place, counted from 0."""
    return f"--policy-{place % POLICY_COLOURS + 1}"


def standalone(drawing: str) -> bytes:
    """Return an inline drawing as an SVG document on light paper, for a file or for print.

    `drawing` is the inline SVG of a `FigureBlock`, with colours such as `var(--ink)` and a `viewBox`.
    """
    root = ElementTree.fromstring(_VARIABLE.sub(lambda found: LIGHT.get(found[1], LIGHT["--ink"]), drawing))
    words = root.get("aria-label", "")
    for element in root.iter():
        element.attrib = {key: value for key, value in element.attrib.items() if _is_visible(key)}
        if element.tag == "text":
            element.set("style", "; ".join(filter(None, (element.get("style"), HALO))))
    root.attrib = _outer(root.attrib["viewBox"])
    root.insert(0, ElementTree.Element("rect", {"width": "100%", "height": "100%", "fill": LIGHT["--paper"]}))
    if words:
        title = ElementTree.Element("title")
        title.text = words
        root.insert(0, title)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _is_visible(attribute: str) -> bool:
    return not attribute.startswith(("data-", "aria-")) and attribute not in ("class", "role", "tabindex")


def _outer(box: str) -> dict[str, str]:
    width, height = box.split()[2:]
    return {"xmlns": _SVG, "viewBox": box, "width": width, "height": height, "font-family": FONTS}
