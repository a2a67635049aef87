"""The tail of a loss: in which share of the runs it was at least so large, per policy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import palette
from lastresort.reports.bands import Band, Floats
from lastresort.reports.figures import lines, policies, rows, scales, sheet
from lastresort.reports.figures.marks import mark
from lastresort.reports.figures.policies import Key
from lastresort.reports.figures.words import digits, tip

HEIGHT = 3.6
"""Height of the panel in inches."""

FEW = 5
"""Below this number of runs, a share says little."""


@dataclass(frozen=True, slots=True)
class Tail:
    """One policy: `band.at` are the losses of its runs, ascending; the band is the share of runs with at least as much.

    `count` is the number of runs.
    """

    key: Key
    band: Band
    count: int


def draw(tails: Sequence[Tail], axis: str, logarithmic: bool = False) -> Figure:
    """Draw steps down to one run in `count`, on a logarithmic scale so that the worst runs can be read.

    `axis` is the loss in words with its unit; `logarithmic` spreads losses over decades. Below a grey line stand fewer
    than five runs.
    """
    keys = [tail.key for tail in tails]
    top = policies.legend_height(keys, sheet.WIDTH) + 0.2
    figure = sheet.sheet(top + HEIGHT + 0.55)
    policies.legend(figure, keys, 0.02, 0.02, sheet.WIDTH)
    axes = sheet.panel(figure, 0.75, top, sheet.WIDTH - 0.95, HEIGHT)
    least = 1 / max([tail.count for tail in tails], default=10)
    scales.logarithmic(axes, "y", lambda value: f"{100 * value:g}", fine=least > 0.004)
    if logarithmic:
        scales.logarithmic(axes, "x")
    start, end = _limits(tails, logarithmic)
    axes.set(xlim=(start, end), ylim=(0.7 * min(least, 0.5), 1.12), xlabel=axis)
    axes.set_ylabel("Runs with at least this loss (%)")
    for tail in tails:
        _tail(axes, tail, start, len(tails) > 6)
    _few(axes, tails)
    axes.grid()
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0, pad=6, which="both")
    return figure


def _tail(axes: Axes, tail: Tail, start: float, many: bool) -> None:
    key, band, floor = tail.key, tail.band, axes.get_ylim()[0]
    if not len(band.at):
        return
    low, high = _corners(band.at, np.maximum(band.low, floor), start), _corners(band.at, band.high, start)
    if np.isfinite([*low[1], *high[1]]).all():
        mark(lines.outlined(axes, low, high, color=key.look.colour, alpha=0.06 if many else 0.12), key.name)
    said, look = _said(tail), key.look
    (line,) = axes.plot(*_corners(band.at, band.median, start), color=look.colour, linestyle=look.line, linewidth=1.5)
    mark(line, key.name, said)
    (dot,) = axes.plot(band.at[-1:], band.median[-1:], look.marker, color=look.colour, markersize=4.5)
    mark(dot, key.name, said)


def _said(tail: Tail) -> str:
    """Median and largest loss; the median is exceeded or equalled by half of the runs."""
    losses, shares = tail.band.at, tail.band.median
    worst, half = float(losses[-1]), losses[shares >= 0.5]
    places = digits(worst)
    middle = tip(tail.key.title, "median", float(half[-1]) if len(half) else worst, digits=places)
    return f"{middle}, {tip('', 'largest', worst, digits=places)}, {tail.count} runs"


def _corners(at: Floats, shares: Floats, start: float) -> tuple[Floats, Floats]:
    """Corners of a share that holds up to each place, from the start of the axis on."""
    at, shares = at[at >= start], shares[at >= start]
    if len(at) > lines.MOST:
        kept = np.unique(
            np.concatenate([np.linspace(0, len(at) - 1, 200), np.arange(len(at) - 60, len(at))]).astype(int)
        )
        at, shares = at[kept], shares[kept]
    return np.concatenate([[start], np.repeat(at, 2)[:-1]]), np.repeat(shares, 2)


def _few(axes: Axes, tails: Sequence[Tail]) -> None:
    counts = [tail.count for tail in tails if tail.count]
    if not counts:
        return
    level = min(FEW / min(counts), 1.0)
    axes.axhline(level, color=palette.MUTED, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
    runs = f"{counts[0]}" if len(set(counts)) == 1 else f"{min(counts)} to {max(counts)}"
    said = f"fewer than {FEW} of {runs} runs below" if level < 1 else f"too few runs to read a tail: {runs}"
    axes.annotate(
        said,
        (0, level),
        (3, -3),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="top",
        fontsize=sheet.SMALL,
        color=palette.MUTED,
    )


def _limits(tails: Sequence[Tail], logarithmic: bool) -> tuple[float, float]:
    losses = rows.finite([loss for tail in tails for loss in tail.band.at if loss > 0 or not logarithmic])
    if not losses:
        return (0.1, 1.0) if logarithmic else (0.0, 1.0)
    if logarithmic:
        return 0.8 * min(losses), 1.25 * max(losses)
    low, high = min(0.0, *losses) if len(losses) > 1 else min(0.0, losses[0]), max(losses)
    return low, high + 0.04 * ((high - low) or 1.0)
