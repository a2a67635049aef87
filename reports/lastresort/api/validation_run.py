"""The model against public figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from lastresort.api import CORES
from lastresort.api.shown import Shown
from lastresort.api.watching import Watching, nobody
from lastresort.experiments import acceptance
from lastresort.experiments.validated import Validated, Verified
from lastresort.experiments.validation import Validation
from lastresort.plugins.errors import InputError
from lastresort.reports.writers.marked_page import fill, is_marked

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 110
PART = "validation"
"""Name of the markers in a page that has more to say than the tables."""


@dataclass(frozen=True, repr=False)
class ValidationTable(Shown):
    """What the model gave for each public figure of a scenario and its companions."""

    validated: Validated

    @property
    def passed(self) -> bool:
        """Whether every figure is met, fitted ones too."""
        return all(one.hit for one in self.validated.outcomes)

    @property
    def title(self) -> str:
        """The command that gives the same."""
        return self.validated.command

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each figure, what was fitted last."""
        return [_row(one) for one in (*self.validated.evidence, *self.validated.inputs)]

    def to_pandas(self) -> "pd.DataFrame":
        """Return the outcomes as numbers, a row for each figure."""
        import pandas as pd

        return pd.DataFrame(self.document())

    def document(self) -> list[dict[str, Any]]:
        """The outcomes as JSON has them."""
        return [one.model_dump() for one in self.validated.outcomes]

    def write(self, file: str | Path) -> None:
        """Write it: what reports read as .json, else Markdown, between the markers of a page that has them."""
        found, place = self.validated, Path(file)
        if place.suffix == ".json":
            place.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
        elif is_marked(place, PART):
            fill(place, PART, _tables(found))
        else:
            text = [f"# Validation of {found.scenario}", "", *_tables(found)]
            place.write_text("\n".join(text) + "\n", encoding="utf-8")


def validate(
    scenario: str = "oct-2025",
    seeds: Sequence[int] = range(21, 41),
    calm_seeds: Sequence[int] = range(26, 51),
    out: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
    watching: Watching = nobody,
) -> ValidationTable:
    """Measure a scenario that has an acceptance table against public figures, and write that to the files `out`.

    Scenarios with news run with each of `seeds`, calm days with each of `calm_seeds`; the model was tuned on seeds 1 to
    8 and calm days 1 to 10. Raises InputError before anything runs, and RunError where a run fails.
    """
    files = tuple(map(Path, out))
    for file in files:
        if not file.parent.is_dir():
            raise InputError(f"cannot write the table: there is no folder '{file.parent}'")
    validation = Validation(acceptance.acceptance(scenario), tuple(seeds), tuple(calm_seeds), jobs)
    with watching(None, None) as advance:
        outcomes = validation.run(advance)
    found = ValidationTable(Validated.of(scenario, _command(scenario, seeds, calm_seeds), outcomes))
    for file in files:
        found.write(file)
    return found


def _command(scenario: str, seeds: Sequence[int], calm: Sequence[int]) -> str:
    said = f"--seeds {len(seeds)} --first-seed {seeds[0]}"
    return f"lastresort validate {scenario} {said} --calm-seeds {len(calm)} --first-calm-seed {calm[0]}"


def _tables(found: Validated) -> list[str]:
    met = sum(one.hit for one in found.evidence)
    lines = [
        f"Written by `{found.command} --out FILE` with lastresort {found.engine}.",
        "Medians over the seeds, or means of what is counted by seeds or days, with the lowest and the highest:",
        f"{met} of {len(found.evidence)} figures are met.",
        "",
        *_table(found.evidence),
    ]
    if found.inputs:
        lines += ["", "Inputs: fitted, so that meeting them is no evidence.", "", *_table(found.inputs)]
    last = f"{acceptance.FITTED} No number was changed after this table was made, and misses stay misses."
    return [*lines, "", *wrap(last, WIDTH)]


def _table(outcomes: Sequence[Verified]) -> list[str]:
    rows = [_row(one) for one in outcomes]
    head = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    return head + ["| " + " | ".join(row.values()) + " |" for row in rows]


def _row(one: Verified) -> dict[str, str]:
    known = [value for value in one.values if value is not None]
    extremes = f" [{min(known):.2f}, {max(known):.2f}]" if known else ""
    return {
        "scenario": one.scenario,
        "seeds": one.seeds,
        "target": one.name,
        "measured [min, max]": ("undefined" if one.measured is None else f"{one.measured:.2f}") + extremes,
        "band": f"{one.low:g} to {one.high:g} {one.unit}".rstrip(),
        "result": one.result,
        "source": one.source,
    }
