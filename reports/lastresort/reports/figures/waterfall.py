"""Loss absorption: who paid what the liquidation engines lost, one stacked bar per policy."""

from collections.abc import Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import palette
from lastresort.reports.bands import Spread
from lastresort.reports.figures.canvas import WIDTH, bare

PAYERS = {
    "fund_paid": ("Insurance fund", palette.FUND, ""),
    "backstop_paid": ("Outside backstop", palette.BACKSTOP, ""),
    "vault_paid": ("Backstop vault", palette.BACKSTOP, "...."),
    "capital_paid": ("Venue's capital", palette.FUND, "xxxx"),
    "default_fund_paid": ("Users: default fund", palette.CHARGE, "\\\\\\\\"),
    "haircut": ("Users: ADL haircuts", palette.HAIRCUT, ""),
    "charged": ("Users: charges", palette.CHARGE, ""),
    "unpaid": ("Unpaid", palette.UNPAID, "////"),
}
"""Column of the books, and how the report names, colours and hatches it."""


def payers(payments: Iterable[Mapping[str, Spread]]) -> list[str]:
    """Columns of those who paid (or received) anything under some policy; never none."""
    seen = list(payments)
    paid = [name for name in PAYERS if any(spreads[name].low or spreads[name].high for spreads in seen)]
    return paid or ["fund_paid"]


def draw(titles: Sequence[str], payments: Sequence[Mapping[str, Spread]]) -> Figure:
    """Draw one bar per policy from the spreads of its payments and of their sum `deficit`, in USD."""
    figure = Figure(figsize=(WIDTH, 1.1 + 0.42 * len(titles)), layout="constrained")
    axes = figure.subplots()
    paid = payers(payments)
    for row, spreads in enumerate(payments):
        _bar(axes, row, spreads, paid)
    axes.set_yticks(range(len(titles)), titles, color=palette.INK)
    axes.set_ylim(len(titles) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel("$ B")
    bare(axes)
    figure.legend(
        *axes.get_legend_handles_labels(), loc="outside upper left", ncols=5, columnspacing=1.2, handlelength=1
    )
    return figure


def _bar(axes: Axes, row: int, spreads: Mapping[str, Spread], paid: Sequence[str]) -> None:
    left = 0.0
    for payer in paid:
        label, colour, hatch = PAYERS[payer]
        width = max(spreads[payer].median, 0.0) / 1e9
        axes.barh(row, width, 0.56, left, color=colour, hatch=hatch, linewidth=0.6, label=label if row == 0 else "")
        left += width
    low, high = spreads["deficit"].low / 1e9, spreads["deficit"].high / 1e9
    axes.plot([low, high], [row, row], color=palette.INK, linewidth=1.0, marker="|", markersize=6)
