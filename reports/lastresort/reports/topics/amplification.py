"""Does the rule amplify the crash? How much deeper prices fell than under each of two references."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from matplotlib.figure import Figure

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Column, FigureBlock, Fold, Paragraph, Section, Table
from lastresort.reports.plotting import dots
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.plotting.policy_looks import Key, known
from lastresort.reports.scenario_results import Differences, ScenarioResults
from lastresort.reports.table_cells import policy_row
from lastresort.scores import Estimate

YARDSTICKS = {
    "deep-pocket": "outside money pays every loss that is left, while what was seized is still sold into the book",
    "warehouse": "outside money also keeps what was seized, so liquidations press on no price",
}
"""What happens under each reference."""

SHORT = {"deep-pocket": "outside money pays", "warehouse": "outside money pays and holds"}
"""The same in a few words."""


def amplification(results: ScenarioResults) -> Section:
    """The answer against each reference, and where they disagree."""
    found = results.drawdowns
    blocks: list[Block] = [Paragraph((_yardsticks(results),))]
    if results.contenders and found:
        blocks += [Paragraph((" ".join(sentences(results)),)), references(results)]
    table = Fold(("In numbers",), [_table(results, found)])
    return Section(results.anchor("references"), "Does the rule amplify the crash?", [*blocks, table])


def _yardsticks(results: ScenarioResults) -> str:
    said = [YARDSTICKS.get(policy.name, notation.quoted(policy.title)) for policy in results.references]
    if len(said) == 1:
        return f"The depth of the fall is compared with one run that no venue could afford: {said[0]}."
    return f"The depth of the fall is compared with runs that no venue could afford: {'; or '.join(said)}."


def sentences(results: ScenarioResults) -> Iterator[str]:
    """What each reference says of the contenders, and about which of them they disagree."""
    said = {
        name: {policy.name: effect_on_fall(found[policy.name]) for policy in results.contenders}
        for name, found in results.drawdowns.items()
    }
    for name, effects in said.items():
        yield f"Against the run in which {_short(results, name)}, the fall is {_grouped(results.contenders, effects)}."
    torn = [policy for policy in results.contenders if len({own[policy.name] for own in said.values()}) > 1]
    if torn:
        yield f"So the answer depends on the yardstick under {_named(torn, results.contenders)}."


def _grouped(policies: Sequence[Policy], effects: Mapping[str, str]) -> str:
    groups = {
        fall: [policy for policy in policies if effects[policy.name] == effect] for effect, fall in EFFECTS.items()
    }
    clauses = [f"{fall} under {_named(members, policies)}" for fall, members in groups.items() if members]
    return notation.listed(clauses)


def _named(members: Sequence[Policy], policies: Sequence[Policy]) -> str:
    if len(members) == len(policies) > 1:
        return f"each of the {len(policies)} rules"
    return notation.listed([notation.quoted(policy.title) for policy in members])


def _short(results: ScenarioResults, name: str) -> str:
    return SHORT.get(name, notation.quoted(results.title(name)))


def _table(results: ScenarioResults, found: Differences) -> Table:
    columns = [
        *(Column(title) for title in ("Fall beyond the news, % of price", "Liquidated, $ B")),
        *(Column(f"Deeper than where {_short(results, name)}, % of price") for name in found),
    ]
    rows = [
        policy_row(policy, [*_crash(results, policy.name), *_deeper(policy.name, found)]) for policy in results.policies
    ]
    caption = "How deep the crash was, and how much deeper than under each reference; means, 95 % intervals."
    return Table(results.anchor("falls"), caption, columns, [("", rows)])


def _crash(results: ScenarioResults, name: str) -> list[Cell]:
    scores = results.comparison.estimates[name]
    fall = table_cells.scaled(scores["excess_drawdown"], 0.01, 1)
    return [fall, table_cells.scaled(scores["liquidated"], table_cells.BILLION, 1)]


def _deeper(name: str, found: Differences) -> list[Cell]:
    return [
        table_cells.scaled(one[name], 0.01, 2, sign=True) if name in one else table_cells.NOTHING
        for one in found.values()
    ]


EFFECTS = {
    "deepens the fall": "deeper",
    "makes the fall shallower": "shallower",
    "cannot be told from no effect on the fall": "not clearly different",
}
"""What a rule does to the fall, and how the fall is then."""


def effect_on_fall(difference: Estimate) -> str:
    """What a difference in excess drawdown says: deepens, makes shallower, or neither for certain."""
    deeper, shallower, neither = EFFECTS
    return deeper if difference.low > 0 else shallower if difference.high < 0 else neither


def references(results: ScenarioResults) -> FigureBlock:
    """Excess drawdown against both references."""
    rows = {
        _short(results, name): [found[policy.name] for policy in results.contenders]
        for name, found in results.drawdowns.items()
    }
    said = [
        f"{policy.title} against the run in which {short}: {table_cells.written(found)}"
        for short, row in rows.items()
        for policy, found in zip(results.contenders, row, strict=True)
    ]
    return figure_block(
        results.anchor("references-figure"),
        f"Difference in the depth of the fall, as a fraction of price. {'; '.join(said)}.",
        "How much deeper prices fell than in the reference run of the same simulated crash, beyond what the news alone "
        "explains, weighted by open interest. Bars are 95 % intervals; a filled dot means that the interval "
        "excludes zero. These differences are exploratory: not adjusted for their number.",
        partial(draw, results.keys(results.contenders), rows),
    )


def draw(titles: Sequence[str | Key], references: Mapping[str, Sequence[Estimate]]) -> Figure:
    """Draw one panel per reference, one row per policy title, in per cent of price."""
    keys = known(titles)
    figure, panels = dots.panels(keys, len(references))
    for axes, (title, estimates) in zip(panels, references.items(), strict=True):
        tips = [
            notation.tip(key.title, "% of price", 100 * found.value, 100 * found.low, 100 * found.high, 2)
            for key, found in zip(keys, estimates, strict=True)
        ]
        dots.differences(axes, estimates, [dots.side(found) for found in estimates], unit=0.01, keys=keys, tips=tips)
        axes.set_title(f"Than where {title}", pad=10)
        axes.set_xlabel("% of price; above 0: deeper fall")
    return figure
