"""How the loss lies on equity: relative Lorenz curves, whether they cross, and where the inequality lies."""

import math
from collections.abc import Mapping
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation, table_cells
from lastresort.reports.document import (
    Block,
    Cell,
    Column,
    FigureBlock,
    Note,
    Paragraph,
    Section,
    Table,
)
from lastresort.reports.plotting import curves, palette, sheet
from lastresort.reports.plotting.bands import Band, band
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key, Named, known
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import NO_LOSS, policy_row
from lastresort.scores import LORENZ_GRID, crossing, ex_ante_gini, ex_ante_interval, mean_lorenz

MOST_NAMED = 3
"""Pairs of policies that are named where curves cross; of others only the number is told."""

COMPANIONS = {
    "lc": "Gini, relative",
    "excess_lc": "Above the floor",
    "hoover": "Hoover",
    "theil": "Theil",
    "effective_payers": "Effective payers",
    "top10_share": "Ten largest",
    "kakwani": "Kakwani",
}
"""Scores of the shape of the loss and the short titles of their columns."""

WORDS = (
    "Gini, relative: 0 in proportion to equity. Above the floor: what remains of it if the same loss had been spread "
    "as evenly as what owners could spare allows. Hoover: share of the loss that would have to move. Effective "
    "payers: as many equal ones would be as concentrated. Kakwani: above 0, large accounts pay more than in "
    "proportion. Ex ante: Gini of the mean loss over seeds by cohort and size decile, so a lottery is unequal after "
    "and equal before. An order that different measures agree on does not depend on the measure; where curves cross, "
    "it may."
)

LEFT, GAP, FOOT = 0.62, 0.3, 0.5
"""Room for the scale, between panels and below them, in inches."""


def concentration(results: ScenarioResults) -> Section:
    """Figure, companions and crossings."""
    if not results.contenders:
        words: list[Block] = [Paragraph(("No contender took part, so no user paid for another.",))]
        return Section(results.anchor("concentration"), "How the loss lies on equity", words)
    blocks: list[Block] = [
        lorenz(results),
        _companions(results),
        Paragraph((_crossings(results),)),
        Note((WORDS,)),
    ]
    return Section(results.anchor("concentration"), "How the loss lies on equity", blocks)


def _companions(results: ScenarioResults) -> Table:
    columns = [Column(title) for title in (*COMPANIONS.values(), "Gini, ex ante")]
    rows = []
    for policy in results.contenders:
        scores = results.comparison.estimates[policy.name]
        known = [table_cells.estimated(scores[name], NO_LOSS) for name in COMPANIONS]
        rows.append(policy_row(policy, [*known, _ex_ante(results, policy.name)]))
    return Table(results.anchor("shapes"), "The shape of the users' loss, by several measures.", columns, [("", rows)])


def _ex_ante(results: ScenarioResults, policy: str) -> Cell:
    profiles = results.profiles_of(policy)
    value = ex_ante_gini(profiles)
    return table_cells.bracketed(value, *ex_ante_interval(profiles)) if np.isfinite(value) else Cell(NO_LOSS)


def _crossings(results: ScenarioResults) -> str:
    curves = {policy.name: mean_lorenz(results.profiles_of(policy.name)) for policy in results.contenders}
    known = {name: curve for name, curve in curves.items() if np.isfinite(curve).all()}
    names = list(known)
    crossed = [
        f"{notation.quoted(results.title(one))} and {notation.quoted(results.title(other))}"
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if crossing(known[one], known[other])
    ]
    if len(names) < 2:
        return "Fewer than two policies took anything from users, so there are no curves to compare."
    if not crossed:
        return (
            "No two mean Lorenz curves cross, so every measure of inequality that follows the principle of transfers "
            "ranks these shapes alike."
        )
    more = f" and {len(crossed) - MOST_NAMED} more pairs" if len(crossed) > MOST_NAMED else ""
    return (
        f"Mean Lorenz curves cross for {'; '.join(crossed[:MOST_NAMED])}{more}: which of the two is more equal "
        "depends on the measure."
    )


