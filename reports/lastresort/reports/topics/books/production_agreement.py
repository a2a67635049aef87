"""How far each rule agrees with what production did, between the least possible overlap and all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.books.replaying.rule_agreement import ComparedTranche, RuleAnswer, RuleSummary
from lastresort.mechanisms.contract import Floats
from lastresort.reports import notation
from lastresort.reports.document import (
    Block,
    Cell,
    Code,
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
from lastresort.reports.plotting import palette, rows, sheet
from lastresort.reports.plotting.canvas import bare, figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key
from lastresort.reports.replay_input import ReplayInput

TRANCHES, ACCOUNTS, RULES = 12, 20, 12
"""Tranches that are written out, the largest; their accounts; and rules beside each other."""

TICKS = 60
"""Most ticks of a row of the figure."""

COLUMNS = (
    Column("Agreement", meaning="where the overlap lies between the least possible (0 %) and all (100 %)"),
    Column("least", "in a wave, coin and side"),
    Column("most", "in a wave, coin and side"),
    Column("Overlap", meaning="share of the contracts that rule and production close of the same accounts"),
    Column("Least possible", meaning="the least overlap that any way of closing as many contracts can have"),
    Column("Not placed, USD", meaning="contracts for which the rule finds nobody, at the executed price"),
)
WORDS = (
    "In each wave, coin and side, every rule gets the contracts that production closed, at the price at which they "
    "were closed: no other budget can be read from such a file. Overlap is the share of the contracts that both close "
    "of the same accounts; since both close as many of the same positions, some overlap cannot be avoided, and "
    "agreement is measured from there. Over all of them they count by executed notional."
)
NO_MARK = " Profit is at the executed price, as the file has no mark."


@dataclass(frozen=True, eq=False)
class Agreement:
    """A rule's agreement over all tranches and in each `[n]`, from 0 to 1."""

    key: Key
    whole: float
    each: Floats


def production_agreement(report: ReplayInput) -> Section:
    """Figure, table, and the largest tranches account by account."""
    event = report.event
    name, title = "agreement", "Agreement with production"
    if not event.tranches:
        return Section(name, title, [Paragraph(("No wave is left to compare: every one is dropped.",))])
    found = [one for one in (_found(key, report) for key in report.keys) if one]
    blocks: list[Block] = [_figure(found)] if found else []
    blocks += [_table(report), Note((WORDS + NO_MARK * (not event.marked),))]
    largest = sorted(event.tranches, key=lambda one: -one.tranche.notional)[:TRANCHES]
    folds = [Fold((_called(one),), [_accounts(report, one, place)]) for place, one in enumerate(largest, start=1)]
    if len(event.tranches) > TRANCHES:
        folds.append(Fold(("All others",), [Paragraph((f"{len(event.tranches) - TRANCHES:,} of less notional.",))]))
    return Section(name, title, [*blocks, *folds])


def _found(key: Key, report: ReplayInput) -> Agreement | None:
    rule = report.event.rules[key.place]
    each = [one.agreement for one in _answers(report, key.name) if one.agreement is not None]
    return None if rule.agreement is None else Agreement(key, rule.agreement, np.array(each))


def _answers(report: ReplayInput, rule: str) -> list[RuleAnswer]:
    return [answer for one in report.event.tranches for answer in one.answers if answer.rule == rule]


def _figure(found: Sequence[Agreement]) -> FigureBlock:
    said = [f"{one.key.title}: {100 * one.whole:.1f} %" for one in found]
    return figure_block(
        "agreement",
        f"Agreement of each rule with production. {'; '.join(said)}.",
        "Agreement with production: 0 % is the least possible overlap, 100 % the same contracts of the same accounts. "
        "Dots: all waves, by notional. Ticks: single waves, coins and sides, and the line their range.",
        partial(draw, found),
    )


def draw(found: Sequence[Agreement]) -> Figure:
    """Draw a row per rule: a dot for all tranches, a tick for each and a line over their range."""
    keys = [one.key for one in found]
    row, left = rows.row_height(len(keys), 0.34), rows.room(keys)
    figure = sheet.sheet(0.1 + row * max(len(keys), 1) + 0.5)
    axes = sheet.panel(figure, left + 0.1, 0.1, sheet.WIDTH - left - 0.8, row * max(len(keys), 1))
    bare(axes)
    rows.write(axes, keys)
    for place, one in enumerate(found):
        _row(axes, place, one)
    axes.set_xlim(-2, 102)
    axes.set_xticks([0, 25, 50, 75, 100], ["0: least possible", "25", "50", "75", "100: as production"])
    axes.set_xlabel("Agreement, %")
    return figure


