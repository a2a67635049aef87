"""Lorenz curves: how unevenly the loss falls on solvent accounts, one small panel per policy."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lastresort.books.lorenz_curve import MOST, LorenzCurve
from lastresort.reports import notation
from lastresort.reports.allocation_input import AllocationInput
from lastresort.reports.document import Block, FigureBlock, Note, Paragraph, Section
from lastresort.reports.plotting import curves, palette, sheet
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.marks import mark
from lastresort.reports.plotting.policy_looks import Key

ACROSS = {12: 4, 30: 5, 1000: 6}
"""Panels beside each other, by how many there are at most."""

LEFT, GAP, HEAD = 0.28, 0.22, 0.46
"""Room at the left for the words of the first column, between panels, and above each for its title, in inches."""

WORDS = (
    "All solvent accounts stand in the order of what they lose over their equity, the least hit first. Across: their "
    "share of all equity; up: their share of the users' loss. On the dashed line the loss is in proportion to equity, "
    "and the Gini, which is twice the area between curve and line, is 0; near 1 a few accounts bear all. A curve is "
    f"drawn through {MOST} points at most; the Gini is that of all accounts."
)


Panel = tuple[Key, LorenzCurve]
"""A policy, and the curve of what accounts lose under it."""


def lorenz_panels(report: AllocationInput) -> Section:
    """The figure, and who took nothing from accounts."""
    found = [(one.key, one.outcome.lorenz) for one in report.applied if one.outcome.lorenz]
    blocks: list[Block] = [_figure(found), Note((WORDS,))] if found else []
    without = [one.key.title for one in report.applied if not one.outcome.lorenz]
    if without:
        many = (
            f"{len(without)} policies" if len(without) > 6 else notation.listed([notation.quoted(t) for t in without])
        )
        blocks.append(Paragraph((f"No account loses anything under {many}: there is no curve.",)))
    if not blocks:
        blocks.append(Paragraph(("No policy could be run: there is no curve.",)))
    return Section("lorenz", "How unevenly the loss falls", blocks)


def _figure(found: Sequence[Panel]) -> FigureBlock:
    said = [f"{key.title}: Gini {curve.gini:.6f}" for key, curve in found]
    return figure_block(
        "lorenz-curves",
        f"Lorenz curves of loss over equity, all solvent accounts. {'; '.join(said)}.",
        f"Lorenz curves of what solvent accounts lose against their equity. Gini: {_range(found)}.",
        partial(draw, found),
    )


def _range(found: Sequence[Panel]) -> str:
    low, high = (end(found, key=lambda panel: panel[1].gini) for end in (min, max))
    ends = [f"{curve.gini:.4f} under {notation.quoted(key.title)}" for key, curve in (low, high)]
    return ends[0] if len(found) == 1 else f"from {ends[0]} to {ends[1]}"


def draw(found: Sequence[Panel]) -> Figure:
    """Draw a small panel per curve, all in axes whose unit is an inch: many axes would take seconds."""
    beside = min(next(most for count, most in ACROSS.items() if len(found) <= count), 4 if len(found) < 4 else 6)
    size = (sheet.WIDTH - LEFT - GAP * (beside - 1) - 0.04) / beside
    down = -(-len(found) // beside)
    figure = sheet.sheet(down * (size + HEAD) + 0.28)
    axes = sheet.panel(figure, 0.0, 0.0, sheet.WIDTH, down * (size + HEAD) + 0.28)
    axes.set_axis_off()
    axes.set_xlim(0, sheet.WIDTH)
    axes.set_ylim(down * (size + HEAD) + 0.28, 0)
    for place, one in enumerate(found):
        row, column = divmod(place, beside)
        _panel(axes, one, LEFT + column * (size + GAP), row * (size + HEAD) + HEAD, size)
    _words(axes, LEFT, down * (size + HEAD) - size, size)
    return figure


def _panel(axes: Axes, panel: Panel, left: float, top: float, size: float) -> None:
    key, curve = panel
    frame = Rectangle((left, top), size, size, facecolor="none", edgecolor=palette.RULE, linewidth=0.7)
    mark(axes.add_artist(frame), key.name)
    (fair,) = axes.plot(
        [left, left + size], [top + size, top], color=palette.MUTED, linewidth=0.6, linestyle=(0, (3, 3))
    )
    mark(fair, key.name)
    looks = {"color": key.look.colour, "linewidth": 1.5, "solid_joinstyle": "round"}
    tip = f"{key.title}: Gini {curve.gini:.6f}"
    curves.line(axes, left + size * curve.equity, top + size * (1 - curve.loss), key.name, tip, MOST, **looks)
    title = sheet.wrapped(key.title, size, sheet.SMALL, lines=2)
    lines: dict[str, Any] = {"fontsize": sheet.SMALL, "linespacing": 1.05}
    mark(axes.text(left, top - 0.17, title, va="bottom", color=palette.INK, **lines), key.name)
    mark(axes.text(left, top - 0.04, f"Gini {curve.gini:.4f}", va="bottom", color=palette.MUTED, **lines), key.name)


def _words(axes: Axes, left: float, top: float, size: float) -> None:
    """What the axes of the first panel of the last row are."""
    looks: dict[str, Any] = {"fontsize": sheet.SMALL, "color": palette.MUTED}
    axes.text(left, top + size + 0.05, "share of equity", va="top", **looks)
    axes.text(left - 0.05, top + size, "share of loss", ha="right", va="bottom", rotation=90, **looks)
