"""The course of the crash: the whole run, the hours around its worst minutes, and a slider to walk through it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation
from lastresort.reports.document import Control, FigureBlock, Section
from lastresort.reports.plotting import curves, palette, sheet
from lastresort.reports.plotting.bands import Band, band
from lastresort.reports.plotting.canvas import drawing, figure_block
from lastresort.reports.plotting.policy_looks import NOBODY, Key
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.scores import Profile

BIN = 5
"""Minutes over which liquidations are summed."""

SERIES = "series_"
TIME = "series_time"
FLOWS = ("liquidated_long", "liquidated_short")
PRICE = "price_"

READOUT = 4
"""Significant digits of the values that the slider shows."""

CLOSE, SPARSE = 2.0, 3
"""Hours around the heaviest liquidations in which the slider stops at every step; elsewhere at every third."""

BEFORE, AFTER = 0.75, 1.75
"""Hours shown before and after the heaviest five minutes in the right-hand column."""

STYLES = {"solid": (), "dashed": (5, 1.5), "dotted": (1.5, 1.5), "dash-dotted": (5, 1.5, 1, 1.5)}
"""One line style per tier in panels of several tiers, by its name in the panel's title."""

LIGHT = 120
"""Most points of a lightly drawn line; fewer where there are many lines."""

LEFT, GAP, ROW, HEAD, FOOT = 0.5, 0.22, 0.84, 0.28, 0.5
"""Room for the scale, between columns, height of a panel, room for its title, and for the time axis, in inches."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bands over the seeds of one policy, `columns` by name of the run's series, time in hours.

    Liquidations are USD per five minutes; everything else is as in the run's series.
    """

    columns: Mapping[str, Band]

    @property
    def tiers(self) -> list[str]:
        """Names of the price tiers, in the order of the series."""
        return [name.removeprefix(PRICE) for name in self.columns if name.startswith(PRICE)]

    @property
    def peak(self) -> float:
        """Hour at which liquidations were heaviest, in the median over the seeds; 0 for runs of a few minutes."""
        longs, shorts = (self.columns[name] for name in FLOWS)
        return float(longs.at[(longs.median + shorts.median).argmax()]) if len(longs.at) else 0.0

    def between(self, start: float, end: float) -> "Timeline":
        """The part from hour `start` to hour `end`."""
        return Timeline({name: column.between(start, end) for name, column in self.columns.items()})


