"""Is a score table what the stored runs say? Its hash is held against the manifest, and rows are measured again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from lastresort.experiments.agreement import SMALL
from lastresort.experiments.design import REFERENCE
from lastresort.experiments.folders.cells import Part
from lastresort.experiments.folders.results import Cell
from lastresort.experiments.platforms import exactness
from lastresort.experiments.store import read_plain
from lastresort.plugins.errors import InputError
from lastresort.scores.table import labelled, score_cells

SCORES_CSV = "scores.csv"


@dataclass(frozen=True, slots=True)
class Rescored:
    """What was found out about the score table of a scenario, of which so many rows were measured again.

    `problems` are sentences, none where all is well. `tolerance` is the relative difference that a number may have, 0
    where bytes are compared.
    """

    scenario: str
    rows: int
    problems: tuple[str, ...]
    tolerance: float = 0.0


def check_scores(part: Part, cells: Sequence[Cell]) -> Rescored:
    """Measure some cells again and look for their rows in the table; the columns of plugins may follow.

    Rows must be there byte for byte; where the table was made on another platform, to the tolerance that is for runs.
    The table is never parsed as a whole: it may come from a stranger.
    """
    try:
        content = read_plain(part.directory / SCORES_CSV)
    except OSError as error:
        return Rescored(part.scenario.name, 0, (f"{SCORES_CSV} cannot be read: {error.strerror or error}",))
    problems = []
    if hashlib.sha256(content).hexdigest() != part.score_table:
        problems.append(f"{SCORES_CSV} is not the table that the manifest speaks of")
    written = content.decode(errors="replace").splitlines()
    if len(written) != len(part.cells) + 1:
        problems.append(f"{SCORES_CSV} has {max(0, len(written) - 1)} rows; there are {len(part.cells)} runs")
    try:
        problems += [f"{place} is not what the runs say" for place in _wrong(part, cells, written)]
    except InputError as error:
        problems.append(str(error))
    return Rescored(part.scenario.name, len(cells), tuple(problems), exactness(part).tolerance)


def _wrong(part: Part, cells: Sequence[Cell], written: Sequence[str]) -> list[str]:
    """Places in the table where something else stands than these cells come to."""
    seeds = {cell.seed for cell in cells}
    references = [cell for cell in part.cells if cell.policy == REFERENCE and cell.seed in seeds]
    if {cell.seed for cell in references} != seeds:
        raise InputError(f"'{part.directory}' lacks the runs of '{REFERENCE}', so nothing can be measured again")
    needed = list(dict.fromkeys((*references, *cells)))
    header, *rows = labelled(score_cells(needed, part.record), needed).to_csv(index=False).splitlines()
    if not written or not _begins(written[0], header):
        return [f"the header of {SCORES_CSV}"]
    by_label = {row.rsplit(",", header.count(",") - 1)[0]: row for row in rows}
    tolerance = exactness(part).tolerance
    return [f"the row of {label}" for label, row in by_label.items() if not _holds(written, label, row, tolerance)]


def _holds(written: Sequence[str], label: str, row: str, tolerance: float) -> bool:
    """Whether a row stands in the table, or one of its label whose numbers are no further off than the tolerance."""
    if not tolerance:
        return any(_begins(line, row) for line in written)
    cells = row.removeprefix(label).split(",")
    rows = (line.removeprefix(label).split(",") for line in written if _begins(line, label))
    return any(len(cells) <= len(found) and _close(cells, found[: len(cells)], tolerance) for found in rows)


def _close(ours: Sequence[str], theirs: Sequence[str], tolerance: float) -> bool:
    return all(a == b or _near(_number(a), _number(b), tolerance) for a, b in zip(ours, theirs, strict=True))


def _near(a: float, b: float, tolerance: float) -> bool:
    """Whether two scores agree; those under a thousandth of a dollar or of the whole as if they were that large."""
    return abs(a - b) <= tolerance * max(abs(a), SMALL)


def _number(cell: str) -> float:
    """What a cell says; NaN, which is near nothing, where it is no number."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _begins(line: str, row: str) -> bool:
    return line == row or line.startswith(f"{row},")
