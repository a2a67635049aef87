"""What plugins add to the report: scores beside the built-in ones, and sections of their own at the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from lastresort.plugins.errors import one_line
from lastresort.plugins.report_section import Findings, Part, ReportSection
from lastresort.plugins.score import Score
from lastresort.reports import notation
from lastresort.reports.document import Cell, Column, Row, Table
from lastresort.study import Results


@dataclass(frozen=True, slots=True)
class Additions:
    """Scores and sections with the plugin that brings each, and a sentence for each score that could not be measured.

    Every score is in the estimates of the comparison.
    """

    scores: Sequence[tuple[str, Score]] = ()
    problems: Sequence[str] = ()
    sections: Sequence[tuple[str, ReportSection]] = ()


NOTHING = Additions()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of text: its header, and its rows, each led by its own header."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def table(self, name: str, caption: str) -> Table:
        """The same as a table of the report."""
        columns = [Column(title) for title in self.columns[1:]]
        rows = [Row((row[0],), [Cell(text) for text in row[1:]]) for row in self.rows]
        return Table(name, caption, columns, [("", rows)], lead=self.columns[0])


@dataclass(frozen=True, slots=True)
class Written:
    """A section of a plugin: markup and tables in their order, or the sentence that says why there are none."""

    name: str
    title: str
    origin: str
    parts: tuple[Markup | Grid, ...] = ()
    problem: str = ""


def write_sections(
    sections: Iterable[tuple[str, ReportSection]], results: Results, table: pd.DataFrame
) -> list[Written]:
    """Let every section write itself; one that raises is told in its place."""
    return [_written(origin, section, results, table) for origin, section in sections]


def _written(origin: str, section: ReportSection, results: Results, table: pd.DataFrame) -> Written:
    findings = Findings(results.scenario, results.policies, results.seeds, table.copy(), results.record)
    try:
        said = section.write(findings)
        parts = tuple(_part(part) for part in ([said] if isinstance(said, str | pd.DataFrame) else said))
    except (Exception, SystemExit) as error:
        problem = f"plugin {origin}, report section '{section.name}': {one_line(error)}"
        return Written(section.name, section.title, origin, problem=problem)
    return Written(section.name, section.title, origin, parts)


def _part(part: Part) -> Markup | Grid:
    if isinstance(part, pd.DataFrame):
        return _grid(part)
    if isinstance(part, Markup):
        return part
    if not isinstance(part, str):
        raise TypeError(f"found a {type(part).__name__}; allowed: text, markup and pandas tables")
    paragraphs = [text for text in part.split("\n\n") if text.strip()]
    return Markup("\n").join(Markup("<p>{}</p>").format(text) for text in paragraphs)


def _grid(frame: pd.DataFrame) -> Grid:
    if frame.columns.empty:
        raise ValueError("found a table without columns")
    shown = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    cells = (tuple(_cell(value) for value in row) for row in shown.itertuples(index=False, name=None))
    return Grid(tuple(str(column) for column in shown.columns), tuple(cells))


def _cell(value: object) -> str:
    return notation.number(float(value)) if isinstance(value, float | np.floating) else str(value)
