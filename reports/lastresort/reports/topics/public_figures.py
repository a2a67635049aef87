"""Whether the model meets public figures of the crash, misses shown as misses."""

import math

from lastresort.experiments.acceptance import FITTED
from lastresort.experiments.validated import Validated, Verified, validated
from lastresort.reports import notation
from lastresort.reports.document import (
    Block,
    Cell,
    Code,
    Column,
    Note,
    Paragraph,
    Row,
    Section,
    Table,
)
from lastresort.reports.scenario_results import ReportInput

COLUMNS = (
    Column("Measured"),
    Column("Seeds"),
    Column("Band"),
    Column("Result", align="left"),
    Column("Source", align="left"),
)


def validation(report: ReportInput) -> Section:
    """The last validation of each scenario that has one; scenarios without one say so."""
    blocks: list[Block] = []
    for results in report.scenarios:
        scenario = results.runs.scenario
        found = validated(scenario.name)
        if found is None:
            blocks.append(Paragraph((f"“{scenario.title}” was not held against public figures.",)))
        elif found.scenario not in [
            block.name.removeprefix("validated-") for block in blocks if isinstance(block, Table)
        ]:
            blocks += against_figures(found, scenario.name)
    return Section("validation", "Validation", [*blocks, Note((FITTED,))])


def against_figures(found: Validated, name: str) -> list[Block]:
    """What a validation gave, for a scenario of this name: what was fitted stands apart and counts for nothing."""
    varied = "" if name == found.scenario else f" “{name}” varies it and was not validated itself."
    met = sum(one.hit for one in found.evidence)
    words = (
        f"Under queue ADL, measured with lastresort {found.engine} by ",
        Code(found.command),
        f".{varied} {met} of {len(found.evidence)} figures are met.",
    )
    groups = [("", [_row(one) for one in found.evidence])]
    if found.inputs:
        groups.append(("Inputs: fitted, no evidence", [_row(one) for one in found.inputs]))
    caption = (
        f"Public figures for {found.scenario} and the scenarios it is judged with: medians over seeds, or means of "
        "what is counted by seeds or days."
    )
    return [Paragraph(words), Table(f"validated-{found.scenario}", caption, COLUMNS, groups, "text", "Figure")]


def _row(one: Verified) -> Row:
    known = [value for value in one.values if value is not None]
    measured = math.nan if one.measured is None else one.measured
    low, high = min(known, default=math.nan), max(known, default=math.nan)
    return Row(
        (one.name,),
        [
            Cell(notation.number(measured, 2), notation.bracket(low, high, 2)),
            Cell(one.seeds),
            Cell(f"{one.low:g} to {one.high:g} {one.unit}"),
            Cell(one.result, tone="" if one.hit else "bad"),
            Cell(one.source),
        ],
        one.scenario,
    )
