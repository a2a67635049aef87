"""Colours that can be read and told apart, and drawings that stand alone."""

from collections.abc import Mapping
from xml.etree import ElementTree

import numpy as np
import pytest

from lastresort.reports.document.paper import DARK, LIGHT, POLICY_COLOURS, policy_variable, standalone

DRAWING = '<svg viewBox="0 0 10 20"><text style="fill: var(--ink)">a</text><g data-tip="x" data-policy="y"/></svg>'


def test_a_drawing_stands_alone_on_light_paper() -> None:
    root = ElementTree.fromstring(standalone(DRAWING))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == ("10", "20")
    assert LIGHT["--ink"].encode() in standalone(DRAWING)
    assert not any(key.startswith("data-") for element in root.iter() for key in element.attrib)


def _contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours (WCAG 2.1, 1.4.3)."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    levels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_colours_can_be_told_from_their_paper(colours: Mapping[str, str]) -> None:
    policies = [colours[policy_variable(place)] for place in range(POLICY_COLOURS)]
    assert len(set(policies)) == POLICY_COLOURS
    assert min(_contrast(colour, colours["--paper"]) for colour in [*policies, colours["--edge"]]) >= 3
    for name in ("--ink", "--muted", "--accent", "--good", "--bad"):
        assert min(_contrast(colours[name], colours[paper]) for paper in ("--paper", "--panel")) >= 4.5


MACHADO = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Linear RGB as each dichromat sees it (Machado, Oliveira and Fernandes 2009, severity 1)."""

TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("sight", MACHADO)
def test_policies_can_be_told_apart_whatever_the_sight(colours: Mapping[str, str], sight: str) -> None:
    hexes = [colours[policy_variable(place)] for place in range(POLICY_COLOURS)]
    srgb = np.array([[int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)] for colour in hexes])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.array(MACHADO[sight]).T, 0, 1)
    oklab = np.cbrt(seen @ TO_CONES.T) @ TO_OKLAB.T
    distances = np.linalg.norm(oklab[:, None] - oklab[None], axis=-1) + np.eye(POLICY_COLOURS)
    assert distances.min() >= 0.08
