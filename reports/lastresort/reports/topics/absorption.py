"""Who absorbed the loss, in dollars: each layer of the waterfall, users' loss and what stayed unpaid."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.reports import notation
from lastresort.reports.document import Block, Cell, Column, FigureBlock, Fold, Note, Section, Table
from lastresort.reports.plotting import palette, parts, rows, sheet
from lastresort.reports.plotting.bands import Spread, spread
from lastresort.reports.plotting.canvas import bare, figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.parts import Part
from lastresort.reports.plotting.policy_looks import Key, known
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.scores import score_run
from lastresort.simulation.recording.record import RunRecord

MILLION = 1e6

WORDS = (
    "Users' loss is what it would have cost users to get back, over the next five minutes of trading, what was "
    "force-closed for others, plus what they were charged; gains of others are not set off against it. Vaults are "
    "users too: they lose what their depositors lost, and so do members of default funds. Outside money pays under "
    "references only. Rules that close more make users lose more, so the bars differ in length."
)

PAYERS: Mapping[str, Part] = {
    "fund_paid": Part("Insurance fund", palette.FUND, ""),
    "capital_paid": Part("Venue's capital", palette.FUND, "xxxx"),
    "backstop_paid": Part("Outside money", palette.BACKSTOP, ""),
    "accounts": Part("Users: accounts", palette.HAIRCUT, ""),
    "vaults": Part("Users: vaults", palette.CHARGE, "||||"),
    "default_fund_paid": Part("Users: default fund", palette.CHARGE, "\\\\\\\\"),
    "unpaid": Part("Unpaid", palette.UNPAID, "////"),
}
"""Each part of what was borne, and how the report names, colours and hatches it."""


def absorption(results: ScenarioResults) -> Section:
    """Figure and table of who paid."""
    spreads = {policy.name: payments(results.rows(policy.name)) for policy in results.policies}
    paid = payers(spreads.values())
    columns = [*(Column(PAYERS[name].title) for name in paid), Column("Users' loss, all"), Column("Everybody")]
    named = (*paid, "loss", "borne")
    body = [policy_row(policy, [_cell(spreads[policy.name][name]) for name in named]) for policy in results.policies]
    caption = (
        "Who absorbed the loss, $ M: mean over the simulated crashes, with the range from the lowest to the highest."
    )
    table = Table(results.anchor("absorption-table"), caption, columns, [("", body)])
    blocks: list[Block] = [waterfall(results), Note((WORDS,)), Fold(("In numbers",), [table])]
    return Section(results.anchor("absorption"), "Who absorbed the loss", blocks)


def _cell(found: Spread) -> Cell:
    ends = [notation.millions(end) for end in (found.low, found.high)]
    return Cell(notation.millions(found.mean), "" if ends[0] == ends[1] else " to ".join(ends))


def payments(runs: pd.DataFrame) -> dict[str, Spread]:
    """What each layer bore in some runs, USD: the parts, users' `loss` as a whole, and all that was `borne`."""
    loss, members = runs["loss"], runs["default_fund_paid"]
    vaults = loss * runs["loss_share_vault"].fillna(0.0) if "loss_share_vault" in runs else 0.0 * loss
    known = runs.assign(vaults=vaults, accounts=(loss - vaults - members).clip(lower=0.0))
    return {name: spread(known[name]) for name in (*PAYERS, "loss", "borne")}


def waterfall(results: ScenarioResults) -> FigureBlock:
    """Who paid, layer by layer."""
    spreads = [payments(results.rows(policy.name)) for policy in results.policies]
    paid = payers(spreads)
    pairs = zip(results.policies, spreads, strict=True)
    said = [f"{policy.title}: {_paid(found, paid)}" for policy, found in pairs]
    return figure_block(
        results.anchor("waterfall"),
        f"Who absorbed the loss, in millions of dollars. {'; '.join(said)}.",
        "Who bore what under each rule: mean over the simulated crashes of each part. The black line is the range of "
        "the whole from the lowest to the highest.",
        partial(draw, results.keys(results.policies), spreads),
    )


def waterfall_of(run: RunRecord, caption: str) -> FigureBlock:
    """The same of a single run."""
    spreads = payments(pd.DataFrame([score_run(run, run)]))
    return figure_block("waterfall", caption, caption, partial(draw, [run.policy], [spreads]))


def _paid(spreads: Mapping[str, Spread], paid: Sequence[str]) -> str:
    return ", ".join(f"{PAYERS[name].title} {notation.millions(spreads[name].mean)}" for name in paid)


def payers(payments: Iterable[Mapping[str, Spread]]) -> list[str]:
    """Parts of those who bore anything under some policy; never none."""
    seen = list(payments)
    return [name for name in PAYERS if any(found[name].high for found in seen)] or ["fund_paid"]


def draw(titles: Sequence[str | Key], payments: Sequence[Mapping[str, Spread]]) -> Figure:
    """Draw one bar per policy from the spreads of its payments and of their sum `borne`, in USD."""
    keys, paid = known(titles), payers(payments)
    row, left, borne = rows.row_height(len(keys)), rows.room(keys), [PAYERS[name] for name in paid]
    top = parts.height(borne) + 0.12
    figure = sheet.sheet(top + row * max(len(keys), 1) + 0.5)
    axes = sheet.panel(figure, left, top, sheet.WIDTH - left - 0.12, row * max(len(keys), 1))
    bare(axes)
    rows.write(axes, keys)
    for place, (key, spreads) in enumerate(zip(keys, payments, strict=True)):
        _bar(axes, place, key, spreads, paid)
    axes.set_xlim(0, 1.04 * max([axes.get_xlim()[1] / 1.04, 1e-9]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 10 else f"{value:g}")
    axes.set_xlabel("$ M")
    parts.write(figure, borne, 0.02)
    return figure


def _bar(axes: Axes, row: int, key: Key, spreads: Mapping[str, Spread], paid: Sequence[str]) -> None:
    left = 0.0
    for payer in paid:
        width = spreads[payer].mean / MILLION
        if not width > 0:
            continue
        part = Rectangle((left, row - 0.28), width, 0.56, **PAYERS[payer].looks)
        mark(axes.add_artist(part), key.name, f"{key.title}: {PAYERS[payer].title} {_dollars(spreads[payer])}")
        left += width
    low, high = spreads["borne"].low / MILLION, spreads["borne"].high / MILLION
    axes.update_datalim([(0, row), (max(rows.finite([left, high, 0.0])), row)])
    if rows.finite([low, high]):
        (whole,) = axes.plot([low, high], [row, row], color=palette.INK, linewidth=1.0, marker="|", markersize=6)
        mark(whole, key.name, f"{key.title}: everybody {_dollars(spreads['borne'])}")
    axes.autoscale_view(scaley=False)


def _dollars(found: Spread) -> str:
    return (
        f"${notation.millions(found.mean)} M (from {notation.millions(found.low)} to {notation.millions(found.high)})"
    )
