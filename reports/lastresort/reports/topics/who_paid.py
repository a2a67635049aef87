"""Who paid: the share of the loss that a group bears over its share of the equity, by cohort, size, venue and asset."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation, table_cells
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
from lastresort.reports.plotting import heat, palette, sheet
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.policy_looks import Key
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.scores import Estimate
from lastresort.scores.statistics import estimate_ratios

TIMES = "\N{MULTIPLICATION SIGN}"

THEIL = (
    ("theil_between_cohort", "theil"),
    ("theil_between_decile", "theil"),
    ("theil_between_venue", "theil_accounts"),
    ("theil_between_asset", "theil_positions"),
)
"""Columns of the score table, in the order of the groupings: the part between groups, and the whole of that unit."""

HEAT_SPAN = 3.0
"""Doublings of the burden at which a cell is at full colour."""

WORDS = (
    f"1.00{TIMES} is a loss in proportion to equity; 2.00{TIMES} is twice that share. Orange paid more than in "
    "proportion, blue less; the deeper the colour, the further from it. Brackets: 95 % intervals over seeds. Policies "
    "under which no user lost anything are left out. An owner's cohort is known; its size decile is that of its "
    "equity at the start. By asset, equity of a cross-margin account is split by its positions at the start."
)

GROUPINGS: Mapping[str, str] = {"cohort": "cohort", "decile": "size decile", "venue": "venue", "asset": "asset"}
"""Groupings of the profiles, and what one group is called."""

DRAWN = ("cohort", "decile", "venue")
"""Groupings in the figure; the others stand in tables."""

MOST = 12
"""Policies side by side; more go into another block below."""

FULL = 8.0
"""Ratio, and its inverse, at which the colour is strongest."""

ROW, GAP = 0.225, 0.3
"""Height of a row and room above each division, in inches."""


@dataclass(frozen=True, slots=True)
class Burden:
    """A group's share of the users' loss over its share of their equity, and its mean loss, USD."""

    estimate: Estimate
    loss: float


@dataclass(frozen=True, slots=True)
class Division:
    """A way to divide users into groups, as by cohort: shares of loss and of endowment, `[groups, policies]`.

    A policy without any user loss has NaN for its shares of loss.
    """

    title: str
    groups: Sequence[str]
    loss: Floats
    endowment: Floats


def payers(results: ScenarioResults) -> Section:
    """The matrix of the cohorts as a figure, and every grouping as a table."""
    paying = results.paying
    name, title = results.anchor("cohorts"), "Who paid"
    if not paying:
        return Section(name, title, [Paragraph(("No user paid for another under any of these policies.",))])
    first, *others = (_table(results, grouping, paying) for grouping in GROUPINGS)
    folds: list[Block] = [Fold((table.caption,), [table]) for table in others]
    between = _between(results, paying)
    return Section(name, title, [who_pays(results), first, *folds, between, Note((WORDS,))])


def _table(results: ScenarioResults, grouping: str, paying: Sequence[Policy]) -> Table:
    found = burdens(results, grouping)
    labels = list(next(iter(found.values())))
    rows = [Row((notation.plain(label),), [_cell(found[policy.name][label]) for policy in paying]) for label in labels]
    columns = [Column(policy.title) for policy in paying]
    caption = f"By {GROUPINGS[grouping]}: share of the users' loss over share of their equity, and loss in $ B."
    return Table(results.anchor(f"burden-by-{grouping}"), caption, columns, [("", rows)], "heat")


def _cell(burden: Burden) -> Cell:
    found = burden.estimate
    if not np.isfinite(found.value):  # the group had no equity at stake, or nobody lost anything
        return table_cells.NOTHING
    interval = notation.bracket(found.low, found.high, 2)
    doublings = float(np.clip(np.log2(max(found.value, 1e-9)), -HEAT_SPAN, HEAT_SPAN))
    tone: Tone = "more" if doublings > 0 else "less"
    detail = " · ".join(filter(None, (interval, f"${notation.billions(burden.loss)} B")))
    return Cell(f"{notation.number(found.value, 2)}{TIMES}", detail, tone, round(45 * abs(doublings) / HEAT_SPAN))


def _between(results: ScenarioResults, paying: Sequence[Policy]) -> Table:
    """How much of the inequality lies between groups: Theil's index, decomposed exactly."""
    columns = [Column(f"Between {GROUPINGS[grouping]}s") for grouping in GROUPINGS]
    rows = [policy_row(policy, _shares_between(results.rows(policy.name))) for policy in paying]
    caption = "Share of the Theil index that lies between groups, %, with 95 % interval; the rest lies within them."
    return Table(results.anchor("theil"), caption, columns, [("", rows)])


