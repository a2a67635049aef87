"""A drawing as matplotlib writes it, without what no reader sees, and with what is said of its parts."""

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree

from lastresort.reports.plotting.marks import attributes

Element = ElementTree.Element

SAID = ("data-policy", "data-tip")
"""Attributes that the page reads."""

LONG = 45
"""Length of a path, as it is written, from which on tenths of a unit are fine enough."""

_KEPT = re.compile("fill|font-(size|weight)|opacity|stroke(-dash|-opacity|-width|$)|text-anchor|pointer")
_UNSET = frozenset({"text-anchor: start", "stroke-dashoffset: 0"})
_CORNER = re.compile(r"([ML])(-?[\d.]+) (-?[\d.]+)")
_STRAIGHT = re.compile(r"(?:[ML]-?[\d.]+ -?[\d.]+)+z?")


def slim(document: str) -> Element:
    """Return the root of an SVG document without its namespaces, metadata, idle groups and needless digits.

    Ids that nothing points at are gone; those that `marks.mark` gave became attributes.
    """
    root = ElementTree.fromstring(document)
    _drop_metadata(root)
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', document))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        _tidy(element, used)
    _unwrap(root)
    return root


def _drop_metadata(root: Element) -> None:
    for child in list(root):
        if child.tag.endswith("metadata"):
            root.remove(child)


def _tidy(element: Element, used: set[str]) -> None:
    """Round and shorten the attributes; keep an id only where it is pointed at, or turn it into what it says."""
    own = element.attrib.pop("id", "")
    element.attrib = {key: _short(key, value) for key, value in element.attrib.items() if value}
    element.attrib = {key: value for key, value in element.attrib.items() if value}
    if own in used:
        element.attrib["id"] = own
    said = attributes(own)
    element.attrib |= {f"data-{key}": said[key] for key in ("policy", "tip") if key in said}
    if "plain" in said:
        for text in element.iter():
            if text.tag.endswith("text"):
                text.attrib["style"] = f"{text.attrib.get('style', '')}; stroke: none; pointer-events: none"


def _short(key: str, value: str) -> str:
    if key == "d":
        value = re.sub(r"\s*([A-Za-z])\s*", r"\1", value.strip())
        return _relative(value) if len(value) > LONG and _STRAIGHT.fullmatch(value) else _rounded(value)
    if key == "style":
        return _declarations(value)
    if key == "transform":
        value = re.sub(r"^rotate\(-?0 [^)]*\)$", "", value)
    return _rounded(value)


def _declarations(value: str) -> str:
    short = re.sub(r"\bfont: [^;]*?([\d.]+px)[^;]*", r"font-size: \1", value)
    parts = [part.strip() for part in short.split(";")]
    kept = [part for part in parts if _KEPT.match(part.partition(":")[0]) and part not in _UNSET]
    return ";".join(_rounded(part.replace(": ", ":")) for part in kept)


def _relative(path: str) -> str:
    """Write a path of straight lines in tenths of a unit, each corner by its distance from the last."""
    written, here = [], (0, 0)
    for letter, *corner in _CORNER.findall(path):
        there = (round(10 * float(corner[0])), round(10 * float(corner[1])))
        if letter == "M":
            written.append(f"M{there[0] / 10:g} {there[1] / 10:g}l")
        elif there != here:
            written.append(f"{_tenths(there[0] - here[0])}{_tenths(there[1] - here[1])}")
        here = there
    return re.sub("l(?=M|$)", "", "".join(written).replace("l ", "l")) + ("z" if path.endswith("z") else "")


def _tenths(number: int) -> str:
    """Write a number of tenths after another one, without the nought before its point."""
    text = f"{abs(number) / 10:g}"
    return ("-" if number < 0 else " ") + (text[1:] if text.startswith("0.") else text)


def _rounded(value: str, digits: int = 2) -> str:
    """Round decimals; whole numbers lose their point."""
    return re.sub(r"-?\d+\.\d+", lambda found: f"{round(float(found.group()), digits) + 0.0:g}", value)


def _unwrap(element: Element) -> None:
    """Put the children of groups that say nothing in the place of these groups; drop the blanks between tags.

    What a group says of its only child, the child says itself.
    """
    children: list[Element] = []
    for child in element:
        _unwrap(child)
        if child.tag == "g" and len(child) == 1 and _only_said(child) and not _only_said(child[0]):
            child[0].attrib |= child.attrib
            child.attrib = {}
        if child.tag == "g" and not child.attrib:
            children.extend(child)
        elif not _unseen(child):
            children.append(child)
    element[:] = _joined(children)
    _hoist(element)
    for child in children:
        child.tail = None
    if children:
        element.text = None


def _joined(children: Sequence[Element]) -> list[Element]:
    """Neighbours of which the same is said, as a dot and its bar, become one group: readers step through groups."""
    found: list[Element] = []
    for said, run in groupby(children, key=lambda child: (child.get("data-policy"), child.get("data-tip"))):
        members = list(run)
        if said[1] is None or len(members) == 1:
            found.extend(members)
            continue
        group = Element("g", {name: value for name, value in zip(SAID, said, strict=True) if value})
        for member in members:
            for name in SAID:
                member.attrib.pop(name, None)
            group.extend([member] if member.tag != "g" or member.attrib else list(member))
        found.append(group)
    return found


def _hoist(element: Element) -> None:
    """Say once, of their group, how all markers of a line look."""
    styles = {child.attrib.get("style", "") for child in element}
    if element.tag == "g" and len(element) > 2 and len(styles) == 1 and all(child.tag == "use" for child in element):
        style = styles.pop()
        if style and "style" not in element.attrib and not re.search(r"(^|;)opacity", style):
            element.attrib["style"] = style
            for child in element:
                del child.attrib["style"]


def _unseen(element: Element) -> bool:
    """Matplotlib's own style sheet, definitions of nothing, and the grounds of figure and axes."""
    if element.tag in ("defs", "style"):
        return element.tag == "style" or not len(element)
    return element.tag == "path" and element.attrib.keys() == {"d", "style"} and element.attrib["style"] == "fill:none"


def _only_said(element: Element) -> bool:
    return bool(element.attrib) and element.attrib.keys() <= set(SAID)