def lorenz(results: ScenarioResults) -> FigureBlock:
    """How evenly the loss lies on equity."""
    curves = {
        key: _lorenz(results, policy.name)
        for policy, key in zip(results.contenders, results.keys(results.contenders), strict=True)
    }
    said = [
        f"{key.title}: no user loss"
        if curve is None
        else f"{key.title}: the less burdened half of equity bears {notation.percent(_half(curve), 0)} of the loss"
        for key, curve in curves.items()
    ]
    return figure_block(
        results.anchor("lorenz"),
        f"Relative Lorenz curves. {'; '.join(said)}.",
        "Owners stand in the order of their burden, loss over equity. On the dashed diagonal everyone pays in "
        "proportion to equity; the further below it, the more the loss falls on a few. Line: median over seeds; band: "
        "lowest to highest seed.",
        partial(draw, curves),
    )


def _lorenz(results: ScenarioResults, policy: str) -> Band | None:
    curves = results.over_seeds(policy, "lorenz")
    known = curves[np.isfinite(curves).all(axis=1)]
    return band(LORENZ_GRID, known) if len(known) else None


def _half(curve: Band) -> float:
    """Share of the loss that the less burdened half of equity bears."""
    return float(curve.median[len(curve.median) // 2])


def draw(curves: Mapping[Named, Band | None]) -> Figure:
    """Draw cumulative share of loss against cumulative share of equity, a title and a band per policy.

    The band is what the band says: a 95 % band, or the range of the seeds. None stands for a policy under which no user
    lost anything: its panel says so.
    """
    keys = known(list(curves))
    columns = 3 if len(keys) <= 6 else 4 if len(keys) <= 24 else 6
    size = (sheet.WIDTH - LEFT - GAP * (columns - 1) - 0.12) / columns
    head = 0.12 + max((sheet.height(_title(key, size)) for key in keys), default=0.2)
    rows = math.ceil(len(keys) / columns) or 1
    figure = sheet.sheet(rows * (size + head) + FOOT)
    for place, (key, curve) in enumerate(zip(keys, curves.values(), strict=True)):
        row, column = divmod(place, columns)
        axes = sheet.panel(figure, LEFT + column * (size + GAP), row * (size + head) + head - 0.04, size, size)
        _panel(axes, key, curve, _title(key, size))
        axes.tick_params(length=2, labelleft=column == 0, labelbottom=place + columns >= len(keys))
    middle = (LEFT + sheet.WIDTH) / 2
    foot = figure.get_size_inches()[1] - 0.12
    sheet.words(figure, middle, foot, "Cumulative share of equity, least burdened first (%)", ha="center")
    sheet.words(
        figure,
        0.1,
        rows * (size + head) / 2,
        "Cumulative share of loss (%)",
        ha="center",
        rotation=90,
        rotation_mode="anchor",
    )
    return figure


def _title(key: Key, size: float) -> str:
    return sheet.wrapped(key.title, size + 0.15, lines=3)


def _panel(axes: Axes, key: Key, band: Band | None, title: str) -> None:
    axes.plot([0, 100], [0, 100], color=palette.MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    if band is None:
        words = axes.text(50, 50, "no user loss", ha="center", va="center", color=palette.MUTED)
        mark(words, key.name, f"{key.title}: no user loss")
    else:
        _curve(axes, key, Band(100 * band.at, 100 * band.median, 100 * band.low, 100 * band.high))
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=(0, 50, 100), yticks=(0, 50, 100))
    mark(axes.set_title(title, pad=5, fontsize=sheet.LABEL, linespacing=1.0), key.name)


def _curve(axes: Axes, key: Key, band: Band) -> None:
    colours = (key.look.colour, key.look.colour) if key.name else (palette.ACCENT, palette.ACCENT_SOFT)
    half = float(np.interp(50, band.at, band.median)) / 100
    tip = f"{key.title}: the less burdened half of equity bears {notation.percent(half, 1)} of the loss"
    curves.shade(axes, band, key.name, color=colours[1], alpha=0.25 if key.name else None)
    curves.line(axes, band.at, band.median, key.name, tip, color=colours[0])
