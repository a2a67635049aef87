"""What is drawn stands where the numbers say."""

import math
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from lastresort.reports.plotting import canvas, curves, labels
from lastresort.reports.plotting.policy_looks import Key, keys
from lastresort.reports.topics import absorption, hedge_failure, sobol, timeline, trade_off, who_paid
from lastresort.scores import Estimate
from lastresort.scores.profiles.time_unhedged import Rehedging

Floats = NDArray[np.float64]


def marked(drawing: canvas.Drawing, policy: str, tip: str = "") -> list[ElementTree.Element]:
    """Elements of a policy whose tip contains some words."""
    root = ElementTree.fromstring(drawing.inline("x", ""))
    return [
        element
        for element in root.iter()
        if element.attrib.get("data-policy") == policy and tip in element.attrib.get("data-tip", "")
    ]


def in_drawing(axes: Axes, x: float, y: float) -> tuple[float, float]:
    """A place in data as a place in the viewBox."""
    figure: Any = axes.figure
    across, down = 72 * figure.get_size_inches()
    left, bottom = figure.transFigure.inverted().transform(axes.transData.transform((x, y)))
    return across * left, down * (1 - bottom)


@pytest.mark.parametrize("count", [1, 5, 12])
def test_a_dot_stands_at_both_of_its_scores(made_up: Any, count: int) -> None:
    points = made_up(count).points()
    drawing = canvas.drawing(lambda: trade_off.draw(points))
    assert drawing.vectors
    axes = drawing.figure.axes[0]
    for point in points:
        stops = marked(drawing, point.key.name, "LC $ M")
        dot = next(element for stop in stops for element in stop.iter() if element.tag == "use")
        place = float(dot.attrib["x"]), float(dot.attrib["y"])
        assert place == pytest.approx(in_drawing(axes, point.loss[0], point.failure[0]), abs=0.02)


def test_the_tip_has_the_value_and_its_interval(made_up: Any) -> None:
    [point] = made_up(1).points()
    value, low, high = point.loss
    stop = marked(canvas.drawing(lambda: trade_off.draw([point])), "policy-0", "LC $ M")[0]
    written = f"Fund, then queue ADL: LC $ M {value:.0f} [{low:.0f},\N{NO-BREAK SPACE}{high:.0f}], MNF % "
    assert stop.attrib["data-tip"].startswith(written)


def test_kaplan_meier_steps_are_those_given(made_up: Any) -> None:
    [(key, curve)] = made_up(1).survivals()
    figure = canvas.drawing(lambda: hedge_failure.draw([(key, curve)])).figure
    axes = figure.axes[0]
    x, y = max((np.asarray(line.get_xydata()).T for line in axes.lines), key=np.size)
    at = np.unique(x)[1:-1]
    assert at == pytest.approx(curve.times)
    after = [y[x == time].min() for time in at]
    before = [y[x == time].max() for time in at]
    assert after == pytest.approx(curve.naked)
    assert before == pytest.approx([1.0, *curve.naked[:-1]])


def test_what_happened_before_the_time_axis_is_where_a_curve_starts() -> None:
    [key] = keys([("a", "A")])
    time, share = np.array([0.0, 30.0]), np.array([0.6, 0.2])
    curve = Rehedging(time, share, share, share, np.array([]), 20.0, math.nan, math.nan, 5)
    axes = canvas.drawing(lambda: hedge_failure.draw([(key, curve)])).figure.axes[0]
    heights = np.asarray(axes.lines[0].get_ydata())
    assert heights.tolist() == [0.6, 0.6, 0.2, 0.2]


def test_geometry_tells_where_an_hour_is(made_up: Any) -> None:
    drawing = canvas.drawing(lambda: timeline.draw(made_up(1).course(), []))
    places = timeline.geometry(drawing.figure)
    assert drawing.vectors
    assert len(places) == 22
    assert places == timeline.geometry(drawing.figure)
    box = [float(side) for side in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing.inline("x", ""))[0]]
    for place, axes in zip(places, drawing.figure.axes, strict=True):
        assert in_drawing(axes, place.t0, place.v0) == pytest.approx((place.x0, place.y1), abs=0.02)
        assert in_drawing(axes, place.t1, place.v1) == pytest.approx((place.x1, place.y0), abs=0.02)
        assert 0 <= place.x0 < place.x1 <= box[0]
        assert 0 <= place.y0 < place.y1 <= box[1]
    assert [place.column for place in places[:2]] == ["whole", "worst"]
    assert (places[0].t0, places[0].t1) == (0.0, 24.0)


def test_geometry_waits_for_a_layout() -> None:
    def draw() -> Figure:
        figure = Figure(figsize=(8, 3), layout="constrained")
        for axes in figure.subplots(1, 2):
            axes.set_ylabel("A label that takes room")
        return figure

    drawing = canvas.drawing(draw)
    places = timeline.geometry(drawing.figure)
    assert drawing.vectors
    assert places == timeline.geometry(drawing.figure)
    assert places[0].x0 == pytest.approx(in_drawing(drawing.figure.axes[0], 0, 0)[0], abs=0.02)


def test_every_readout_has_a_value_at_each_time(made_up: Any) -> None:
    course = made_up(1).course()
    found = timeline.readouts(course)
    assert len({one.title for one in found}) == len(found) == 4 + 5 + 4 + 4 + 2
    assert {len(course.columns[one.column].at) for one in found} == {289}


