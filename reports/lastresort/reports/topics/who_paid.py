"""Who paid: dollars lost by cohort and size, and how much more or less that is than in proportion to equity."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation, table_cells
from lastresort.reports.document import Cell, Column, FigureBlock, Fold, Note, Paragraph, Row, Section, Table, Tone
from lastresort.reports.plotting import heat, palette, rows, sheet
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.policy_looks import Key
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.scores import Estimate
from lastresort.scores.statistics import estimate_ratios

TIMES = "\N{MULTIPLICATION SIGN}"

FULL = 8.0
"""Ratio, and its inverse, at which the colour is strongest."""

WORDS = (
    f"1.0{TIMES} is a loss in proportion to equity, 2.0{TIMES} twice that. Cohorts are what owners do; an owner's "
    "tenth is by its equity at the start, 1 the smallest. Brackets: 95 % intervals. Rules under which no "
    "user lost anything are left out."
)

GROUPINGS: Mapping[str, str] = {"cohort": "cohort", "decile": "tenth of owners by size", "venue": "venue"}
"""Groupings of the profiles, and what one group is called."""

DRAWN = ("cohort", "decile")
"""Groupings in the figure."""

ROW, GAP = 0.3, 0.3
"""Height of a row and room above each division, in inches."""


@dataclass(frozen=True, slots=True)
class Burden:
    """A group's share of the users' loss over its share of their equity, and its mean loss, USD."""

    estimate: Estimate
    loss: float

    @property
    def times(self) -> str:
        """The ratio with two figures or so: `0.04`, `1.3`, `25`."""
        ratio = self.estimate.value
        return notation.number(ratio, 2 if ratio < 0.995 else 1 if ratio < 9.95 else 0) + TIMES

    @property
    def strength(self) -> float:
        """How far from proportion, from 0 to 1."""
        return min(1.0, abs(math.log(max(self.estimate.value, 1e-6))) / math.log(FULL))


Burdens = dict[str, dict[str, Burden]]
"""By policy and label of a group."""


@dataclass(frozen=True, slots=True)
class Division:
    """A way to divide users into groups, as by cohort, and the burden of each: `burdens[policy][group]`."""

    title: str
    groups: Sequence[str]
    burdens: Sequence[Sequence[Burden]]


def payers(results: ScenarioResults) -> Section:
    """Cohorts and sizes as a figure, and every grouping as a folded table."""
    name, title = results.anchor("cohorts"), "Who paid"
    if not results.paying:
        return Section(name, title, [Paragraph(("No user paid for another under any of these policies.",))])
    found = {grouping: burdens(results, grouping) for grouping in GROUPINGS}
    folds = [
        Fold((f"In numbers, by {said}",), [_table(results, grouping, found[grouping])])
        for grouping, said in GROUPINGS.items()
    ]
    return Section(name, title, [_figure(results, found), *folds, Note((WORDS,))])


def _table(results: ScenarioResults, grouping: str, found: Burdens) -> Table:
    body = [
        Row((notation.plain(label),), [_cell(found[policy.name][label]) for policy in results.paying])
        for label in _ordered(results, grouping)
    ]
    columns = [Column(policy.title) for policy in results.paying]
    caption = f"By {GROUPINGS[grouping]}: loss in $ M, and share of the users' loss over share of their equity."
    return Table(results.anchor(f"burden-by-{grouping}"), caption, columns, [("", body)], "heat", "Group")


def _cell(burden: Burden) -> Cell:
    found = burden.estimate
    if not np.isfinite(found.value):  # the group had no equity at stake
        return table_cells.NOTHING
    tone: Tone = "more" if found.value > 1 else "less"
    detail = f"{burden.times} {notation.bracket(found.low, found.high, 2)}".rstrip()
    return Cell(notation.millions(burden.loss), detail, tone, round(45 * burden.strength))


def burdens(results: ScenarioResults, grouping: str) -> Burdens:
    """The burden of each group under each policy that took from users, by policy and label; 1 is in proportion.

    Over the seeds it is one ratio of sums: the group's loss, over all losses times the group's mean share of equity.
    """
    labels, names = results.labels(grouping), [policy.name for policy in results.paying]
    loss, equity = (
        np.array([results.over_seeds(name, f"{amount}_by_{grouping}") for name in names])
        for amount in ("loss", "endowment")
    )
    shares = (equity / equity.sum(axis=2, keepdims=True)).mean(axis=1, keepdims=True)
    fair = loss.sum(axis=2, keepdims=True) * shares
    tops, bottoms = (np.swapaxes(column, 1, 2).reshape(-1, len(results.seeds)) for column in (loss, fair))
    found = [Burden(*one) for one in zip(estimate_ratios(tops, bottoms), tops.mean(axis=1).tolist(), strict=True)]
    size = len(labels)
    return {
        name: dict(zip(labels, found[place * size : (place + 1) * size], strict=True))
        for place, name in enumerate(names)
    }


def _ordered(results: ScenarioResults, grouping: str) -> list[str]:
    """Groups that anybody was in, in their natural order: venues as the scenario has them."""
    held = np.sum([results.over_seeds(one.name, f"endowment_by_{grouping}").sum(axis=0) for one in results.paying], 0)
    labels = [label for label, equity in zip(results.labels(grouping), held, strict=True) if equity > 0]
    venues = [venue.name for venue in results.runs.scenario.venues]
    return sorted(labels, key=lambda label: venues.index(label) if label in venues else -1)


def who_pays(results: ScenarioResults) -> FigureBlock:
    """Who paid, by cohort and size."""
    return _figure(results, {grouping: burdens(results, grouping) for grouping in DRAWN})


def _figure(results: ScenarioResults, found: Mapping[str, Burdens]) -> FigureBlock:
    divisions = [_division(results, grouping, found[grouping]) for grouping in DRAWN]
    said = [
        f"{policy.title}: {_heaviest(divisions[0].groups, burdens)}"
        for policy, burdens in zip(results.paying, divisions[0].burdens, strict=True)
    ]
    return figure_block(
        results.anchor("who-pays"),
        f"Share of the loss over share of equity. {'; '.join(said)}.",
        "What each group lost, $ M, mean over the simulated crashes. Colour: its share of the users' loss over its "
        "share of their equity; warm colours paid more than in proportion, cool colours less. Size 1 is the smallest "
        "tenth of owners.",
        partial(draw, results.keys(results.paying), divisions),
    )


def _division(results: ScenarioResults, grouping: str, found: Burdens) -> Division:
    labels = _ordered(results, grouping)
    return Division(
        f"By {GROUPINGS[grouping]}",
        [notation.plain(label) for label in labels],
        [[found[policy.name][label] for label in labels] for policy in results.paying],
    )


def _heaviest(groups: Sequence[str], burdens: Sequence[Burden]) -> str:
    group, burden = max(zip(groups, burdens, strict=True), key=lambda pair: np.nan_to_num(pair[1].estimate.value))
    return f"{group} pay {burden.times.removesuffix(TIMES)} times their share"


def draw(policies: Sequence[Key], divisions: Sequence[Division]) -> Figure:
    """Draw a row per policy and a column per group: warm where it pays more than in proportion, cool where less."""
    left, high = rows.room(policies), ROW * max(len(policies), 1)
    across = [min((sheet.WIDTH - left - 0.1) / max(len(one.groups), 1), 0.9) for one in divisions]
    heads = [heat.headings(one.groups, width) for one, width in zip(divisions, across, strict=True)]
    figure, top = sheet.sheet(sum(head[2] + GAP + high for head in heads) + 0.1), 0.0
    for division, width, (texts, upright, room) in zip(divisions, across, heads, strict=True):
        sheet.words(figure, 0.0, top + GAP / 2, division.title, color=palette.INK, va="center_baseline")
        top += GAP + room
        size = (max(len(policies), 1), max(len(texts), 1))
        axes = heat.grid(figure, left, top, width * size[1], high, size)
        for column, text in enumerate(texts):
            heat.head(axes, column, text, upright)
        for place, tip in _cells(policies, division):
            _fill(axes, place, division.burdens[place[0]][place[1]], policies[place[0]].name, tip)
        heat.gaps(axes, size)
        rows.write(axes, policies)
        top += high
    return figure


def _cells(policies: Sequence[Key], division: Division) -> Iterator[tuple[tuple[int, int], str]]:
    """Each place (row, column), and who it is about."""
    for row, key in enumerate(policies):
        for column, group in enumerate(division.groups):
            yield (row, column), f"{group} under {key.title}"


def _fill(axes: Axes, place: tuple[int, int], burden: Burden, policy: str, who: str) -> None:
    if not math.isfinite(burden.estimate.value):
        heat.blank(axes, place, policy, f"{who}: held nothing")
        return
    colour = palette.HAIRCUT if burden.estimate.value > 1 else palette.FUND
    dollars = notation.millions(burden.loss)
    tip = f"{who}: ${dollars} M, {burden.times} its share by equity"
    heat.cell(axes, place, colour, burden.strength, dollars, policy=policy, tip=tip, fontsize=sheet.SMALL)
