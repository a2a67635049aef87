"""Who absorbed the loss: every layer of the waterfall, in the order in which they pay."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.reports import notation, table_cells
from lastresort.reports.document import Cell, Column, FigureBlock, Note, Section, Table
from lastresort.reports.plotting import palette, rows, sheet
from lastresort.reports.plotting.bands import Spread, spread
from lastresort.reports.plotting.canvas import bare, figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key, known
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import policy_row

WORDS = (
    "Haircut: what users closed by auto-deleveraging lost against the mark, net of what others gained that way. "
    "Charge: cash taken from users who keep their positions. Default fund: members' contributions. A vault's part is "
    "what its cash paid; what it won or lost on positions it took over is not in it. Unpaid: loss that nobody had "
    "paid by the end of the run."
)

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


def absorption(results: ScenarioResults) -> Section:
    """Figure and table of who paid."""
    spreads = {policy.name: payments(results, policy.name) for policy in results.policies}
    paid = payers(spreads.values())
    columns = [*(Column(PAYERS[name][0]) for name in paid), Column("Deficit")]
    rows = [
        policy_row(policy, [_cell(spreads[policy.name][name]) for name in (*paid, "deficit")])
        for policy in results.policies
    ]
    caption = "Loss absorption, $ B: median over seeds, with the range from the lowest to the highest seed."
    table = Table(results.anchor("absorption-table"), caption, columns, [("", rows)])
    return Section(results.anchor("absorption"), "Who absorbed the loss", [waterfall(results), table, Note((WORDS,))])


def _cell(spread: Spread) -> Cell:
    return table_cells.ranged(spread.median, spread.low, spread.high, table_cells.BILLION, 3)


def payments(results: ScenarioResults, policy: str) -> dict[str, Spread]:
    """What each layer paid under a policy, and the whole `deficit`, in USD."""
    rows = results.rows(policy)
    return {name: spread(rows[name]) for name in (*PAYERS, "deficit")}


def waterfall(results: ScenarioResults) -> FigureBlock:
    """Who paid, layer by layer."""
    spreads = [payments(results, policy.name) for policy in results.policies]
    paid = payers(spreads)
    pairs = zip(results.policies, spreads, strict=True)
    said = [f"{policy.title}: {_paid(spread, paid)}" for policy, spread in pairs]
    return figure_block(
        results.anchor("waterfall"),
        f"Loss absorption in billions of dollars. {'; '.join(said)}.",
        "Who paid what the liquidation engines lost: median over seeds of each part. The black bar is the range of the "
        "whole deficit from the lowest to the highest seed; medians of parts need not add up to that of the whole. A "
        "negative part, closes that turned out to favour those closed, is drawn as nothing and stands in the table.",
        partial(draw, results.keys(results.policies), spreads),
    )


def _paid(spreads: Mapping[str, Spread], paid: Sequence[str]) -> str:
    return ", ".join(f"{PAYERS[name][0]} {notation.billions(spreads[name].median)}" for name in paid)


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
