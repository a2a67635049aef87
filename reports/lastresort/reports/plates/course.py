"""The course of the crash: the figure, and a slider to walk through it."""

from functools import partial

import numpy as np

from lastresort.reports import notation
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Control, Plate
from lastresort.reports.figures import timeline as timeline_figure
from lastresort.reports.figures.canvas import drawing, plate
from lastresort.reports.timelines import Timeline, timeline_of

READOUT = 4
"""Significant digits of the values that the slider shows."""

CLOSE, SPARSE = 2.0, 3
"""Hours around the heaviest liquidations in which the slider stops at every step; elsewhere at every third."""


def timeline(chapter: Chapter) -> tuple[Plate, Control]:
    """The course under the policy looked at, the medians of all others, and the slider over it."""
    keys = dict(zip((policy.name for policy in chapter.policies), chapter.keys(chapter.policies), strict=True))
    courses = {policy.name: timeline_of(chapter.profiles_of(policy.name)) for policy in chapter.policies}
    shown = chapter.shown
    course = courses[shown.name]
    others = [timeline_figure.Course(keys[name], other) for name, other in courses.items() if name != shown.name]
    drawn = drawing(partial(timeline_figure.draw, course, others, keys[shown.name]))
    name = chapter.anchor("timeline")
    figure = plate(name, _alt(shown.title, course), _caption(shown.title), drawn)
    return figure, _scrubber(chapter, name, courses, timeline_figure.geometry(drawn.figure))


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
        f"The run under {notation.quoted(title)}. Line: median over seeds; band: lowest to highest seed. Dashed in the "
        "price panels: what the news alone would have done, median. Thin lines: the other policies, medians. Left: the "
        "whole run; right: around the heaviest liquidations."
    )


def _scrubber(
    chapter: Chapter, figure: str, courses: dict[str, Timeline], places: list[timeline_figure.Place]
) -> Control:
    course = courses[chapter.shown.name]
    panels = timeline_figure.readouts(course)
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
            for policy in sorted(chapter.policies, key=lambda policy: policy.name != chapter.shown.name)
        ],
        "panels": [{"title": panel.title, "unit": panel.written, "digits": panel.digits} for panel in panels],
        "start": course.peak,
    }
    instead = ("On the page, a slider walks through the crash and shows the medians of every policy at each moment.",)
    return Control(f"{figure}-scrubber", "scrubber", "Walk through the crash", data, instead)


def _rounded(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> list[float]:
    return [float(f"{value:.{READOUT}g}") if np.isfinite(value) else 0.0 for value in values]
