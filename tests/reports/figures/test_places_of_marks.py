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
from lastresort.reports.topics import absorption, hedge_failure, sobol, time_to_rehedge, timeline, trade_off, who_paid

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
        [stop] = marked(drawing, point.key.name, "LC*")
        dot = next(element for element in stop.iter() if element.tag == "use")
        place = float(dot.attrib["x"]), float(dot.attrib["y"])
        assert place == pytest.approx(in_drawing(axes, point.centralization.value, point.failure.value), abs=0.02)


def test_the_tip_has_the_value_and_its_interval(made_up: Any) -> None:
    [point] = made_up(1).points()
    x = point.centralization
    [stop] = marked(canvas.drawing(lambda: trade_off.draw([point])), "policy-0", "LC*")
    written = f"Fund, then queue ADL: LC* {x.value:.3f} [{x.low:.3f},\N{NO-BREAK SPACE}{x.high:.3f}], MNF "
    assert stop.attrib["data-tip"].startswith(written)


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.7])
def test_the_ellipse_holds_ninety_five_per_cent_of_the_draws(correlation: float) -> None:
    spread = np.array([[4e-4, 2e-6 * 100 * correlation], [2e-6 * 100 * correlation, 1e-4]])
    draws = np.random.default_rng(3).multivariate_normal([0.3, 0.1], spread, 20_000)
    found = trade_off.region(draws)
    assert found
    turn = math.radians(found.turn)
    away = draws - found.middle
    along = away @ [math.cos(turn), math.sin(turn)] / (found.width / 2)
    across = away @ [-math.sin(turn), math.cos(turn)] / (found.height / 2)
    assert np.mean(along**2 + across**2 <= 1) == pytest.approx(0.95, abs=0.005)


def test_draws_on_a_line_or_too_few_are_no_area() -> None:
    line = np.column_stack([np.linspace(0, 1, 50), np.full(50, 0.2)])
    found = trade_off.region(line)
    assert found
    assert min(found.width, found.height) == pytest.approx(0.0, abs=1e-9)
    assert trade_off.region(line[:2]) is None
    assert trade_off.region(np.full((50, 2), np.nan)) is None


def test_kaplan_meier_steps_are_those_given(made_up: Any) -> None:
    [curve] = made_up(1).survivals()
    figure = canvas.drawing(lambda: time_to_rehedge.draw([curve])).figure
    axes = figure.axes[0]
    x, y = max((np.asarray(line.get_xydata()).T for line in axes.lines), key=np.size)
    at = np.unique(x)[1:-1]
    assert at == pytest.approx(curve.time)
    after = [y[x == time].min() for time in at]
    before = [y[x == time].max() for time in at]
    assert after == pytest.approx(curve.share)
    assert before == pytest.approx([1.0, *curve.share[:-1]])


def test_what_happened_before_the_time_axis_is_where_a_curve_starts() -> None:
    [key] = keys([("a", "A")])
    time, share = np.array([0.0, 30.0]), np.array([0.6, 0.2])
    curve = time_to_rehedge.Survival(key, time, share, share, share, np.array([]), 20.0)
    axes = canvas.drawing(lambda: time_to_rehedge.draw([curve])).figure.axes[0]
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


def test_a_division_is_warm_above_its_share_and_cool_below() -> None:
    loss, endowment = np.array([[0.8, np.nan], [0.2, np.nan]]), np.full((2, 2), 0.5)
    division = who_paid.Division("Cohort", ["makers", "retail"], loss, endowment)
    drawing = canvas.drawing(lambda: who_paid.draw(keys([("a", "A"), ("b", "B")]), [division]))
    [makers] = marked(
        drawing, "a", "makers under A: 80.0 % of the loss, 50.0 % of the endowment, 1.6\N{MULTIPLICATION SIGN}"
    )
    [retail] = marked(drawing, "a", "retail under A")
    assert "--haircut" in makers.attrib["style"]
    assert "--fund" in retail.attrib["style"]
    assert _opacity(retail) > _opacity(makers)  # 0.4 is further from 1 than 1.6 is
    assert all("url(#" in empty.attrib["style"] for empty in marked(drawing, "b", "no user loss"))
    assert len(marked(drawing, "b", "no user loss")) == 2


def test_the_usual_threshold_is_where_the_axis_says(made_up: Any) -> None:
    thresholds = made_up(3).thresholds()
    figure = canvas.drawing(lambda: hedge_failure.draw(thresholds)).figure
    for axes, threshold in zip(figure.axes, thresholds, strict=True):
        places = [np.asarray(line.get_xdata()).tolist() for line in axes.lines]
        assert [place for place in places if len(place) == 2 and len(set(place)) == 1] == [[threshold.usual] * 2]


def test_factors_stand_in_the_order_of_their_total_index() -> None:
    nan = math.nan
    outcomes = {
        "LC*": [sobol.Index("a", 0.1, nan, nan, 0.2, nan, nan), sobol.Index("b", 0.1, nan, nan, 0.6, nan, nan)],
        "MNF": [sobol.Index("a", 0.1, nan, nan, 0.3, nan, nan), sobol.Index("c", 0.1, nan, nan, nan, nan, nan)],
    }
    assert sobol.order(outcomes) == ["b", "a", "c"]


def test_a_payer_of_nothing_has_no_part(made_up: Any) -> None:
    [payment] = made_up(1).payments()
    drawing = canvas.drawing(lambda: absorption.draw([Key("a", "A", 0)], [payment]))
    fund = marked(drawing, "a", "Insurance fund $0.50 B (from 0.40 to 0.65)")
    backstop = marked(drawing, "a", "Outside backstop")
    assert len(fund) == 1
    assert not marked(drawing, "a", "ADL haircuts")
    ratio = _width(backstop[0]) / _width(fund[0])
    assert ratio == pytest.approx(payment["backstop_paid"].median / 5e8, rel=0.01)


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
