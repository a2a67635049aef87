"""Loss absorption: who paid what the liquidation engines lost, one stacked bar per policy."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.reports import notation, palette
from lastresort.reports.bands import Spread
from lastresort.reports.figures import rows, sheet
from lastresort.reports.figures.canvas import bare
from lastresort.reports.figures.marks import mark
from lastresort.reports.figures.policies import Key, known

PAYERS = {
    "fund_paid": ("Insurance fund", palette.FUND, ""),
    "backstop_paid": ("Outside backstop", palette.BACKSTOP, ""),
    "vault_paid": ("Backstop vault", palette.BACKSTOP, "||||"),
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


def draw(titles: Sequence[str | Key], payments: Sequence[Mapping[str, Spread]]) -> Figure:
    """Draw one bar per policy from the spreads of its payments and of their sum `deficit`, in USD."""
    keys, paid = known(titles), payers(payments)
    row, left, lines = rows.row_height(len(keys)), rows.room(keys), _lines(paid)
    top = 0.2 * len(lines) + 0.12
    figure = sheet.sheet(top + row * max(len(keys), 1) + 0.5)
    axes = sheet.panel(figure, left, top, sheet.WIDTH - left - 0.12, row * max(len(keys), 1))
    bare(axes)
    rows.write(axes, keys)
    for place, (key, spreads) in enumerate(zip(keys, payments, strict=True)):
        _bar(axes, place, key, spreads, paid)
    axes.set_xlim(0, 1.04 * max([axes.get_xlim()[1] / 1.04, 1e-9]))
    axes.set_xlabel("$ B")
    for place, line in enumerate(lines):
        _key(figure, line, 0.02, 0.12 + 0.2 * place)
    return figure


def _bar(axes: Axes, row: int, key: Key, spreads: Mapping[str, Spread], paid: Sequence[str]) -> None:
    left = 0.0
    for payer in paid:
        width = max(spreads[payer].median, 0.0) / 1e9
        if not width > 0:
            continue
        part = Rectangle((left, row - 0.28), width, 0.56, **_looks(payer))
        mark(axes.add_artist(part), key.name, f"{key.title}: {PAYERS[payer][0]} {_billions(spreads[payer])}")
        left += width
    low, high = spreads["deficit"].low / 1e9, spreads["deficit"].high / 1e9
    axes.update_datalim([(0, row), (max(rows.finite([left, high, 0.0])), row)])
    if rows.finite([low, high]):
        (whole,) = axes.plot([low, high], [row, row], color=palette.INK, linewidth=1.0, marker="|", markersize=6)
        mark(whole, key.name, f"{key.title}: whole deficit {_billions(spreads['deficit'])}")
    axes.autoscale_view(scaley=False)


def _looks(payer: str) -> dict[str, Any]:
    _, colour, hatch = PAYERS[payer]
    return {"facecolor": colour, "edgecolor": palette.PAPER, "hatch": hatch or None, "linewidth": 0.6}


def _billions(spread: Spread) -> str:
    low, high = notation.billions(spread.low), notation.billions(spread.high)
    return f"${notation.billions(spread.median)} B (from {low} to {high})"


def _lines(paid: Sequence[str]) -> list[list[str]]:
    """Payers of the key, as many a line as there is room for."""
    lines: list[list[str]] = [[]]
    for payer in paid:
        if sum(_room(one) for one in [*lines[-1], payer]) > sheet.WIDTH:
            lines.append([])
        lines[-1].append(payer)
    return lines


def _room(payer: str) -> float:
    return sheet.width(PAYERS[payer][0]) + 0.46


def _key(figure: Figure, line: Sequence[str], left: float, middle: float) -> None:
    across, down = figure.get_size_inches()
    for payer in line:
        corner = (left / across, 1 - (middle + 0.055) / down)
        figure.add_artist(Rectangle(corner, 0.16 / across, 0.11 / down, transform=figure.transFigure, **_looks(payer)))
        sheet.words(figure, left + 0.22, middle, PAYERS[payer][0], color=palette.INK, va="center_baseline")
        left += _room(payer)
