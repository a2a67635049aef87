"""The course of the crash: small multiples on one time axis, the whole run and the hours around its worst minutes."""

from collections.abc import Callable, Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation, palette
from lastresort.reports.bands import Band
from lastresort.reports.figures.canvas import WIDTH
from lastresort.reports.timelines import BIN, Timeline

BEFORE, AFTER = 0.75, 1.75
"""Hours shown before and after the heaviest five minutes in the right-hand column."""

LINES = {"solid": (), "dashed": (5, 1.5), "dotted": (1.5, 1.5), "dash-dotted": (5, 1.5, 1, 1.5)}
"""One line style per tier in the depth panel, by its name in the panel's title."""

Panel = tuple[str, Callable[[Axes], None]]


def draw(course: Timeline, others: Sequence[Timeline]) -> Figure:
    """Draw the bands of `course`, and lightly the median prices of the `others`."""
    start, end = course.peak - BEFORE, course.peak + AFTER
    whole = _panels(course, others)
    worst = _panels(course.between(start, end), [other.between(start, end) for other in others])
    figure = Figure(figsize=(WIDTH, 1.15 * len(whole)), layout="constrained")
    grid = figure.subplots(len(whole), 2, sharex="col", sharey="row")
    for row, columns in zip(grid, zip(whole, worst, strict=True), strict=True):
        row[0].set_title(columns[0][0])
        for axes, (_, fill) in zip(row, columns, strict=True):
            fill(axes)
            _quiet(axes)
    grid[-1][0].set_xlabel("Hours since the start: the whole run")
    grid[-1][1].set_xlabel("Hours since the start: around the heaviest liquidations")
    return figure


def _panels(course: Timeline, others: Sequence[Timeline]) -> list[Panel]:
    """Title and contents of each row."""
    prices: list[Panel] = [
        (f"Price of {notation.tier(tier)}, start = 1", partial(_price, course=course, tier=tier, others=others))
        for tier in course.tiers
    ]
    key = ", ".join(f"{notation.tier(tier)} {line}" for tier, line in zip(course.tiers, LINES, strict=False))
    return [
        *prices,
        ("Open interest, $ B", partial(_money, band=course.columns["open_interest"])),
        (f"Liquidated per {BIN} minutes, $ B: shorts up, longs down", partial(_liquidations, course=course)),
        ("Closed by ADL since the start, $ B", partial(_money, band=course.columns["deleveraged"])),
        ("Insurance funds, $ B", partial(_money, band=course.columns["fund"])),
        (f"Depth, % of normal: {key}", partial(_depth, course=course)),
    ]


def _price(axes: Axes, course: Timeline, tier: str, others: Sequence[Timeline]) -> None:
    for other in others:
        band = other.columns[f"price_{tier}"]
        axes.plot(band.at, band.median, color=palette.MUTED, linewidth=0.6, alpha=0.55)
    _shaded(axes, course.columns[f"price_{tier}"], 1.0)
    exogenous = course.columns[f"exogenous_{tier}"]
    axes.plot(exogenous.at, exogenous.median, color=palette.INK, linewidth=0.9, linestyle=(0, (4, 2)))


def _money(axes: Axes, band: Band) -> None:
    _shaded(axes, band, 1e9)
    axes.set_ylim(bottom=0)


def _liquidations(axes: Axes, course: Timeline) -> None:
    for name, sign, colour in (("liquidated_long", -1, palette.HAIRCUT), ("liquidated_short", 1, palette.ACCENT)):
        flow = course.columns[name]
        axes.fill_between(flow.at, sign * flow.low / 1e9, sign * flow.high / 1e9, color=colour, alpha=0.3, linewidth=0)
        axes.plot(flow.at, sign * flow.median / 1e9, color=colour, linewidth=1.1)
    axes.axhline(0, color=palette.RULE, linewidth=0.6)


def _depth(axes: Axes, course: Timeline) -> None:
    for tier, dashes in zip(course.tiers, LINES.values(), strict=False):
        depth = course.columns[f"depth_{tier}"]
        axes.fill_between(depth.at, 100 * depth.low, 100 * depth.high, color=palette.ACCENT, alpha=0.15, linewidth=0)
        axes.plot(depth.at, 100 * depth.median, color=palette.ACCENT, linewidth=1.1, linestyle=(0, dashes))
    axes.set_ylim(bottom=0)


def _shaded(axes: Axes, band: Band, unit: float) -> None:
    axes.fill_between(band.at, band.low / unit, band.high / unit, color=palette.ACCENT_SOFT, linewidth=0)
    axes.plot(band.at, band.median / unit, color=palette.ACCENT)


def _quiet(axes: Axes) -> None:
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.margins(x=0)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=2)
    axes.locator_params(axis="y", nbins=3)
