"""Loss by policy: who bears which part of it, what nobody pays, and what is taken beyond it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.books.allocations import HEADINGS
from lastresort.reports import notation, table_cells
from lastresort.reports.allocation_input import CENT, AllocationInput, Applied, policy_row
from lastresort.reports.document import (
    Block,
    Cell,
    Column,
    FigureBlock,
    Fold,
    Note,
    Paragraph,
    Row,
    Section,
    Table,
    Tone,
)
from lastresort.reports.notation import cents
from lastresort.reports.plotting import palette, parts, rows, sheet
from lastresort.reports.plotting.canvas import bare, figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.parts import Part
from lastresort.reports.plotting.policy_looks import Key

PARTS: Mapping[str, Part] = {
    "closing": Part("Users: by closing", palette.HAIRCUT, ""),
    "charge": Part("Users: by charges", palette.CHARGE, ""),
    "vault": Part("Users: vaults", palette.CHARGE, "||||"),
    "default_fund": Part("Users: default fund", palette.CHARGE, "\\\\\\\\"),
    "fund": Part("Insurance fund", palette.FUND, ""),
    "capital": Part("Venue's capital", palette.FUND, "xxxx"),
    "outside": Part("Outside money", palette.BACKSTOP, ""),
    "unpaid": Part("Unpaid", palette.UNPAID, "////"),
}
"""Who bears a part of the loss, in the order of a bar."""

BEYOND = Part("Overshoot: taken beyond the loss", palette.INK, "")

MEANINGS: Mapping[str, str] = {
    "closed": "value of all positions closed for the loss, USD at the mark",
    "assigned": "value of positions handed over to accounts that take them on, USD at the mark",
    "left_open": "value of positions that stay with the engine, USD at the mark",
    "charged": "what accounts are charged, USD",
    "collected": "what accounts lose in all, by charges and by closing at another price than the mark, USD",
    "others": "what the fund, the venue's capital, vaults, members and outside money pay, USD",
    "unpaid": "what nobody pays, USD",
    "overshoot": "what is taken beyond the loss, USD",
    "payers": "accounts that lose anything",
    "largest_burden": "largest loss of an account over its equity, and which account that is",
    "top_share": "share of the users' loss that its largest payer bears",
    "gini_asked": "relative Gini of the loss among the accounts that were asked; 0 is in proportion to equity",
    "gini_all": "the same among all solvent accounts",
    "hoover_asked": "share of the loss that would have to change hands to be in proportion, among those asked",
    "hoover_all": "the same among all solvent accounts",
    "hedges_broken": "owners hedged before (net within 2 % of gross) whose net is beyond 20 % after",
}
WORDS = (
    "Loss of a closed position: what it was closed for, against the mark of the snapshot. The black line is the whole "
    "loss. What is taken beyond it is part of a bar, and stands apart as a thin line under it; unpaid and overshoot "
    "are summed by market, so one market's overshoot pays for no other market. A part to the left of 0 is a gain."
)
UNITS = ((1e9, "$ bn"), (1e6, "$ M"), (1e4, "$ thousand"), (0.0, "$"))
"""From which sum on an axis is in which unit."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The parts of one policy's bar and its overshoot, USD."""

    key: Key
    parts: Mapping[str, float]
    overshoot: float


def loss_by_policy(report: AllocationInput) -> Section:
    """Figure, the table of all numbers, and who else paid."""
    blocks: list[Block] = []
    if report.applied and report.found.takeovers:
        blocks += [_figure(report), Note((WORDS,))]
    elif report.applied:
        blocks.append(Paragraph(("Nothing is lost, so no policy takes anything.",)))
    blocks.append(_table(report))
    if any(one.numbers["others"] for one in report.applied):
        blocks.append(Fold(("Who else paid, in numbers",), [_payers(report)]))
    return Section("losses", "Loss by policy", blocks)


def _figure(report: AllocationInput) -> FigureBlock:
    bars = [bar_of(one) for one in report.applied]
    said = [f"{bar.key.title}: {_said(bar)}" for bar in bars]
    return figure_block(
        "loss-by-policy",
        f"Who bears the loss of {cents(report.found.lost)} dollars. {'; '.join(said)}.",
        f"Who bears the loss of {cents(report.found.lost)} USD under each policy.",
        partial(draw, bars, report.found.lost),
    )


def bar_of(one: Applied) -> Bar:
    """The parts of a policy's bar: they add up to what is lost and what is taken beyond it."""
    numbers = one.numbers
    paid = {name: float(numbers[name]) for name in PARTS if name in numbers}
    users = {"closing": numbers["collected"] - numbers["charged"], "charge": numbers["charged"]}
    return Bar(one.key, {name: (users | paid)[name] for name in PARTS}, numbers["overshoot"])


