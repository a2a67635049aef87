"""Drawings as parts of a page, as documents and as files: colours, marks, bytes."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from lastresort.reports.document import FigureBlock
from lastresort.reports.plotting import canvas, marks, palette, policy_looks, sheet

HOSTILE = (
    "<script>alert('R&D')</script>",
    'Two "quotes" and $x^2$',
    "&amp; lr?policy=a%20b",
    "#010101 url(#x) \N{SNOWMAN}",
)
HUES = [colour for variable, colour in palette.LIGHT.items() if variable.startswith("--policy")]


def scatter() -> Figure:
    """Two dots with marks and a text."""
    figure = sheet.sheet(2.0)
    axes = sheet.panel(figure, 1, 0.2, 6, 1.5)
    for place, title in enumerate(HOSTILE):
        (dot,) = axes.plot([place], [place], "o", color=palette.POLICY[place])
        marks.mark(dot, title, f"{title}: {place}")
        axes.text(place, place, title)
    return figure


def elements(drawing: str | bytes) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(drawing).iter())


@pytest.fixture(scope="module")
def drawn() -> FigureBlock:
    return canvas.figure_block("dots", 'A <dot> & "more"', "Some dots.", scatter)


def test_policies_and_tips_survive_whatever_they_say(drawn: FigureBlock) -> None:
    marked = [element for element in elements(drawn.drawing) if "data-tip" in element.attrib]
    assert [element.attrib["data-policy"] for element in marked] == list(HOSTILE)
    assert [element.attrib["data-tip"] for element in marked] == [
        f"{one}: {place}" for place, one in enumerate(HOSTILE)
    ]
    assert "<script" not in drawn.drawing
    assert not [element for element in elements(drawn.drawing) if element.tag == "script"]


def test_texts_stay_what_they_are(drawn: FigureBlock) -> None:
    for document in (drawn.drawing, drawn.standalone):
        texts = {"".join(element.itertext()) for element in elements(document) if element.tag.endswith("text")}
        assert set(HOSTILE) <= texts


def test_inline_colours_are_variables_and_standalone_colours_those_of_light_paper(drawn: FigureBlock) -> None:
    looks = " ".join(element.attrib.get("style", "") for element in elements(drawn.drawing))
    assert "var(--policy-1)" in looks
    assert "var(--rule)" in looks
    assert not re.search(r"#[0-9a-f]{6}", looks)
    standalone = " ".join(element.attrib.get("style", "") for element in elements(drawn.standalone))
    assert "var(" not in standalone
    assert set(HUES[: len(HOSTILE)]) <= set(re.findall(r"#[0-9a-f]{6}", standalone))
    assert not set(palette.VARIABLES) & set(re.findall(r"#[0-9a-f]{6}", standalone))


def test_the_plate_says_what_it_shows(drawn: FigureBlock) -> None:
    root = elements(drawn.drawing)[0]
    assert (drawn.name, drawn.alt, drawn.caption) == ("dots", 'A <dot> & "more"', "Some dots.")
    assert root.attrib["aria-label"] == drawn.alt
    assert root.attrib["id"] == "drawing-dots"
    assert elements(drawn.standalone)[1].text == drawn.alt
    assert b"data-" not in drawn.standalone


def test_ids_bear_the_name_and_are_pointed_at(drawn: FigureBlock) -> None:
    ids = [element.attrib["id"] for element in elements(drawn.drawing) if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert all(one == "drawing-dots" or one.startswith("dots-") for one in ids)
    pointed = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', re.sub('data-[a-z]+="[^"]*"|>[^<]*<', "", drawn.drawing)))
    assert pointed <= set(ids)


def test_neighbours_of_which_the_same_is_said_are_one_stop() -> None:
    def draw() -> Figure:
        figure = sheet.sheet(2.0)
        axes = sheet.panel(figure, 1, 0.2, 6, 1.5)
        for style in ("-", "o"):
            marks.mark(axes.plot([0, 1], [0, 1], style)[0], "a", "A: 1")
        return figure

    found = elements(canvas.drawing(draw).inline("x", ""))
    stops = [element for element in found if "data-tip" in element.attrib]
    assert [stop.tag for stop in stops] == ["g"]
    assert {child.tag for child in stops[0].iter()} >= {"path", "use"}


def test_the_same_drawing_has_the_same_bytes(drawn: FigureBlock) -> None:
    assert canvas.figure_block(drawn.name, drawn.alt, drawn.caption, scatter) == drawn


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_files_are_the_same_twice_and_leave_the_figure_as_it_was(suffix: str, tmp_path: Path) -> None:
    drawing = canvas.drawing(scatter)
    before = str(drawing.inline("x", ""))
    drawing.save(tmp_path / f"one.{suffix}")
    drawing.save(tmp_path / f"two.{suffix}")
    assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
    assert canvas.Drawing(drawing.figure).inline("x", "") == before


def test_pictures_have_light_colours(tmp_path: Path) -> None:
    from matplotlib.image import imread

    canvas.drawing(scatter).save(tmp_path / "dots.png")
    pixels = (255 * imread(tmp_path / "dots.png")[..., :3]).round().astype(int).reshape(-1, 3)
    found = {"#{:02x}{:02x}{:02x}".format(*pixel) for pixel in np.unique(pixels, axis=0)}
    assert {palette.LIGHT["--paper"], *HUES[: len(HOSTILE)]} <= found
    assert not set(palette.POLICY) & found


def test_a_notebook_shows_light_paper() -> None:
    shown = canvas.drawing(scatter)._repr_svg_()
    assert shown.startswith("<svg")
    assert palette.LIGHT["--paper"] in shown
    assert "var(--" not in shown


def test_every_stand_in_has_a_value_on_light_paper() -> None:
    assert len(palette.VARIABLES) == 11 + len(palette.POLICY)
    assert set(palette.VARIABLES.values()) <= set(palette.LIGHT)
    assert palette.light(palette.INK) == palette.LIGHT["--ink"]
    assert palette.light("#abcdef") == "#abcdef"


def test_looks_of_the_first_thirty_two_policies_differ_in_more_than_colour() -> None:
    looks = [policy_looks.Key("", "", place).look for place in range(32)]
    assert len(set(looks)) == 32
    for hue in palette.POLICY:
        same = [look for look in looks if look.colour == hue]
        assert len({look.line for look in same}) == len({look.marker for look in same}) == 4


def test_an_id_without_the_prefix_says_nothing() -> None:
    assert marks.attributes("line2d_1") == {}
    dot: Any = marks.mark(Figure().text(0, 0, ""), "a b&c", "1 = 1 & 2")
    assert marks.attributes(dot.get_gid()) == {"policy": "a b&c", "tip": "1 = 1 & 2"}
