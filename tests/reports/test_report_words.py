"""How the report writes numbers, reduces seeds, and speaks when there is little to compare."""

import dataclasses
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.reports import notation, palette, write_report
from lastresort.reports.bands import band, spread
from lastresort.reports.timelines import timeline
from lastresort.scores import compare_policies


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
    assert spread([3.0, math.nan, 1.0]).median == 2.0


def test_liquidations_per_five_minutes_add_up_to_the_total() -> None:
    minutes = np.arange(61.0)
    series = pd.DataFrame({"time": 60 * minutes, "liquidated_long": minutes**2, "liquidated_short": 0 * minutes})
    found = timeline([series])
    assert found.columns["liquidated_long"].median.sum() == 60.0**2
    assert found.columns["liquidated_long"].median[0] == 5.0**2
    assert found.peak == 1.0


def test_the_summary_names_the_lowest_on_each_score(report: Any) -> None:
    titles = {policy.name: policy.title for policy in report.results.policies if policy.role == "contender"}
    for score, claim in (
        ("lc_star", "has the lowest loss centralization"),
        ("mnf", "has the fewest market-neutral failures"),
    ):
        values = {report.comparison.estimates[name][score].value: title for name, title in titles.items()}
        assert f"{values[min(values)]}\N{RIGHT DOUBLE QUOTATION MARK} {claim}" in report.page


def test_no_stand_in_colour_is_left_in_a_drawing(report: Any) -> None:
    drawings = "".join(re.findall(r"<svg.*?</svg>", report.page, flags=re.DOTALL))
    assert not [colour for colour in palette.VARIABLES if colour in drawings]
    assert "#000000" not in drawings
    style = report.page[: report.page.index("</style>")]
    for variable in palette.VARIABLES.values():
        assert style.count(f"{variable}:") == 3  # light, dark, print


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("deep-pocket", "warehouse"), "Only reference policies are in the comparison"),
        (("deep-pocket", "fund+queue-adl"), "There is no second contender"),
    ],
)
def test_a_report_with_little_to_compare_says_so(
    report: Any, tmp_path: Path, names: tuple[str, ...], said: str
) -> None:
    policies = tuple(policy for policy in report.results.policies if policy.name in names)
    results = dataclasses.replace(report.results, policies=policies)
    table = report.table[report.table["policy"].isin(names)]
    write_report(results, table, compare_policies(table, policies), tmp_path / "report.html")
    assert said in (tmp_path / "report.html").read_text(encoding="utf-8")
