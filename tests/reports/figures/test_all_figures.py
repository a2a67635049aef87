"""Every figure for one policy and for many: it is drawn without complaint, small, and the same twice."""

import re
import warnings
from typing import Any
from xml.etree import ElementTree

import pytest

from lastresort.reports.plotting import canvas
from lastresort.reports.plotting.slimming import SAID
from lastresort.reports.topics import absorption, amplification, forest, trade_off, who_paid

NAMES = (
    "waterfall", "forest", "references", "pareto", "rehedging", "timeline",
    "morris", "sobol", "tail", "who-pays",
)  # fmt: skip
LIMITS = {"timeline": 200_000, "who-pays": 130_000, "failure": 65_000}
"""Largest size of a figure of twelve policies in bytes, where it is not 50,000."""

WITHOUT_POLICIES = {"morris", "sobol"}
HOSTILE = ("<script>alert(1)</script>", '"quoted" & $x$', "A" * 300, "\N{SNOWMAN} \N{CJK UNIFIED IDEOGRAPH-4E2D}")


def strict(draw: Any) -> canvas.Drawing:
    """Draw and write with every warning an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = canvas.drawing(draw)
        assert drawing.vectors
    return drawing


@pytest.mark.parametrize(
    ("count", "seeds"),
    [(1, 1), (1, 24), (3, 2), (5, 1), (84, 8)],
)
def test_all_are_drawn_without_a_warning(made_up: Any, count: int, seeds: int) -> None:
    for name, draw in made_up(count, seeds).all().items():
        page = strict(draw).inline(name, "")
        assert not re.search(r"\b(nan|inf)\b", page), name


@pytest.fixture(scope="module")
def twelve(made_up: Any) -> Any:
    return made_up(12)


@pytest.fixture(scope="module")
def dozen(twelve: Any) -> dict[str, canvas.Drawing]:
    return {name: strict(draw) for name, draw in twelve.all().items()}


@pytest.mark.parametrize("name", NAMES)
def test_twelve_policies_make_a_small_figure(dozen: dict[str, canvas.Drawing], name: str) -> None:
    assert len(dozen[name].inline(name, "a").encode()) < LIMITS.get(name, 50_000)
    assert len(dozen[name].standalone("a")) < LIMITS.get(name, 50_000)


@pytest.mark.parametrize("name", NAMES)
def test_readers_can_hide_every_policy_and_read_its_marks(
    twelve: Any, dozen: dict[str, canvas.Drawing], name: str
) -> None:
    root = ElementTree.fromstring(dozen[name].inline(name, ""))
    named = {element.attrib.get("data-policy") for element in root.iter()} - {None}
    assert named == (set() if name in WITHOUT_POLICIES else {key.name for key in twelve.keys})
    read = {element.attrib["data-policy"] for element in root.iter() if element.attrib.keys() >= {*SAID}}
    assert named - read == ({"policy-0"} if name == "timeline" else set())
    assert any(element.attrib.get("data-tip") for element in root.iter())


def test_all_are_the_same_twice(made_up: Any) -> None:
    first, second = (
        {name: strict(draw).inline(name, "a") for name, draw in made_up(3).all().items()} for _ in range(2)
    )
    assert first == second
    assert set(first) == set(NAMES)


def test_titles_that_look_like_markup_are_text(made_up: Any) -> None:
    for name, draw in made_up(4, titles=HOSTILE).all().items():
        page = strict(draw).inline(name, "")
        assert "<script" not in page
        assert ElementTree.fromstring(page).tag == "svg"


def test_nothing_to_show_is_an_empty_figure() -> None:
    for draw in (
        lambda: forest.draw([], {"LC*": []}),
        lambda: amplification.draw([], {"Deep pocket": []}),
        lambda: absorption.draw([], []),
        lambda: trade_off.draw([]),
        lambda: who_paid.draw([], []),
    ):
        assert strict(draw).inline("x", "").startswith("<svg")
