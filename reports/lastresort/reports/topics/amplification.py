"""Does the rule amplify the crash? Excess drawdown against both reference runs."""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.figure import Figure

from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Column, FigureBlock, Paragraph, Section, Strong, Table
from lastresort.reports.plotting import dots
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.policy_looks import Key, known
from lastresort.reports.scenario_results import Differences, ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.scores import Estimate


def amplification(results: ScenarioResults) -> Section:
    """What the answer is measured against, and the answer."""
    found = results.drawdowns
    blocks: list[Block] = [Paragraph(_words(results))]
    if results.contenders and found:
        blocks.append(references(results))
    blocks.append(_table(results, found))
    return Section(results.anchor("references"), "Does the rule amplify the crash?", blocks)


def _words(results: ScenarioResults) -> tuple[str | Strong, ...]:
    only = (
        f" Only “{results.references[0].title}” took part in this comparison." if len(results.references) == 1 else ""
    )
    return (
        "The answer depends on what it is compared with, so there are two yardsticks, and scores are taken against the "
        "first. Under the ",
        Strong("deep pocket"),
        " an unlimited outside backstop pays every residual loss, while the engine still sells what it seized into the "
        "book. Under the ",
        Strong("warehouse"),
        f" the backstop also holds the seized positions to the end, so liquidations press on no book.{only}",
    )


def _table(results: ScenarioResults, found: Differences) -> Table:
    columns = [
        *(Column(title) for title in ("Excess drawdown, %", "Liquidated, $ B", "Deficit, $ B", "Backstop paid, $ B")),
        *(Column(f"Deeper than {name}, points") for name in found),
    ]
    rows = [
        policy_row(policy, [*_crash(results, policy.name), *_deeper(policy.name, found)]) for policy in results.policies
    ]
    caption = "How deep the crash was, and how much deeper than under each reference; means over seeds, 95 % intervals."
    return Table(results.anchor("falls"), caption, columns, [("", rows)])


def _crash(results: ScenarioResults, name: str) -> list[Cell]:
    scores = results.comparison.estimates[name]
    money = (("liquidated", 1), ("deficit", 2), ("backstop_paid", 2))
    return [
        table_cells.scaled(scores["excess_drawdown"], 0.01, 1),
        *(table_cells.scaled(scores[score], table_cells.BILLION, digits) for score, digits in money),
    ]


def _deeper(name: str, found: Differences) -> list[Cell]:
    return [
        table_cells.scaled(one[name], 0.01, 1, sign=True) if name in one else table_cells.NOTHING
        for one in found.values()
    ]


def effect_on_fall(difference: Estimate) -> str:
    """What a difference in excess drawdown says: deepens, makes shallower, or neither for certain."""
    if difference.low > 0:
        return "deepens the fall"
    if difference.high < 0:
        return "makes the fall shallower"
    return "cannot be told from no effect on the fall"


def references(results: ScenarioResults) -> FigureBlock:
    """Excess drawdown against both references."""
    rows = {
        results.title(name): [found[policy.name] for policy in results.contenders]
        for name, found in results.drawdowns.items()
    }
    said = [
        f"{policy.title} against {title}: {table_cells.written(found)}"
        for title, row in rows.items()
        for policy, found in zip(results.contenders, row, strict=True)
    ]
    return figure_block(
        results.anchor("references-figure"),
        f"Difference in excess drawdown, as a fraction of price. {'; '.join(said)}.",
        "How much deeper prices fell than the news alone explains, each policy minus the reference run of the same "
        f"seed, weighted by open interest. {dots.BARS}; a filled dot means that the interval excludes zero. These "
        "differences are exploratory: not adjusted for their number.",
        partial(draw, results.keys(results.contenders), rows),
    )


def draw(titles: Sequence[str | Key], references: Mapping[str, Sequence[Estimate]]) -> Figure:
    """Draw one panel per reference title, one row per policy title, in percentage points of price."""
    keys = known(titles)
    figure, panels = dots.panels(keys, len(references))
    for axes, (title, estimates) in zip(panels, references.items(), strict=True):
        tips = [
            notation.tip(key.title, "points of price", 100 * found.value, 100 * found.low, 100 * found.high, 2)
            for key, found in zip(keys, estimates, strict=True)
        ]
        dots.differences(axes, estimates, [dots.side(found) for found in estimates], unit=0.01, keys=keys, tips=tips)
        axes.set_title(f"Against: {title}", pad=10)
        axes.set_xlabel("Points of price; above 0: deeper crash")
    return figure
