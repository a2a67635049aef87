"""The answer on one screen: what to remember, one table, one figure, and at most six sentences."""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation
from lastresort.reports.document import (
    Block,
    Bullets,
    Caution,
    Cell,
    Column,
    FigureBlock,
    Heading,
    Paragraph,
    Row,
    Section,
    Table,
    Takeaway,
)
from lastresort.reports.plotting import palette, rows, sheet
from lastresort.reports.plotting.canvas import bare, figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key, known
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.reports.topics.answer_words import sentences, takeaways
from lastresort.reports.topics.ranking_table import groups, verdict, why_apart
from lastresort.scores import PRIMARY, Estimate
from lastresort.scores.measures.centralization import LEFT_UNPAID

COLUMNS = (
    Column("Users' loss", meaning="charges, and what getting back in would have cost over 5 minutes of trading"),
    Column(
        "Average payer lost",
        meaning="the rule took this share of what the owner of the average lost dollar had at the start",
    ),
    Column(
        "Owners who lost over half",
        meaning="of what they had at the start; much of it may be profit made in the crash",
    ),
    Column("Force-closed", meaning="positions closed for somebody else's loss"),
    Column(
        "Hedged books failed",
        meaning="books long here, short there: left unhedged, half liquidated or ruined by the rule, or 2 % poorer",
    ),
    Column("Who else paid", align="left"),
    Column(
        "Losses",
        "Against the baseline",
        "weighted: a dollar counts double where the rule took all its owner had at the start",
        "left",
    ),
    Column(
        "Hedges",
        "Against the baseline",
        "open: not decided, by these runs or since a longer window says the opposite",
        "left",
    ),
)
CAPTION = "The rules, by what they cost users; means over the simulated crashes."
SINGLE_RUN = (
    "This comparison rests on one simulated crash. It has no intervals and settles nothing: every number is one draw "
    "and may be quite different in the next."
)
ELSE = {
    "fund_paid": "fund",
    "capital_paid": "own capital",
    "vault_paid": "vaults",
    "default_fund_paid": "default fund",
    "backstop_paid": "outside money",
}
ROW = 0.17
"""Height of a row of the figure in inches: all of it is on the first screen."""


def answer(report: ReportInput) -> Section:
    """What to remember, the table, the figure and the sentences of each scenario."""
    blocks: list[Block] = []
    for results in report.scenarios:
        if len(report.scenarios) > 1:
            blocks.append(Heading((results.runs.scenario.title,)))
        blocks += _scenario(report, results)
    return Section("answer", "The answer", blocks)


def _scenario(report: ReportInput, results: ScenarioResults) -> Iterator[Block]:
    if results.comparison.baseline is None:
        yield Paragraph(("Only reference policies are in the comparison, so there is nothing to rank.",))
        return
    if len(results.seeds) == 1:
        yield Caution((SINGLE_RUN,))
    yield from (Takeaway(prose) for prose in takeaways(results))
    yield _table(results)
    yield outcome(results)
    yield Bullets(sentences(report, results))


def _table(results: ScenarioResults) -> Table:
    found = [(line, [_row(results, policy) for policy in members]) for line, members in groups(results)]
    return Table(results.anchor("answer-table"), CAPTION, COLUMNS, found, "brief")


def _row(results: ScenarioResults, policy: Policy) -> Row:
    scores = results.comparison.estimates[policy.name]
    cells = [
        Cell(notation.dollars(scores["loss"].value)),
        Cell(notation.share(scores["beta"].value)),
        Cell(_count(scores["lost_half"].value)),
        Cell(notation.dollars(scores["deleveraged"].value)),
        Cell(notation.share(scores["mnf"].value)),
        Cell(_others(results, policy.name)),
        *(verdict(results, policy.name, score.name) for score in PRIMARY),
    ]
    return Row((policy.title,), cells, policy=policy.name)


