"""Differences between policies so far, as a table for the terminal."""

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from lastresort.api import Glimpse

MOST_SHOWN = 8
"""Differences on a terminal."""


def glimpse_table(glimpses: "list[Glimpse]") -> Table:
    """The first differences, each with its interval where that can be told."""
    more = len(glimpses) - MOST_SHOWN
    table = Table(title="so far" + (f" ({more} more)" if more > 0 else ""), title_justify="left")
    for column in ("scenario", "policy", "against", "score", "difference", "seeds"):
        table.add_column(column, overflow="fold")
    for one in glimpses[:MOST_SHOWN]:
        said = one.comparison
        table.add_row(said.scenario, said.policy, said.against, said.score, _difference(one), str(one.seeds))
    return table


def _difference(one: "Glimpse") -> str:
    if one.low != one.low:
        return f"{one.value:+.3g}"
    return f"{one.value:+.3g} [{one.low:+.3g}, {one.high:+.3g}]"