def burden(ratio: float, loss: float) -> who_paid.Burden:
    """A burden without an interval."""
    return who_paid.Burden(Estimate(ratio, math.nan, math.nan, "", "", math.nan, math.nan), loss)


def test_a_group_is_warm_above_its_share_and_cool_below() -> None:
    division = who_paid.Division("Cohort", ["makers", "retail"], [[burden(1.6, 8e7), burden(0.4, 2e6)]])
    drawing = canvas.drawing(lambda: who_paid.draw(keys([("a", "A")]), [division]))
    [makers] = marked(drawing, "a", "makers under A: $80 M, 1.6\N{MULTIPLICATION SIGN} its share by equity")
    [retail] = marked(drawing, "a", "retail under A: $2.0 M, 0.40")
    assert "--haircut" in makers.attrib["style"]
    assert "--fund" in retail.attrib["style"]
    assert _opacity(retail) > _opacity(makers)  # 0.4 is further from 1 than 1.6 is


def test_a_group_that_held_nothing_is_hatched() -> None:
    division = who_paid.Division("Cohort", ["makers"], [[burden(math.nan, 0.0)]])
    drawing = canvas.drawing(lambda: who_paid.draw(keys([("a", "A")]), [division]))
    [empty] = marked(drawing, "a", "held nothing")
    assert "url(#" in empty.attrib["style"]


@pytest.mark.parametrize(("largest", "scale"), [(500.0, "linear"), (3360.0, "log")])
def test_a_loss_that_would_squash_the_others_makes_the_scale_logarithmic(largest: float, scale: str) -> None:
    values = (200.0, 250.0, 320.0, 400.0, largest)
    points = [
        trade_off.Point(Key(str(value), "A", 0), (value, math.nan, math.nan), (1.0, 0.9, 1.1), 1.0) for value in values
    ]
    axes = canvas.drawing(lambda: trade_off.draw(points)).figure.axes[0]
    assert axes.get_xscale() == scale
    places = [axes.transAxes.inverted().transform(axes.transData.transform((value, 1.0)))[0] for value in values[:4]]
    assert max(places) - min(places) > 0.1


def test_factors_stand_in_the_order_of_their_total_index() -> None:
    nan = math.nan
    outcomes = {
        "LC": [sobol.Index("a", 0.1, nan, nan, 0.2, nan, nan), sobol.Index("b", 0.1, nan, nan, 0.6, nan, nan)],
        "MNF": [sobol.Index("a", 0.1, nan, nan, 0.3, nan, nan), sobol.Index("c", 0.1, nan, nan, nan, nan, nan)],
    }
    assert sobol.order(outcomes) == ["b", "a", "c"]


def test_a_payer_of_nothing_has_no_part(made_up: Any) -> None:
    [payment] = made_up(1).payments()
    drawing = canvas.drawing(lambda: absorption.draw([Key("a", "A", 0)], [payment]))
    fund = marked(drawing, "a", "Insurance fund $500 M (from 400 to 650)")
    capital = marked(drawing, "a", "Venue's capital")
    assert len(fund) == 1
    assert not marked(drawing, "a", "Users: vaults")
    ratio = _width(capital[0]) / _width(fund[0])
    assert ratio == pytest.approx(payment["capital_paid"].mean / 5e8, rel=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_labels_keep_their_distance_and_their_order(seed: int) -> None:
    random = np.random.default_rng(seed)
    wanted, sizes = np.sort(random.beta(0.3, 2, 12)).tolist(), random.uniform(0.04, 0.08, 12).tolist()
    middles = labels.apart(wanted, sizes)
    for below, above, low, high in zip(middles, middles[1:], sizes, sizes[1:], strict=False):
        assert above - below >= (low + high) / 2 - 1e-9
    assert middles[0] >= sizes[0] / 2 - 1e-9
    assert middles[-1] <= 1 - sizes[-1] / 2 + 1e-9


def test_labels_that_have_room_stay_where_they_are_wanted() -> None:
    assert labels.apart([0.2, 0.5, 0.8], [0.1, 0.1, 0.1]) == pytest.approx([0.2, 0.5, 0.8])
    assert labels.apart([], []) == []


def test_a_band_lies_around_the_extremes_of_each_stretch() -> None:
    at = np.linspace(0, 1, 3000)
    low, high = -np.random.default_rng(5).exponential(size=3000), np.random.default_rng(6).exponential(size=3000)
    places, edge = curves._envelope(at, high, np.maximum)
    assert len(places) <= curves.MOST
    assert (np.interp(at, places, edge) >= high - 1e-9).all()
    places, edge = curves._envelope(at, low, np.minimum)
    assert (np.interp(at, places, edge) <= low + 1e-9).all()


def _width(element: ElementTree.Element) -> float:
    """Width of a rectangle whose path goes along its bottom first."""
    path = element if element.tag == "path" else next(element.iter("path"))
    return float(re.findall(r"l(-?[\d.]+)", path.attrib["d"])[0])


def _opacity(element: ElementTree.Element) -> float:
    return float(re.findall(r"opacity:([\d.]+)", element.attrib["style"])[0])
