"""How long strategies stay naked after losing a leg: Kaplan-Meier curves, and the mean time up to a horizon."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation
from lastresort.reports.document import (
    FigureBlock,
)
from lastresort.reports.plotting import curves, palette, rows, scales, sheet
from lastresort.reports.plotting.canvas import bare, figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import SAMPLE, Key, sample
from lastresort.reports.scenario_results import ScenarioResults

HEIGHT = 2.9
"""Height of the panel of curves in inches."""

LEAST = 1.0
"""Earliest time on the scale in seconds, unless something happened before."""


@dataclass(frozen=True, slots=True)
class Survival:
    """One policy: the share of strategies still naked from each time on, with the ends of its band, all `[n]`.

    Times are seconds since the first leg was lost, ascending; before the first the share is 1. `censored`, `[m]`, are
    times at which strategies went out of sight still naked. `mean` with its ends is the restricted mean time in
    seconds, NaN where there is none; `count` is the number of strategies.
    """

    key: Key
    time: Floats
    share: Floats
    low: Floats
    high: Floats
    censored: Floats
    mean: float = math.nan
    mean_low: float = math.nan
    mean_high: float = math.nan
    count: int = 0


def rehedging(results: ScenarioResults) -> FigureBlock:
    """How long strategies stay naked."""
    curves = [_survival(results, policy, place) for place, policy in enumerate(results.contenders)]
    said = [
        f"{one.key.title}: {one.count:,} strategies, {notation.number(one.mean / 60, 1)} minutes on average"
        for one in curves
        if one.count
    ]
    return figure_block(
        results.anchor("time-to-rehedge"),
        f"Time to re-hedge. {'; '.join(said)}.",
        "Share of strategies still naked (net delta above 20 % of gross) since a leg was lost, over all seeds "
        "(Kaplan-Meier). Ticks: still naked when the run ended. Below: mean time within the first hour. Bands and "
        "bars are 95 % intervals over seeds.",
        partial(draw, curves),
    )


def _survival(results: ScenarioResults, policy: Policy, place: int) -> Survival:
    found = results.rehedging[policy.name]
    key = results.keys(results.contenders)[place]
    return Survival(
        key,
        found.times,
        found.naked,
        found.naked_low,
        found.naked_high,
        found.censored,
        found.mean,
        found.low,
        found.high,
        found.count,
    )


def draw(curves: Sequence[Survival]) -> Figure:
    """Draw the curves over a logarithmic time axis and, below, a row per policy with its restricted mean."""
    keys = [curve.key for curve in curves]
    row, left = rows.row_height(len(keys), 0.27), rows.room(keys) + SAMPLE + 0.08
    figure = sheet.sheet(0.1 + HEIGHT + 0.32 + row * max(len(keys), 1) + 0.5)
    width = sheet.WIDTH - left - 0.2
    above = sheet.panel(figure, left, 0.1, width, HEIGHT)
    below = sheet.panel(figure, left, 0.1 + HEIGHT + 0.32, width, row * max(len(keys), 1), sharex=above)
    limits = _limits(curves)
    scales.times(above, *limits)
    for curve in curves:
        _curve(above, curve, limits, len(curves) > 6)
    _quiet(above)
    bare(below)
    _means(below, curves)
    _samples(figure, keys, left, 0.1 + HEIGHT + 0.32, row)
    below.set_xlabel("Time since a leg was lost")
    return figure


def _limits(curves: Sequence[Survival]) -> tuple[float, float]:
    """Ends of the time axis: every event that takes any time lies between."""
    times = [time for curve in curves for time in (*curve.time, *curve.censored, curve.mean, curve.mean_low)]
    known = [time for time in rows.finite(times) if time > 0]
    latest = [*known, *(end for end in rows.finite([curve.mean_high for curve in curves]) if end > 0)]
    if not known:
        return LEAST, 3600.0
    return min(max(0.7 * min(known), 0.01), 0.5 * max(latest)), 1.3 * max(latest)


def _curve(axes: Axes, curve: Survival, limits: tuple[float, float], many: bool) -> None:
    key, look = curve.key, curve.key.look
    tip = f"{key.title}: {curve.count:,} strategies naked at first" if curve.count else key.title
    low = _corners(curve.time, curve.low, limits)
    high = _corners(curve.time, curve.high, limits)
    if np.isfinite([*curve.low, *curve.high]).all() and len(curve.time):
        mark(curves.outlined(axes, low, high, color=look.colour, alpha=0.05 if many else 0.14), key.name)
    corners = _corners(curve.time, curve.share, limits)
    (line,) = axes.plot(*corners, color=look.colour, linestyle=look.line, linewidth=1.5)
    mark(line, key.name, tip)
    seen = curve.censored[(curve.censored > limits[0]) & (curve.censored < limits[1])]
    if len(seen):
        _ticks(axes, curve, np.unique(seen))


def _corners(time: Floats, share: Floats, limits: tuple[float, float]) -> tuple[Floats, Floats]:
    """Corners of a curve from one end of the axis to the other; what happened before its start is its first height."""
    before = time <= limits[0]
    start = float(share[before][-1]) if before.any() else 1.0
    shown = ~before & np.isfinite(share)
    at, values = curves.steps(time[shown], share[shown], start)
    last = float(values[-1]) if len(values) else start
    return np.concatenate([[limits[0]], at, [limits[1]]]), np.concatenate([[start], values, [last]])


def _ticks(axes: Axes, curve: Survival, times: Floats) -> None:
    """Short upright lines where strategies went out of sight; at most a hundred."""
    shown = times if len(times) <= 100 else times[np.linspace(0, len(times) - 1, 100).astype(np.int64)]
    place = np.searchsorted(curve.time, shown, side="right")
    heights = np.concatenate([[1.0], curve.share])[place]
    (ticks,) = axes.plot(shown, heights, "|", color=curve.key.look.colour, markersize=5, markeredgewidth=0.9)
    mark(ticks, curve.key.name, f"{curve.key.title}: out of sight, still naked")


def _quiet(axes: Axes) -> None:
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "25", "50", "75", "100"])
    axes.set_ylabel("Strategies still naked (%)")
    axes.grid(axis="both")
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="both", which="both", length=0, labelbottom=False)


def _means(axes: Axes, curves: Sequence[Survival]) -> None:
    rows.write(axes, [curve.key for curve in curves], away=SAMPLE + 0.08)
    axes.tick_params(which="both", length=0)
    left, right = axes.get_xlim()
    for row, curve in enumerate(curves):
        if not curve.mean > 0:
            continue
        ends, look = rows.finite([curve.mean_low, curve.mean_high]), curve.key.look
        interval = f" [{notation.duration(ends[0])}, {notation.duration(ends[1])}]" if len(ends) == 2 else ""
        tip = f"{curve.key.title}: naked for {notation.duration(curve.mean)}{interval} on average, up to the horizon"
        if interval:
            (bar,) = axes.plot([max(ends[0], left), ends[1]], [row, row], color=look.colour, linewidth=1.6)
            mark(bar, curve.key.name, tip)
        (dot,) = axes.plot([curve.mean], [row], look.marker, color=look.colour, markersize=5)
        mark(dot, curve.key.name, tip)
        _annotate(axes, row, curve, max([curve.mean, *ends]), right)


def _annotate(axes: Axes, row: int, curve: Survival, end: float, right: float) -> None:
    """The mean in words, at the right of its interval, or at its left where there is no room."""
    near = end**3 > right**3 / 8 and math.log(right / end) < 0.12 * math.log(right / axes.get_xlim()[0])
    place = min([curve.mean, *rows.finite([curve.mean_low])]) if near else end
    words = axes.annotate(
        notation.duration(curve.mean),
        (place, row),
        (-6 if near else 6, 0),
        textcoords="offset points",
        ha="right" if near else "left",
        va="center_baseline",
        fontsize=sheet.SMALL,
        color=palette.MUTED,
    )
    mark(words, curve.key.name)


def _samples(figure: Figure, keys: Sequence[Key], left: float, top: float, row: float) -> None:
    """A piece of each policy's line beside its row: the key to the curves above."""
    for place, key in enumerate(keys):
        mark(sample(figure, key, left - SAMPLE - 0.06, top + (place + 0.5) * row), key.name)