Course = tuple[Key, Timeline]
"""A policy and its timeline."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel, drawn twice: its title, what fills it, and the lightly drawn series of other policies in its unit."""

    title: str
    fill: Callable[[Axes, Timeline, str], None]
    light: str = ""
    unit: float = 1.0
    from_zero: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel lies in the drawing, in units of its viewBox, and which hours and values its edges stand for.

    `x0` is left, `y0` on top; `t0` and `t1` are at `x0` and `x1`, `v0` and `v1` at the bottom and the top.
    """

    title: str
    column: str
    x0: float
    x1: float
    y0: float
    y1: float
    t0: float
    t1: float
    v0: float
    v1: float


@dataclass(frozen=True, slots=True)
class Readout:
    """A series that a reader may read off at a time: its title, its column, what divides it, its unit, its decimals."""

    title: str
    column: str
    unit: float
    written: str
    digits: int


def course_of_the_crash(results: ScenarioResults) -> Section:
    """The figure and its scrubber."""
    figure, scrubber = timeline(results)
    return Section(results.anchor("course"), "The course of the crash", [figure, scrubber])


def timeline_of(profiles: Sequence[Profile]) -> Timeline:
    """The course under one policy, from what was noted of its runs."""
    first = profiles[0]
    hours = np.asarray(first[TIME], np.float64) / 3600
    names = [name for name in first if name.startswith(SERIES) and name != TIME]
    columns = {name: np.array([profile[name] for profile in profiles], np.float64) for name in names}
    return Timeline({name.removeprefix(SERIES): band(hours, runs) for name, runs in columns.items()})


def timeline(results: ScenarioResults) -> tuple[FigureBlock, Control]:
    """The course under the policy looked at, the medians of all others, and the slider over it."""
    keys = dict(zip((policy.name for policy in results.policies), results.keys(results.policies), strict=True))
    courses = {policy.name: timeline_of(results.profiles_of(policy.name)) for policy in results.policies}
    shown = results.shown
    course = courses[shown.name]
    others = [(keys[name], other) for name, other in courses.items() if name != shown.name]
    drawn = drawing(partial(draw, course, others, keys[shown.name]))
    name = results.anchor("timeline")
    figure = figure_block(name, _alt(shown.title, course), _caption(shown.title), drawn)
    return figure, _scrubber(results, name, courses, geometry(drawn.figure))


def _alt(title: str, course: Timeline) -> str:
    lows = [
        f"{notation.tier(tier)} {notation.number(float(course.columns[f'price_{tier}'].median.min()))}"
        f" (news alone {notation.number(float(course.columns[f'exogenous_{tier}'].median.min()))})"
        for tier in course.tiers
    ]
    return (
        f"Course of the crash under {title}. Lowest median prices, start = 1: {', '.join(lows)}. "
        f"Heaviest liquidations at hour {notation.number(course.peak, 1)}."
    )


def _caption(title: str) -> str:
    return (
        f"The run under {notation.quoted(title)}. Line: median over the simulated crashes; band: lowest to highest. "
        "Dashed in the price panels: what the news alone would have done. Thin lines: the other policies, medians. "
        "Left: the whole run; right: around the heaviest liquidations."
    )


def _scrubber(results: ScenarioResults, figure: str, courses: dict[str, Timeline], places: list[Place]) -> Control:
    course = courses[results.shown.name]
    panels = readouts(course)
    hours = next(iter(course.columns.values())).at
    stops = (np.abs(hours - course.peak) <= CLOSE) | (np.arange(len(hours)) % SPARSE == 0)
    data = {
        "figure": figure,
        "times": _rounded(hours[stops]),
        "axes": [{name: getattr(place, name) for name in ("x0", "x1", "t0", "t1", "y0", "y1")} for place in places],
        "policies": [
            {
                "name": policy.name,
                "title": policy.title,
                "values": {
                    panel.title: _rounded(courses[policy.name].columns[panel.column].median[stops] / panel.unit)
                    for panel in panels
                },
            }
            for policy in sorted(results.policies, key=lambda policy: policy.name != results.shown.name)
        ],
        "panels": [{"title": panel.title, "unit": panel.written, "digits": panel.digits} for panel in panels],
        "start": course.peak,
    }
    instead = ("On the page, a slider walks through the crash and shows the medians of every policy at each moment.",)
    return Control(f"{figure}-scrubber", "scrubber", "Walk through the crash", data, instead)


def _rounded(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> list[float]:
    return [float(f"{value:.{READOUT}g}") if np.isfinite(value) else 0.0 for value in values]


def draw(course: Timeline, others: Sequence[Course], shown: Key = NOBODY) -> Figure:
    """Draw the bands of `course`, and lightly the medians of the `others`; `shown` is the policy of `course`."""
    start, end = course.peak - BEFORE, course.peak + AFTER
    near = course.between(start, end), [(key, other.between(start, end)) for key, other in others]
    rows = _panels(course)
    figure = sheet.sheet(len(rows) * (ROW + HEAD) + FOOT)
    width = (sheet.WIDTH - LEFT - GAP - 0.08) / 2
    for place, row in enumerate(rows):
        top = place * (ROW + HEAD) + HEAD
        whole = sheet.panel(figure, LEFT, top, width, ROW)
        worst = sheet.panel(figure, LEFT + width + GAP, top, width, ROW)
        _fill(whole, row, course, others, shown)
        _fill(worst, row, *near, shown)
        _finish(row, whole, worst, last=place == len(rows) - 1)
    return figure


def geometry(figure: Figure) -> list[Place]:
    """Places of all panels of a figure that `draw` drew, row by row, the whole run before the worst hours."""
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
    return list(_places(figure))


def readouts(course: Timeline) -> list[Readout]:
    """Every series of the figure that has a value at each of the times of the first, in the order of the panels."""
    times = len(next(iter(course.columns.values())).at)
    found = [
        *_by_tier(course, "Price of {}", "price_", 1.0, "", 3),
        Readout("Open interest", "open_interest", 1e9, "$ B", 1),
        Readout(f"Longs liquidated in {BIN} minutes", "liquidated_long", 1e9, "$ B", 2),
        Readout(f"Shorts liquidated in {BIN} minutes", "liquidated_short", 1e9, "$ B", 2),
        Readout("Closed by ADL since the start", "deleveraged", 1e9, "$ B", 2),
        Readout("Insurance funds", "fund", 1e9, "$ B", 2),
        *_by_tier(course, "Depth, {}", "depth_", 0.01, "%", 0),
        *_by_tier(course, "Basis, {}", "basis_", 0.01, "%", 2),
        *_by_tier(course, "Largest gap between venues, {}", "gap_", 0.01, "%", 2),
    ]
    return [one for one in found if one.column in course.columns and len(course.columns[one.column].at) == times]


def _by_tier(course: Timeline, title: str, prefix: str, unit: float, written: str, digits: int) -> list[Readout]:
    return [
        Readout(title.format(notation.tier(tier)), f"{prefix}{tier}", unit, written, digits) for tier in course.tiers
    ]


def _places(figure: Figure) -> Iterator[Place]:
    across, down = (72 * float(inches) for inches in figure.get_size_inches())
    for axes in figure.axes:
        title, _, column = str(axes.get_label()).partition("|")
        box = axes.get_position()
        edges = (across * box.x0, across * box.x1, down * (1 - box.y1), down * (1 - box.y0))
        x0, x1, y0, y1 = (round(float(edge), 2) for edge in edges)
        yield Place(title, column, x0, x1, y0, y1, *map(float, axes.get_xlim()), *map(float, axes.get_ylim()))


def _panels(course: Timeline) -> list[Panel]:
    tiers, columns = course.tiers, course.columns
    rows = [
        Panel(f"Price of {notation.tier(tier)}, start = 1", partial(_price, tier=tier), f"price_{tier}")
        for tier in tiers
    ]
    rows += [
        Panel("Open interest, $ B", partial(_money, name="open_interest"), "open_interest", 1e9, True),
        Panel(f"Liquidated per {BIN} minutes, $ B: shorts up, longs down", _liquidations),
        Panel("Closed by ADL since the start, $ B", partial(_money, name="deleveraged"), "deleveraged", 1e9, True),
        Panel("Insurance funds, $ B", partial(_money, name="fund"), "fund", 1e9, True),
        _tiered("Depth, % of normal", "depth_", tiers),
    ]
    based = [tier for tier in tiers if f"basis_{tier}" in columns]
    gaps = [tier for tier in tiers if f"gap_{tier}" in columns]
    if based:
        rows.append(_tiered("Basis, distance from the index in %", "basis_", based))
    if gaps:
        rows.append(_tiered("Largest price gap between venues, %", "gap_", gaps))
    return rows


def _tiered(title: str, prefix: str, tiers: Sequence[str]) -> Panel:
    """A panel of one line per tier, in per cent."""
    key = ", ".join(f"{notation.tier(tier)} {line}" for tier, line in zip(tiers, STYLES, strict=False))
    names = {f"{prefix}{tier}": dashes for tier, dashes in zip(tiers, STYLES.values(), strict=False)}
    return Panel(f"{title}: {key}", partial(_lines, names=names), from_zero=True)


def _fill(axes: Axes, row: Panel, course: Timeline, others: Sequence[Course], shown: Key) -> None:
    most = max(30, min(LIGHT, 2400 // max(len(others), 1)))
    for key, other in others:
        if row.light in other.columns:
            band = other.columns[row.light]
            looks = {"color": palette.MUTED, "linewidth": 0.6, "alpha": 0.45, "zorder": 1.9}
            curves.line(axes, band.at, band.median / row.unit, key.name, key.title, most, **looks)
    row.fill(axes, course, shown.name)


def _price(axes: Axes, course: Timeline, policy: str, tier: str) -> None:
    _shaded(axes, course.columns[f"price_{tier}"], 1.0, policy)
    exogenous = course.columns[f"exogenous_{tier}"]
    curves.line(axes, exogenous.at, exogenous.median, color=palette.INK, linewidth=0.9, linestyle=(0, (4, 2)))


def _money(axes: Axes, course: Timeline, policy: str, name: str) -> None:
    _shaded(axes, course.columns[name], 1e9, policy)


def _liquidations(axes: Axes, course: Timeline, policy: str) -> None:
    for name, sign, colour in (("liquidated_long", -1, palette.HAIRCUT), ("liquidated_short", 1, palette.ACCENT)):
        flow = _scaled(course.columns[name], sign / 1e9)
        curves.shade(axes, flow, policy, color=colour, alpha=0.3)
        curves.line(axes, flow.at, flow.median, policy, color=colour, linewidth=1.1)
    axes.axhline(0, color=palette.RULE, linewidth=0.6)


def _lines(axes: Axes, course: Timeline, policy: str, names: Mapping[str, tuple[float, ...]]) -> None:
    for name, dashes in names.items():
        band = _scaled(course.columns[name], 100)
        curves.shade(axes, band, policy, color=palette.ACCENT, alpha=0.15)
        style = (0, dashes) if dashes else "solid"
        curves.line(axes, band.at, band.median, policy, color=palette.ACCENT, linewidth=1.1, linestyle=style)


def _shaded(axes: Axes, band: Band, unit: float, policy: str) -> None:
    curves.shade(axes, _scaled(band, 1 / unit), policy, color=palette.ACCENT_SOFT)
    curves.line(axes, band.at, band.median / unit, policy, color=palette.ACCENT)


def _scaled(band: Band, factor: float) -> Band:
    return Band(band.at, factor * band.median, factor * band.low, factor * band.high)


def _finish(row: Panel, whole: Axes, worst: Axes, last: bool) -> None:
    """One scale for both panels, and words around them."""
    for axes, column in ((whole, "whole"), (worst, "worst")):
        axes.set_label(f"{row.title}|{column}")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0)
        axes.tick_params(axis="y", left=False, labelleft=axes is whole)
        axes.tick_params(axis="x", length=2)
        if not last:
            axes.set_xticks([])
        axes.locator_params(axis="y", nbins=3)
    limits = [end for axes in (whole, worst) for end in axes.get_ylim()]
    ends = 0.0 if row.from_zero else min(limits), max(limits) or 1.0
    for axes in (whole, worst):
        axes.set_ylim(*ends)
    whole.set_title(row.title)
    if last:
        whole.set_xlabel("Hours since the start: the whole run")
        worst.set_xlabel("Hours since the start: around the heaviest liquidations")