def _shares_between(rows: pd.DataFrame) -> list[Cell]:
    weight = rows["loss"].to_numpy(np.float64)
    between, whole = (np.array([_weighed(rows[name], weight) for name in names]) for names in zip(*THEIL, strict=True))
    return [table_cells.scaled(found, 0.01, 0) for found in estimate_ratios(between, whole)]


def _weighed(column: "pd.Series[float]", weight: Floats) -> Floats:
    return np.where(weight > 0, weight * column.to_numpy(np.float64), 0.0)


def burdens(results: ScenarioResults, grouping: str) -> dict[str, dict[str, Burden]]:
    """The burden of each group under each policy that took from users, by policy and label; 1 is in proportion.

    Over the seeds it is one ratio of sums: the group's loss, over all losses times the group's mean share of equity.
    """
    labels, names = results.labels(grouping), [policy.name for policy in results.paying]
    loss = np.array([results.over_seeds(name, f"loss_by_{grouping}") for name in names])
    shares = np.array([equity_shares(results, name, grouping) for name in names])
    fair = loss.sum(axis=2)[:, :, None] * shares[:, None, :]
    tops, bottoms = (np.swapaxes(column, 1, 2).reshape(-1, len(results.seeds)) for column in (loss, fair))
    found = [Burden(*one) for one in zip(estimate_ratios(tops, bottoms), tops.mean(axis=1).tolist(), strict=True)]
    size = len(labels)
    return {
        name: dict(zip(labels, found[place * size : (place + 1) * size], strict=True))
        for place, name in enumerate(names)
    }


def loss_shares(results: ScenarioResults, policy: str, grouping: str) -> Floats:
    """Each group's share of the users' loss over all seeds, `[groups]`."""
    loss = results.over_seeds(policy, f"loss_by_{grouping}").sum(axis=0)
    return np.asarray(loss / loss.sum())


def equity_shares(results: ScenarioResults, policy: str, grouping: str) -> Floats:
    """Each group's share of the users' equity, mean over the seeds, `[groups]`."""
    equity = results.over_seeds(policy, f"endowment_by_{grouping}")
    return np.asarray((equity / equity.sum(axis=1, keepdims=True)).mean(axis=0))


def who_pays(results: ScenarioResults) -> FigureBlock:
    """Who paid, by cohort, size and venue."""
    divisions = [_division(results, grouping) for grouping in DRAWN]
    first = divisions[0]
    said = [f"{policy.title}: {_heaviest(first, place)}" for place, policy in enumerate(results.paying)]
    return figure_block(
        results.anchor("who-pays"),
        f"Share of the loss over share of equity. {'; '.join(said)}.",
        "Each group's share of the users' loss over its share of their equity, over all seeds: 1 is in proportion, "
        "warm colours paid more, cool colours less. Intervals stand in the tables.",
        partial(draw, results.keys(results.paying), divisions),
    )


def _division(results: ScenarioResults, grouping: str) -> Division:
    loss, held = (
        np.stack([share(results, policy.name, grouping) for policy in results.paying], axis=1)
        for share in (loss_shares, equity_shares)
    )
    labels = [notation.plain(label) for label in results.labels(grouping)]
    return Division(f"By {GROUPINGS[grouping]}", labels, loss, held)


def _heaviest(division: Division, policy: int) -> str:
    ratio = np.divide(
        division.loss[:, policy],
        division.endowment[:, policy],
        out=np.full(len(division.groups), -1.0),
        where=division.endowment[:, policy] > 0,
    )
    heaviest = int(ratio.argmax())
    return f"{division.groups[heaviest]} pay {notation.number(float(ratio[heaviest]), 2)} times their share"


