"""What would change the answer: the yardstick, the weight of concentration, the size of the shock, an assumption."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from lastresort.reports import notation
from lastresort.reports.document import About, Block, Bullets, Cell, Column, Link, Note, Prose, Row, Section, Table
from lastresort.reports.scenario_results import ReportInput, ScenarioResults

READING = (
    "Each cell: the place among the ranked policies, and the sum it is by. Fair price: what getting a force-closed "
    "position back costs, as the middle of the book at the close, or on average over 3 (headline) or 15 minutes of "
    "trading. Weight w of concentration: L (1 + wβ) + 2U, where the headline has w = 1."
)


def _weighted(weight: float) -> Callable[[pd.DataFrame], float]:
    return lambda rows: float(np.mean(rows["loss"] * (1 + weight * rows["beta"].fillna(0)) + 2 * rows["unpaid"]))


def _mean(name: str) -> Callable[[pd.DataFrame], float]:
    return lambda rows: float(rows[name].mean())


VARIANTS: Mapping[tuple[str, str], Callable[[pd.DataFrame], float]] = {
    ("", "Headline"): _mean("lc"),
    ("Fair price", "at the close"): _mean("lc_mid"),
    ("Fair price", "15 min"): _mean("lc_15m"),
    ("Weight of concentration", "0"): _weighted(0),
    ("Weight of concentration", "2"): _weighted(2),
    ("Weight of concentration", "3"): _weighted(3),
}
"""Group and title of each column, and what policies are ordered by in it, USD."""


def what_would_change(report: ReportInput) -> Section:
    """The order of the policies under other choices."""
    blocks: list[Block] = []
    for results in report.scenarios:
        if results.comparison.ranking.ranked:
            blocks.append(orders(results))
    blocks = [*blocks, Note((READING,))] if blocks else []
    found = [*_severity(report), *_assumptions(report)]
    return Section("changes", "What would change the answer", [*blocks, Bullets(found)])


def orders(results: ScenarioResults) -> Table:
    """Place and sum of every ranked policy by each variant."""
    names = results.comparison.ranking.ranked
    sums = {key: [value(results.rows(name)) for name in names] for key, value in VARIANTS.items()}
    rows = [
        Row((results.title(name),), [_cell(values, row) for values in sums.values()], policy=name)
        for row, name in enumerate(names)
    ]
    columns = [Column(title, group) for group, title in VARIANTS]
    where = f" in “{results.runs.scenario.title}”" if results.suffix else ""
    return Table(results.anchor("orders"), f"The order by losses{where} under other choices.", columns, [("", rows)])


def _cell(values: Sequence[float], row: int) -> Cell:
    place = 1 + sum(other < values[row] for other in values)
    return Cell(str(place), notation.dollars(values[row]), "" if place == row + 1 else "bad")


def _severity(report: ReportInput) -> list[Prose]:
    """Which policy is lowest where several shocks were run."""
    if len(report.scenarios) == 1:
        return [("One size of shock was run: whether the order holds in others is not known.",)]
    return [(_best(results),) for results in report.scenarios]


def _best(results: ScenarioResults) -> About:
    ranked, scenario = results.comparison.ranking.ranked, notation.quoted(results.runs.scenario.title)
    said = f"lowest losses under {notation.rule(results.title(ranked[0]))}" if ranked else "no policy is ranked"
    return About(f"{scenario}: {said}.", ranked[:1])


def _assumptions(report: ReportInput) -> list[Prose]:
    """Which assumptions flip a difference, where an analysis was given."""
    found = report.sensitivity
    if found is None:
        return [("No assumption was varied in this report: ", Link("how to", "sensitivity"), ".")]
    factors = {one.factor: found.factor(one.factor).label for one in found.flips}
    flipping = dict.fromkeys(factors[one.factor] for one in found.flips if one.outcome == "flips")
    said = notation.listed(list(flipping)) if flipping else "none"
    return [
        (
            f"Of {len(factors)} assumptions that were varied, these flip a difference: {said}. ",
            Link("More", "sensitivity"),
        )
    ]
