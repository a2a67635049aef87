"""Loss absorption: who paid what the liquidation engines lost, one stacked bar per policy."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import palette
from lastresort.reports.bands import Spread
from lastresort.reports.figures.canvas import WIDTH, bare

PAYERS = {
    "fund_paid": ("Insurance fund", palette.FUND, ""),
    "backstop_paid": ("Outside backstop", palette.BACKSTOP, ""),
    "haircut": ("Users: ADL haircuts", palette.HAIRCUT, ""),
    "charged": ("Users: charges", palette.CHARGE, ""),
    "unpaid": ("Unpaid", palette.UNPAID, "////"),
}
"""Column of the books, and how the report names, colours and hatches it."""


def draw(titles: Sequence[str], payments: Sequence[Mapping[str, Spread]]) -> Figure:
    """Draw one bar per policy from the spreads of its payments and of their sum `deficit`, in USD."""
    figure = Figure(figsize=(WIDTH, 1.1 + 0.42 * len(titles)), layout="constrained")
    axes = figure.subplots()
    for row, spreads in enumerate(payments):
        _bar(axes, row, spreads)
    axes.set_yticks(range(len(titles)), titles, color=palette.INK)
    axes.set_ylim(len(titles) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel("$ B")
    bare(axes)
    figure.legend(
        *axes.get_legend_handles_labels(), loc="outside upper left", ncols=5, columnspacing=1.2, handlelength=1
    )
    return figure


def _bar(axes: Axes, row: int, spreads: Mapping[str, Spread]) -> None:
    left = 0.0
    for payer, (label, colour, hatch) in PAYERS.items():
        width = max(spreads[payer].median, 0.0) / 1e9
        axes.barh(row, width, 0.56, left, color=colour, hatch=hatch, linewidth=0.6, label=label if row == 0 else "")
        left += width
    low, high = spreads["deficit"].low / 1e9, spreads["deficit"].high / 1e9
    axes.plot([low, high], [row, row], color=palette.INK, linewidth=1.0, marker="|", markersize=6)
