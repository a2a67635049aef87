"""Regret: what a policy costs in each scenario over the best policy there, and whose largest regret is smallest."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.mechanisms.contract import Floats
from lastresort.reports import notation
from lastresort.reports.plotting import heat, palette, rows, sheet
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key

LARGEST = "largest regret"
"""Heading of the last column, where there is more than one scenario."""


@dataclass(frozen=True, slots=True)
class Regrets:
    """Regret of each policy in each scenario with the ends of its interval, `[P, S]`, NaN where it is not known.

    `largest`, with its ends, is the largest over the scenarios, `[P]`; `chosen` is the row of the minimax choice, None
    where there is none; `what` says what is regretted, as `LC*`.
    """

    policies: Sequence[Key]
    scenarios: Sequence[str]
    value: Floats
    low: Floats
    high: Floats
    largest: Floats | None = None
    largest_low: Floats | None = None
    largest_high: Floats | None = None
    chosen: int | None = None
    what: str = "regret"


@dataclass(frozen=True, slots=True)
class _Table:
    """Columns of the heat map, the largest regret among them."""

    headings: Sequence[str]
    value: Floats
    low: Floats
    high: Floats


def draw(regrets: Regrets) -> Figure:
    """Draw one row per policy and one column per scenario, coloured by the size of the regret; the choice is framed."""
    table, keys = _table(regrets), regrets.policies
    left, row = rows.room(keys, bold=True), max(0.34, rows.row_height(len(keys), 0.42) - 0.03)
    across = min((sheet.WIDTH - left - 0.1) / max(len(table.headings), 1), 1.6)
    texts, upright, top = heat.headings(table.headings, across)
    size = (max(len(keys), 1), max(len(table.headings), 1))
    figure = sheet.sheet(top + 0.05 + row * size[0] + 0.1)
    axes = heat.grid(figure, left, top + 0.05, across * size[1], row * size[0], size)
    _cells(axes, regrets, table)
    heat.gaps(axes, size)
    for column, text in enumerate(texts):
        heat.head(axes, column, text, upright)
    rows.write(axes, keys, ["bold" if place == regrets.chosen else "normal" for place in range(len(keys))])
    if regrets.chosen is not None:
        mark(heat.frame(axes, regrets.chosen, size[1]), keys[regrets.chosen].name, "smallest largest regret")
    return figure


def _table(regrets: Regrets) -> _Table:
    if len(regrets.scenarios) < 2:
        return _Table(regrets.scenarios, regrets.value, regrets.low, regrets.high)
    blank = np.full(len(regrets.policies), np.nan)
    largest = _largest(regrets.value) if regrets.largest is None else regrets.largest
    low = blank if regrets.largest_low is None else regrets.largest_low
    high = blank if regrets.largest_high is None else regrets.largest_high
    return _Table(
        [*regrets.scenarios, LARGEST],
        np.column_stack([regrets.value, largest]),
        np.column_stack([regrets.low, low]),
        np.column_stack([regrets.high, high]),
    )


def _largest(values: Floats) -> Floats:
    """Largest of each row, NaN where one is missing."""
    return np.asarray(values.max(axis=1)) if values.size else np.full(len(values), np.nan)


def _cells(axes: Axes, regrets: Regrets, table: _Table) -> None:
    most = max(rows.finite(list(table.value.ravel())), default=0.0)
    places = notation.decimals(most, 3)
    for row, key in enumerate(regrets.policies):
        for column, heading in enumerate(table.headings):
            value, low, high = (float(part[row, column]) for part in (table.value, table.low, table.high))
            if not np.isfinite(value):
                heat.blank(axes, (row, column), key.name, f"{key.title}, {heading}: not known")
                continue
            said = f"{regrets.what} {notation.with_interval(value, low, high, places)}"
            heat.cell(
                axes,
                (row, column),
                palette.MUTED if heading == LARGEST else palette.HAIRCUT,
                value / most if most > 0 else 0.0,
                notation.number(value, places),
                notation.bracket(low, high, places),
                key.name,
                f"{key.title}, {heading}: {said}",
            )
