"""Sections of plugins, at the end of the report."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from lastresort.experiments import Results
from lastresort.experiments.store import from_parquet, to_parquet
from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import PluginEndedError, one_line
from lastresort.plugins.isolation.elsewhere import Elsewhere
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.plugins.report_section import Findings, Part, ReportSection
from lastresort.reports import notation
from lastresort.reports.document import Block, Caution, Cell, Column, Foreign, Note, Row, Section, Table
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.simulation.waterfall import interrupts, time_limit
from lastresort.simulation.waterfall.time_limit import interruptible

LARGEST = 500_000
"""Characters of a section that a plugin may write."""

PATIENCE = 60.0
"""Seconds that a section of a plugin may take."""


def plugin_sections(results: ScenarioResults) -> Iterator[Section]:
    """Each section that a plugin brings, or the sentence that says why there is none."""
    for origin, section in results.additions.sections:
        blocks = [*_blocks(results, origin, section), Note((f"From the plugin {origin}.",))]
        yield Section(results.anchor(f"plugin-{section.name}"), section.title, blocks)


def _blocks(results: ScenarioResults, origin: str, section: ReportSection) -> list[Block]:
    with interrupts.noticed():
        try:
            parts = _parts(results, section)
            caption = f"From “{section.title}”."
            return [_block(part, results.anchor(f"table-{section.name}-{n}"), caption) for n, part in enumerate(parts)]
        except BaseException as error:  # a section may leave with what ends a program, too
            if interrupts.came():
                raise KeyboardInterrupt from None
            said = str(error) if isinstance(error, PluginEndedError) else one_line(error)
            problem = f"plugin {origin}, report section '{section.name}': {said}"
            return [Caution((f"This section could not be written: {problem}",))]


def _parts(results: ScenarioResults, section: ReportSection) -> Iterable[Part]:
    """What a section says, from where its code is."""
    if not isinstance(section.write, Elsewhere):
        return written(results.runs, results.table, section)
    with ROOMS.borrowed(section.write.plugins, PATIENCE) as process:
        wanted = {"directory": str(results.runs.directory), "name": section.name}
        table = {"table": to_parquet(results.table)}
        said = process.ask(written_there, wanted, PATIENCE, table)
    size = len(json.dumps(said.document))
    if size > LARGEST:
        raise ValueError(f"found {size:,} characters; allowed: {LARGEST:,}")
    return [_part(kind, content) for kind, content in said.document]


def written_there(catalogue: Catalogue, directory: str, name: str, files: Mapping[str, bytes]) -> list[tuple[str, Any]]:
    """Write a section whose code this process has, on the comparison in a folder: kind and content of each part."""
    runs, section = Results.open(Path(directory)), catalogue.sections[name][1]
    with interruptible(PATIENCE):
        return [_plain(part) for part in written(runs, from_parquet(files["table"]), section)]


def written(runs: Results, table: pd.DataFrame, section: ReportSection) -> list[Part]:
    """Have a section written in this process."""
    findings = Findings(runs.scenario, runs.policies, runs.seeds, table.copy(), runs.record)
    try:
        time_limit.start()
        said = section.write(findings)
        return [said] if isinstance(said, str | pd.DataFrame) else list(said)
    finally:
        time_limit.stop()


def _plain(part: Part) -> tuple[str, Any]:
    """A part as JSON has it; TypeError for what is none."""
    if isinstance(part, Markup):
        return "markup", str(part)
    if isinstance(part, pd.DataFrame):
        columns, rows = _grid(part)
        return "table", [columns, [[_plain_cell(value) for value in row] for row in rows]]
    _refuse_others(part)
    return "text", str(part)


def _part(kind: str, content: Any) -> Part:
    if kind == "table":
        columns, rows = content
        cells = [tuple(escaped(value) if isinstance(value, str) else float(value) for value in row) for row in rows]
        return pd.DataFrame(cells, columns=[escaped(title) for title in columns], dtype=object)
    return Markup(escaped(content)) if kind == "markup" else escaped(content)


def _block(part: Part, name: str, caption: str) -> Block:
    if isinstance(part, pd.DataFrame):
        return _table(part, name, caption)
    if isinstance(part, Markup):
        return Foreign(part)
    _refuse_others(part)
    paragraphs = [text for text in part.split("\n\n") if text.strip()]
    return Foreign(Markup("\n").join(Markup("<p>{}</p>").format(text) for text in paragraphs))


def _refuse_others(part: object) -> None:
    if not isinstance(part, str):
        raise TypeError(f"found a {type(part).__name__}; allowed: text, markup and pandas tables")


def _table(frame: pd.DataFrame, name: str, caption: str) -> Table:
    """The first column leads the rows."""
    (lead, *columns), found = _grid(frame)
    cells = [[_cell(value) for value in row] for row in found]
    rows = [Row((first,), [Cell(text) for text in others]) for first, *others in cells]
    return Table(name, caption, [Column(title) for title in columns], [("", rows)], lead=lead)


def _grid(frame: pd.DataFrame) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Titles and rows of a table, with its index in front where that says something."""
    if frame.columns.empty:
        raise ValueError("found a table without columns")
    shown = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    return [str(title) for title in shown.columns], list(shown.itertuples(index=False, name=None))


def _cell(value: object) -> str:
    return notation.number(float(value)) if isinstance(value, float | np.floating) else str(value)


def _plain_cell(value: object) -> float | str:
    return float(value) if isinstance(value, float | np.floating) else str(value)
