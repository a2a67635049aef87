"""The sensitivity analysis in the report: the flip in the answer, both figures, and the ends of each range."""

import math
import re
from dataclasses import replace
from typing import Any

import pytest

from lastresort.analysis.sensitivity import (
    Confirmation,
    End,
    Factor,
    Flip,
    Level,
    MorrisIndex,
    Output,
    Sensitivity,
    SobolIndex,
)
from lastresort.analysis.sensitivity.findings import Morris, Sobol
from lastresort.analysis.sensitivity.result import Origins
from lastresort.reports.contents import report_of
from lastresort.reports.document import Bullets, FigureBlock, Paragraph, plain
from lastresort.reports.topics.assumption_flips import sensitivity
from lastresort.reports.writers import to_html

OUTPUT = Output("mnf", "fund+hedge-aware-adl", "fund+queue-adl")
FACTORS = (
    Factor(name="desks.rehedge_time", label="re-hedge <delay>", kind="scenario", low=60, high=1800, because="a guess"),
    Factor(name="replicate", label="chance", kind="chance", low=0, high=7, levels=tuple(range(8))),
)
LEVELS = (Level(60, -0.1, -0.12, -0.08, 20), Level(1800, 0.1, 0.08, 0.12, 20))


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    """A made-up analysis in which one factor flips one difference."""
    name = OUTPUT.name
    return Sensitivity(
        name="made-up",
        question="Which?",
        scenario="oct-2025",
        policies=("fund+queue-adl", "fund+hedge-aware-adl"),
        baseline="fund+queue-adl",
        factors=FACTORS,
        outputs=(OUTPUT,),
        replicates=8,
        seeds_each=1,
        runs=120,
        morris=Morris(
            20,
            0,
            4,
            60,
            tuple(MorrisIndex(name, one.name, 0.1, 0.2 - 0.15 * one.by_chance, 0.02, 0.05) for one in FACTORS),
        ),
        sobol=Sobol(
            8,
            0,
            32,
            tuple(one.name for one in FACTORS),
            "the command",
            tuple(SobolIndex(name, one.name, 0.6, 0.1, 0.7, 0.1) for one in FACTORS),
        ),
        flips=(Flip(name, FACTORS[0].name, "flips", 700.0, 500.0, 900.0, LEVELS, "flips above 700"),),
        ends=(
            End(name, FACTORS[0].name, 1800, 0.1, 0.08, 0.12, 0.001, "worse", 10),
            End(name, "", math.nan, -0.05, -0.06, -0.04, 0.001, "better", 10),
        ),
        confirmations=(Confirmation(name, FACTORS[0].name, "flips", "better at 60, worse at 1,800"),),
        answers=("mnf: one of one flips it",),
        failed=(),
        origins=Origins("a", "b", "0.1.0", "c", {}),
    )


def test_what_would_flip_is_said_first(found: Sensitivity, report: Any) -> None:
    section = sensitivity(replace(report.known, sensitivity=found))
    first, answers = section.blocks[:2]
    assert isinstance(first, Paragraph)
    assert "re-hedge <delay> flips a difference" in plain(first.prose)
    assert isinstance(answers, Bullets)
    assert [plate.name for plate in section.blocks if isinstance(plate, FigureBlock)] == ["morris", "sobol"]


def test_the_answer_of_the_report_names_the_assumption(found: Sensitivity, report: Any) -> None:
    known = replace(report.known, sensitivity=found)
    page = to_html(report_of(known))
    changes = page[page.index('<section id="changes"') : page.index('<section id="limits"')]
    assert re.search(r"these flip a difference: .*re-hedge &lt;delay&gt;", changes)
    assert "Run again at both ends: better at 60, worse at 1,800" in page
    assert "all as assumed" in page
    assert "<delay>" not in page.split("<body>")[1].split("<script")[0]


def test_without_one_the_report_says_how_to_make_one(report: Any) -> None:
    (block,) = report.section("sensitivity").blocks
    assert "lastresort report DIR --sensitivity FOLDER" in plain(block.prose)
