"""Are the scores of a scenario what its stored runs say? Every row is measured again, without simulating anything."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastresort.experiments.agreement import SMALL
from lastresort.experiments.design import REFERENCE
from lastresort.experiments.folders.cells import Part
from lastresort.experiments.folders.comparison_folder import SCORES
from lastresort.experiments.folders.damages import damages
from lastresort.experiments.folders.manifest import MANIFEST
from lastresort.experiments.folders.results import Cell
from lastresort.experiments.platforms import elsewhere, tolerance
from lastresort.experiments.store import from_parquet, read_plain
from lastresort.plugins.errors import InputError
from lastresort.scores.table import LABELS, NEEDED, labelled, score_cells

if TYPE_CHECKING:
    import pandas as pd

SCORES_CSV, SCORES_PARQUET = "scores.csv", "scores.parquet"


@dataclass(frozen=True, slots=True)
class Rescored:
    """What was found out about the scores of a scenario, of which so many rows were measured again.

    `problems` are sentences, none where all is well. `elsewhere` says in what the platform and the versions that made
    them differ from those here.
    """

    scenario: str
    rows: int
    problems: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def tolerance(self) -> float:
        """Relative difference that a number may have, 0 where bytes are compared."""
        return tolerance(self.elsewhere)


def check_scores(part: Part, sound: Collection[Cell]) -> Rescored:
    """Measure all sound runs again and look for their rows in the table; the columns of plugins may follow.

    Rows must be there byte for byte; where the table was made on another platform or by other versions, to the
    tolerance that is for runs. The text is never parsed as a whole: it may come from a stranger.
    """
    different = elsewhere(part.scored)
    problems = [f"{name} {what}" for name, what in damages(part.directory, MANIFEST, SCORES).items()]
    cells = [cell for cell in part.cells if cell in sound]
    try:
        written = read_plain(part.directory / SCORES_CSV).decode(errors="replace").splitlines()
        if len(written) != len(part.cells) + 1:
            problems.append(f"{SCORES_CSV} has {max(0, len(written) - 1)} rows; there are {len(part.cells)} runs")
        problems += [f"{place} is not what the runs say" for place in _wrong(part, cells, written, different)]
        problems += _other_table(part)
    except InputError as error:
        problems.append(str(error))
    except OSError as error:
        problems.append(f"{SCORES_CSV} cannot be read: {error.strerror or error}")
    return Rescored(part.scenario.name, len(cells), tuple(dict.fromkeys(problems)), different)


def stored_table(part: Part) -> "pd.DataFrame":
    """Return the score table of a scenario; InputError where it is none."""
    file = part.directory / SCORES_PARQUET
    try:
        table = from_parquet(read_plain(file))
        if not {"policy", "seed", *NEEDED} <= set(table.columns):
            raise ValueError("it lacks a column")
        numbers = {name: "float64" for name in table.columns if name not in LABELS}
        return table.astype({**numbers, "seed": "int64"})
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{SCORES_PARQUET} is no score table: {error}") from error


def as_csv(table: "pd.DataFrame") -> bytes:
    """Return a score table as scores.csv has it."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def _other_table(part: Part) -> Iterable[str]:
    if as_csv(stored_table(part)) != read_plain(part.directory / SCORES_CSV):
        yield f"{SCORES_PARQUET} is not the table of {SCORES_CSV}"


def _wrong(part: Part, cells: Sequence[Cell], written: Sequence[str], different: tuple[str, ...]) -> list[str]:
    """Places in the table where something else stands than these cells come to."""
    references = {cell.seed for cell in cells if cell.policy == REFERENCE}
    needed = [cell for cell in cells if cell.seed in references]
    if not needed:
        raise InputError(f"'{part.directory}' lacks the runs of '{REFERENCE}', so nothing can be measured again")
    header, *rows = labelled(score_cells(needed, part.record), needed).to_csv(index=False).splitlines()
    if not written or not f"{written[0]},".startswith(f"{header},"):
        return [f"the header of {SCORES_CSV}"]
    there, ours = _by_label(written), _by_label([header, *rows])
    exact = tolerance(different)
    return [f"the row of {label}" for label, row in ours.items() if not _holds(there.get(label, ""), label, row, exact)]


def _by_label(lines: Sequence[str]) -> dict[str, str]:
    """Rows of a table by policy and seed, which stand in front of the numbers."""
    numbers = lines[0].count(",") - 1
    return {line.rsplit(",", numbers)[0]: line for line in lines[1:]}


def _holds(line: str, label: str, row: str, exact: float) -> bool:
    """Whether a line is a row, or has numbers that are no further off than the tolerance; more columns may follow."""
    if not exact:
        return line == row or line.startswith(f"{row},")
    ours, theirs = (text.removeprefix(label).split(",") for text in (row, line))
    return len(ours) <= len(theirs) and _close(ours, theirs[: len(ours)], exact)


def _close(ours: Sequence[str], theirs: Sequence[str], exact: float) -> bool:
    return all(a == b or near(_number(a), _number(b), exact) for a, b in zip(ours, theirs, strict=True))


def near(a: float, b: float, exact: float) -> bool:
    """Whether two scores agree; those under a thousandth of a dollar or of the whole as if they were that large."""
    return abs(a - b) <= exact * max(abs(a), SMALL)


def _number(cell: str) -> float:
    """What a cell says; NaN, which is near nothing, where it is no number."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")
