"""How the report writes numbers, reduces seeds, and speaks when there is little to compare."""

import math
import re
from typing import Any

import numpy as np

from lastresort.reports import notation
from lastresort.reports.plotting import palette
from lastresort.reports.plotting.bands import band, spread


def test_numbers_have_true_minus_signs_and_undefined_ones_a_dash() -> None:
    written = notation.with_interval(-0.314, -0.36, -0.27)
    assert written.replace("\N{MINUS SIGN}", "-") == "-0.314 [-0.360,\N{NO-BREAK SPACE}-0.270]"
    assert "-" not in written
    assert notation.number(-0.0001) == "0.000"
    assert notation.number(math.nan) == notation.MISSING
    assert notation.with_interval(0.3, math.nan, math.nan) == "0.300"
    assert notation.billions(3.42e9) == "3.42"
    assert notation.percent(0.123) == "12.3 %"
    assert notation.listed(["a", "b", "c"]) == "a, b and c"


def test_a_band_holds_median_and_range_of_the_seeds() -> None:
    found = band(np.array([0.0, 1.0]), np.array([[1.0, 5.0], [2.0, 7.0], [9.0, 6.0]]))
    assert found.median.tolist() == [2.0, 6.0]
    assert found.low.tolist() == [1.0, 5.0]
    assert found.high.tolist() == [9.0, 7.0]
    assert spread([3.0, math.nan, 1.0]).mean == 2.0


def test_p_values_are_not_written_as_nothing() -> None:
    assert notation.probability(0.0000123) == "< 0.001"
    assert notation.probability(0.0412) == "0.041"
    assert notation.probability(math.nan) == notation.MISSING


def test_no_stand_in_colour_is_left_in_a_drawing(report: Any) -> None:
    drawings = "".join(re.findall(r"<svg.*?</svg>", report.page, flags=re.DOTALL))
    assert drawings
    assert not [colour for colour in palette.VARIABLES if colour in drawings]
    assert "#000000" not in drawings