def _row(axes: Axes, place: int, one: Agreement) -> None:
    key, each, colour = one.key, 100 * np.sort(one.each), one.key.look.colour
    tip = f"{key.title}: {100 * one.whole:.1f} %, from {each[0]:.1f} to {each[-1]:.1f} % in {len(each):,} tranches"
    if len(each) > 1:
        (line,) = axes.plot([each[0], each[-1]], [place, place], color=colour, linewidth=1.0, alpha=0.6)
        mark(line, key.name, tip)
        shown = each if len(each) <= TICKS else each[np.linspace(0, len(each) - 1, TICKS).astype(np.int64)]
        (ticks,) = axes.plot(shown, np.full(len(shown), place), "|", color=colour, markersize=7, markeredgewidth=0.8)
        mark(ticks, key.name, tip)
    (dot,) = axes.plot([100 * one.whole], [place], key.look.marker, color=colour, markersize=6, zorder=3)
    mark(dot, key.name, tip)
    words = axes.annotate(
        f"{100 * one.whole:.1f}",
        (1, place),
        (8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center_baseline",
        fontsize=sheet.SMALL,
        color=palette.MUTED,
    )
    mark(words, key.name)


def _table(report: ReplayInput) -> Table:
    tranches = report.event.tranches
    notional = np.array([one.tranche.notional for one in tranches])
    least = float(notional @ [one.least.share for one in tranches] / notional.sum())
    body = [_rule(report, key, report.event.rules[key.place], least) for key in report.keys]
    caption = f"Agreement of each rule with production, over {len(tranches):,} waves, coins and sides."
    return Table("agreement", caption, COLUMNS, [("", body)], "figures", "Rule")


def _rule(report: ReplayInput, key: Key, rule: RuleSummary, least: float) -> Row:
    if rule.overlap is None:
        why = f"not applicable: {rule.not_applicable}" if rule.not_applicable else "nothing to compare"
        return Row((Code(key.title),), [Cell(notation.MISSING)] * len(COLUMNS), why, key.name)
    each = [one.agreement for one in _answers(report, key.name) if one.agreement is not None]
    tone: Tone = "bad" if rule.short else ""
    cells = [
        Cell(_percent(rule.agreement)),
        Cell(_percent(min(each, default=None))),
        Cell(_percent(max(each, default=None))),
        Cell(f"{rule.overlap:.6f}"),
        Cell(f"{least:.6f}"),
        Cell(cents(rule.unplaced), f"in {rule.short:,}" if rule.short else "", tone),
    ]
    return Row((Code(key.title),), cells, policy=key.name)


def _percent(value: float | None) -> str:
    return notation.MISSING if value is None else f"{100 * value:.1f} %"


def _called(one: ComparedTranche) -> str:
    tranche = one.tranche
    side = "long" if tranche.side > 0 else "short"
    price = f"{tranche.contracts:,.10g} contracts at {tranche.price:,.6g}"
    return f"Wave {tranche.number}, {tranche.coin}, {side} winners: {price}"


def _accounts(report: ReplayInput, one: ComparedTranche, place: int) -> Table:
    """Contracts that production and each rule close, by account, those of the largest closings first."""
    answers = one.answers[:RULES]
    closed = np.array([one.candidates.closed, *(answer.closed for answer in answers)])
    order = np.lexsort([-closed.max(axis=0), -closed[0]])[:ACCOUNTS]
    body = [
        Row(
            (Code(report.account(str(one.candidates.account[row]))),),
            [Cell(f"{one.candidates.position[row]:,.10g}"), *(Cell(_contracts(value)) for value in closed[:, row])],
        )
        for row in order.tolist()
    ]
    columns = [Column("Position"), Column("Production"), *(Column(answer.rule) for answer in answers)]
    kind = "" if one.least.exact else "at least "
    more = f" The first {ACCOUNTS} of {closed.shape[1]:,} accounts." if closed.shape[1] > ACCOUNTS else ""
    fewer = f" The first {RULES} of {len(one.answers)} rules." if len(one.answers) > RULES else ""
    caption = f"{_called(one)}. Contracts closed; least possible overlap {kind}{one.least.share:.6f}.{more}{fewer}"
    return Table(f"tranche-{place}", caption, columns, [("", body)], "wide", "Account")


def _contracts(value: float) -> str:
    return "0" if value == 0 else f"{value:,.6f}".rstrip("0").rstrip(".")