def _said(bar: Bar) -> str:
    borne = [f"{PARTS[name].title} {cents(value)}" for name, value in bar.parts.items() if abs(value) >= CENT]
    beyond = [f"overshoot {cents(bar.overshoot)}"] if bar.overshoot >= CENT else []
    return ", ".join([*borne, *beyond]) or "nothing"


def draw(bars: Sequence[Bar], lost: float) -> Figure:
    """Draw one bar per policy, what it takes beyond the loss under it, and a line at what is `lost`, USD."""
    keys = [bar.key for bar in bars]
    named = [name for name in PARTS if any(abs(bar.parts[name]) >= CENT for bar in bars)]
    key = [PARTS[name] for name in named] + [BEYOND] * any(bar.overshoot >= CENT for bar in bars)
    row, left, top = rows.row_height(len(keys), 0.36), rows.room(keys), parts.height(key) + 0.12
    figure = sheet.sheet(top + row * max(len(keys), 1) + 0.5)
    axes = sheet.panel(figure, left, top, sheet.WIDTH - left - 0.16, row * max(len(keys), 1))
    bare(axes)
    rows.write(axes, keys)
    low, high = _ends(bars, lost)
    unit, label = next(one for one in UNITS if max(high, -low) >= one[0])
    unit = {"$ thousand": 1e3, "$": 1.0}.get(label, unit)
    axes.set_xlim(1.04 * low / unit, 1.04 * high / unit)
    for place, bar in enumerate(bars):
        _bar(axes, place, bar, unit, lost)
    axes.axvline(lost / unit, color=palette.INK, linewidth=0.9, zorder=0.9)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}".replace("-", notation.MINUS))
    axes.set_xlabel(label)
    parts.write(figure, key, 0.02)
    return figure


def _ends(bars: Sequence[Bar], lost: float) -> tuple[float, float]:
    """How far parts reach to the left and to the right of 0, USD."""
    left = min([0.0, *(sum(min(value, 0.0) for value in bar.parts.values()) for bar in bars)])
    right = max([lost, CENT, *(sum(max(value, 0.0) for value in bar.parts.values()) for bar in bars)])
    return left, right


def _bar(axes: Axes, row: int, bar: Bar, unit: float, lost: float) -> None:
    ends = [0.0, 0.0]
    for name, value in bar.parts.items():
        if abs(value) < CENT:
            continue
        side = int(value > 0)
        start = ends[side] if side else ends[side] + value
        part = Rectangle((start / unit, row - 0.26), abs(value) / unit, 0.52, **PARTS[name].looks)
        mark(axes.add_artist(part), bar.key.name, f"{bar.key.title}: {PARTS[name].title} ${cents(value)}")
        ends[side] += value
    if bar.overshoot >= CENT:
        start = max(ends[1] - bar.overshoot, 0.0)
        strip = Rectangle((start / unit, row + 0.3), bar.overshoot / unit, 0.09, facecolor=palette.INK, linewidth=0)
        mark(axes.add_artist(strip), bar.key.name, f"{bar.key.title}: overshoot ${cents(bar.overshoot)}")


def _table(report: AllocationInput) -> Table:
    columns = [Column(_titled(title), meaning=MEANINGS[name]) for name, title in HEADINGS.items()]
    told = {line["policy"]: line for line in report.found.rows}
    ran = [one.row(_cells(report, one, told[one.key.name])) for one in report.applied]
    groups: list[tuple[str, Sequence[Row]]] = [("", ran)] if ran else []
    if report.refused:
        nothing = [table_cells.NOTHING] * len(columns)
        body = [policy_row(key, nothing, ", ".join(one.notes[:1])) for key, one in report.refused]
        groups.append(("Not applicable to this book", body))
    caption = "What every policy takes, in USD, shares and counts."
    return Table("policies", caption, columns, groups, "wide", "Policy")


def _titled(title: str) -> str:
    plain = title.lower() if title.isupper() else title
    return f"{plain[:1].upper()}{plain[1:]}"


def _cells(report: AllocationInput, one: Applied, told: Mapping[str, str]) -> list[Cell]:
    found = []
    for name, title in HEADINGS.items():
        text = told[title].replace("-", notation.MINUS)
        if name == "largest_burden" and one.numbers[name] is not None:
            found.append(Cell(f"{100 * one.numbers[name]:.4f} %", report.account(int(one.outcome.burden.argmax()))))
        else:
            tone: Tone = "bad" if name in ("unpaid", "overshoot") and one.numbers[name] >= CENT else ""
            found.append(Cell(text, tone=tone))
    return found


def _payers(report: AllocationInput) -> Table:
    names = [name for name in PARTS if any(one.numbers.get(name) for one in report.applied) and name != "unpaid"]
    body = [one.row([Cell(cents(one.numbers[name])) for name in names]) for one in report.applied]
    columns = [Column(PARTS[name].title) for name in names]
    return Table("others", "What others than accounts pay, USD.", columns, [("", body)], "figures", "Policy")
