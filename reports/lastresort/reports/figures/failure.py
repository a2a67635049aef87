"""Market-neutral failure against its thresholds: does the order of the policies depend on where the line is drawn?"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import palette
from lastresort.reports.bands import Band
from lastresort.reports.figures import lines, policies, rows, scales, sheet
from lastresort.reports.figures.policies import Key
from lastresort.reports.figures.words import tip

LEFT, GAP, HEIGHT = 0.62, 0.22, 2.7
"""Room for the scale, between panels, and their height, in inches."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Failure of a policy at each threshold of a panel: the estimate and the two ends of its interval."""

    key: Key
    band: Band


@dataclass(frozen=True, slots=True)
class Threshold:
    """One threshold: what it is called, its axis in words, its usual value, and a curve per policy; all in one unit.

    `written` is the usual value as readers know it, as `60 s`; `logarithmic` spreads a threshold over decades.
    """

    title: str
    axis: str
    usual: float
    written: str
    curves: Sequence[Curve]
    logarithmic: bool = False


def draw(thresholds: Sequence[Threshold], axis: str = "Market-neutral failure MNF") -> Figure:
    """Draw one panel per threshold and one line per policy; a dashed line stands at the usual value."""
    keys = [curve.key for curve in thresholds[0].curves] if thresholds else []
    top = policies.legend_height(keys, sheet.WIDTH) + 0.55
    figure = sheet.sheet(top + HEIGHT + 0.5)
    policies.legend(figure, keys, 0.02, 0.02, sheet.WIDTH)
    width = (sheet.WIDTH - LEFT - GAP * (len(thresholds) - 1) - 0.12) / max(len(thresholds), 1)
    first: Axes | None = None
    for place, threshold in enumerate(thresholds):
        axes = sheet.panel(figure, LEFT + place * (width + GAP), top, width, HEIGHT, sharey=first)
        first = first or axes
        _panel(axes, threshold)
        axes.tick_params(labelleft=axes is first)
    if first:
        first.set_ylim(0, 1.05 * max([*_ends(thresholds), 1e-9]))
        first.set_ylabel(axis)
    return figure


def _panel(axes: Axes, threshold: Threshold) -> None:
    if threshold.logarithmic:
        scales.logarithmic(axes, "x")
    for curve in threshold.curves:
        many = len(threshold.curves) > 6
        policies_tip = tip(curve.key.title, "", *_at(curve.band, threshold.usual))
        said = f"{policies_tip} at {threshold.written}"
        lines.of_policy(axes, curve.key, curve.band, said, opacity=0.07 if many else 0.14, marks=5)
    axes.axvline(threshold.usual, color=palette.INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.annotate(
        threshold.written,
        (threshold.usual, 1),
        (0, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        fontsize=sheet.SMALL,
        color=palette.INK,
    )
    axes.set_title(threshold.title, pad=18)
    axes.set_xlabel(threshold.axis)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=2, which="both")
    axes.margins(x=0.02)


def _at(band: Band, place: float) -> tuple[float, float, float]:
    """Value and ends at the place nearest to this one."""
    if not len(band.at):
        return (float("nan"),) * 3
    nearest = int(abs(band.at - place).argmin())
    return float(band.median[nearest]), float(band.low[nearest]), float(band.high[nearest])


def _ends(thresholds: Sequence[Threshold]) -> list[float]:
    bands = [curve.band for threshold in thresholds for curve in threshold.curves]
    return rows.finite([value for band in bands for value in (*band.median, *band.high)])