def _count(value: float) -> str:
    return notation.number(value, 0 if value >= 9.95 or value == 0 else 1)


def _others(results: ScenarioResults, name: str) -> str:
    """Who paid beside users, and what keeps the policy out of the ranking."""
    scores = results.comparison.estimates[name]
    least = LEFT_UNPAID * float(results.rows(name)["borne"].mean())
    paid = [
        f"{who} {notation.dollars(scores[score].value)}" for score, who in ELSE.items() if scores[score].value > least
    ]
    before = scores["premiums"].value
    told = f"users {notation.dollars(before)} into the fund before any loss" if before > least else ""
    return ", ".join([*paid, *filter(None, [told, why_apart(results, name)])]) or "nobody else"


def outcome(results: ScenarioResults) -> FigureBlock:
    """Both headline scores of every contender, with intervals."""
    policies = [policy for _, members in groups(results) for policy in members]
    scores = [[results.comparison.estimates[policy.name][score.name] for score in PRIMARY] for policy in policies]
    said = [
        f"{policy.title}: {notation.dollars(loss.value)}, {notation.share(failure.value)}"
        for policy, (loss, failure) in zip(policies, scores, strict=True)
    ]
    ends = "" if len(results.seeds) == 1 else " Bars: 95 % intervals."
    return figure_block(
        results.anchor("outcome"),
        f"Weighted loss and hedged books failed. {'; '.join(said)}.",
        f"Weighted loss: a dollar counts double where the rule took all its owner had at the start, and where nobody "
        f"paid it.{ends}",
        partial(draw, results.keys(policies), scores),
    )


def draw(titles: Sequence[str | Key], scores: Sequence[Sequence[Estimate]]) -> Figure:
    """Draw a row per policy: its weighted loss in USD, and the share of hedged books that failed."""
    keys = known(titles)
    left, gap, height = rows.room(keys), 0.3, ROW * max(len(keys), 1)
    figure = sheet.sheet(height + 0.45)
    width = (sheet.WIDTH - left - gap - 0.12) / 2
    for place, (unit, label) in enumerate(_units([loss.value for loss, _ in scores])):
        axes = sheet.panel(figure, left + place * (width + gap), 0.06, width, height)
        bare(axes)
        rows.write(axes, keys) if place == 0 else axes.set(yticks=[], ylim=(max(len(keys), 1) - 0.5, -0.5))
        _panel(axes, keys, [pair[place] for pair in scores], unit)
        axes.set_xlabel(label)
    return figure


def _units(losses: Sequence[float]) -> list[tuple[float, str]]:
    billions = max(rows.finite(losses), default=0.0) >= 99.5e6
    money = (1e9, "Weighted loss, $ bn") if billions else (1e6, "Weighted loss, $ M")
    return [money, (0.01, "Hedged books failed, %")]


def _panel(axes: Axes, keys: Sequence[Key], estimates: Sequence[Estimate], unit: float) -> None:
    values = [one for one in rows.finite([found.value / unit for found in estimates]) if one > 0]
    if values and max(values) > SQUASHED * float(np.median(values)) and len(values) == len(estimates):
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.set_xlim(0, 1.08 * max([*values, *rows.finite([found.high / unit for found in estimates]), 1e-9]))
    for row, (key, found) in enumerate(zip(keys, estimates, strict=True)):
        tip = notation.tip(key.title, "", found.value / unit, found.low / unit, found.high / unit, 2)
        ends = [found.low / unit, found.high / unit]
        if rows.finite(ends) == ends:
            mark(axes.plot(ends, [row, row], color=key.look.colour, linewidth=2)[0], key.name, tip)
        dot = axes.plot([found.value / unit], [row], key.look.marker, color=key.look.colour, markersize=5)
        mark(dot[0], key.name, tip)
    axes.tick_params(axis="x", colors=palette.MUTED)


SQUASHED = 12.0
"""Largest value over the median from which an axis is logarithmic."""