def draw(policies: Sequence[Key], divisions: Sequence[Division]) -> Figure:
    """Draw a row per group and a column per policy: warm where a group pays more than in proportion, cool where less.

    Cells are hatched where no user lost anything or the group held nothing.
    """
    starts = range(0, max(len(policies), 1), MOST)
    left = sheet.room([group for one in divisions for group in [*one.groups, one.title]]) + 0.15
    across = min((sheet.WIDTH - left - 0.1) / min(max(len(policies), 1), MOST), 1.4)
    headings = [heat.headings([key.title for key in policies[start : start + MOST]], across) for start in starts]
    rows = sum(len(one.groups) for one in divisions)
    high = rows * ROW + GAP * len(divisions)
    figure = sheet.sheet(sum(head[2] + high + 0.1 for head in headings))
    top = 0.0
    for start, (texts, upright, head) in zip(starts, headings, strict=True):
        part = slice(start, min(start + MOST, len(policies)))
        top = _block(figure, policies, divisions, part, (texts, upright), (left, top + head, across)) + 0.1
    return figure


def _block(
    figure: Figure,
    policies: Sequence[Key],
    divisions: Sequence[Division],
    part: slice,
    heads: tuple[Sequence[str], bool],
    place: tuple[float, float, float],
) -> float:
    """Draw some policies, `place` being left, top and width of a column; return where the block ends."""
    left, top, across = place
    keys = policies[part]
    for number, division in enumerate(divisions):
        size = (max(len(division.groups), 1), max(len(keys), 1))
        gap = GAP if number else GAP / 2
        axes = heat.grid(figure, left, top + gap, across * size[1], ROW * size[0], size)
        for column, (key, text) in enumerate(zip(keys, heads[0], strict=True)):
            if number == 0:
                heat.head(axes, column, text, heads[1], key.name)
        for column, key in enumerate(keys):
            _column(axes, division, column, part.start + column, key)
        heat.gaps(axes, size)
        _groups(figure, division, left, top + gap)
        top += gap + ROW * size[0]
    return top


def _column(axes: Axes, division: Division, column: int, policy: int, key: Key) -> None:
    if len(division.groups) and not np.isfinite(division.loss[:, policy]).any():
        heat.note(axes, 0, column, "no loss", key.name)
    for row, group in enumerate(division.groups):
        loss, endowment = float(division.loss[row, policy]), float(division.endowment[row, policy])
        if not (math.isfinite(loss) and endowment > 0):
            why = "no user loss" if not math.isfinite(loss) else "held nothing"
            heat.blank(axes, (row, column), key.name, f"{group} under {key.title}: {why}")
            continue
        ratio = loss / endowment
        strength = abs(math.log(max(ratio, 1e-6))) / math.log(FULL)
        times = _times(ratio)
        heat.cell(
            axes,
            (row, column),
            palette.HAIRCUT if ratio > 1 else palette.FUND,
            strength,
            times,
            policy=key.name,
            tip=f"{group} under {key.title}: {notation.percent(loss)} of the loss, "
            f"{notation.percent(endowment)} of the endowment, {times}\N{MULTIPLICATION SIGN}",
            fontsize=sheet.SMALL,
        )


def _times(ratio: float) -> str:
    """Write a ratio with two figures or so: `0.04`, `1.3`, `25`."""
    return notation.number(ratio, 2 if ratio < 0.995 else 1 if ratio < 9.95 else 0)


def _groups(figure: Figure, division: Division, left: float, top: float) -> None:
    """Names of the groups at the left of their rows, under the title of the division."""
    sheet.words(figure, 0.0, top - 0.09, division.title, fontsize=sheet.SMALL, va="center_baseline")
    for row, group in enumerate(division.groups):
        middle = top + (row + 0.5) * ROW
        sheet.words(figure, left - 0.08, middle, group, ha="right", va="center_baseline", color=palette.INK)
