"""Who pays: the share of the loss that a group bears over its share of the endowment, groups against policies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lastresort.reports import notation, palette
from lastresort.reports.bands import Floats
from lastresort.reports.figures import heat, sheet
from lastresort.reports.figures.policies import Key

MOST = 12
"""Policies side by side; more go into another block below."""

FULL = 8.0
"""Ratio, and its inverse, at which the colour is strongest."""

ROW, GAP = 0.225, 0.3
"""Height of a row and room above each division, in inches."""


@dataclass(frozen=True, slots=True)
class Division:
    """A way to divide users into groups, as by cohort: shares of loss and of endowment, `[groups, policies]`.

    A policy without any user loss has NaN for its shares of loss.
    """

    title: str
    groups: Sequence[str]
    loss: Floats
    endowment: Floats


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
        times = written(ratio)
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


def written(ratio: float) -> str:
    """Write a ratio with two figures or so: `0.04`, `1.3`, `25`."""
    return notation.number(ratio, 2 if ratio < 0.995 else 1 if ratio < 9.95 else 0)


def _groups(figure: Figure, division: Division, left: float, top: float) -> None:
    """Names of the groups at the left of their rows, under the title of the division."""
    sheet.words(figure, 0.0, top - 0.09, division.title, fontsize=sheet.SMALL, va="center_baseline")
    for row, group in enumerate(division.groups):
        middle = top + (row + 0.5) * ROW
        sheet.words(figure, left - 0.08, middle, group, ha="right", va="center_baseline", color=palette.INK)
