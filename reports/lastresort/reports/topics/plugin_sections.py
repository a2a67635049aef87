"""Sections of plugins, at the end of the report."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from markupsafe import Markup

from lastresort.plugins.errors import one_line
from lastresort.plugins.report_section import Findings, Part, ReportSection
from lastresort.reports import notation
from lastresort.reports.document import Block, Caution, Cell, Column, Foreign, Note, Row, Section, Table
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.simulation.waterfall import interrupts


def plugin_sections(results: ScenarioResults) -> Iterator[Section]:
    """Each section that a plugin brings, or the sentence that says why there is none."""
    for origin, section in results.additions.sections:
        blocks = [*_blocks(results, origin, section), Note((f"From the plugin {origin}.",))]
        yield Section(results.anchor(f"plugin-{section.name}"), section.title, blocks)


def _blocks(results: ScenarioResults, origin: str, section: ReportSection) -> list[Block]:
    runs = results.runs
    findings = Findings(runs.scenario, runs.policies, runs.seeds, results.table.copy(), runs.record)
    with interrupts.noticed():
        try:
            said = section.write(findings)
            parts = [said] if isinstance(said, str | pd.DataFrame) else said
            caption = f"From “{section.title}”."
            return [_block(part, results.anchor(f"table-{section.name}-{n}"), caption) for n, part in enumerate(parts)]
        except BaseException as error:  # a section may leave with what ends a program, too
            if interrupts.came():
                raise KeyboardInterrupt from None
            problem = f"plugin {origin}, report section '{section.name}': {one_line(error)}"
            return [Caution((f"This section could not be written: {problem}",))]


def _block(part: Part, name: str, caption: str) -> Block:
    if isinstance(part, pd.DataFrame):
        return _table(part, name, caption)
    if isinstance(part, Markup):
        return Foreign(part)
    if not isinstance(part, str):
        raise TypeError(f"found a {type(part).__name__}; allowed: text, markup and pandas tables")
    paragraphs = [text for text in part.split("\n\n") if text.strip()]
    return Foreign(Markup("\n").join(Markup("<p>{}</p>").format(text) for text in paragraphs))


def _table(frame: pd.DataFrame, name: str, caption: str) -> Table:
    """The first column leads the rows."""
    if frame.columns.empty:
        raise ValueError("found a table without columns")
    shown = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    cells = [[_cell(value) for value in row] for row in shown.itertuples(index=False, name=None)]
    lead, *columns = map(str, shown.columns)
    rows = [Row((first,), [Cell(text) for text in others]) for first, *others in cells]
    return Table(name, caption, [Column(title) for title in columns], [("", rows)], lead=lead)


def _cell(value: object) -> str:
    return notation.number(float(value)) if isinstance(value, float | np.floating) else str(value)
