"""`lastresort validate`: the model against public figures."""

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from lastresort.cli.options import CORES, Jobs, Json

if TYPE_CHECKING:
    from lastresort.study.validated import Validated, Verified


WIDTH = 110
PART = "validation"
"""Name of the markers in a page that has more to say than the tables."""


def validate(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario with an acceptance table.")] = "oct-2025",
    seeds: Annotated[int, typer.Option(help="Number of seeds of scenarios with news.")] = 20,
    first_seed: Annotated[int, typer.Option(help="First of them; 1 to 8 were used to tune.")] = 21,
    calm_seeds: Annotated[int, typer.Option(help="Number of calm days (scenarios without news).")] = 25,
    first_calm_seed: Annotated[int, typer.Option(help="First of them; 1 to 10 were used to tune.")] = 26,
    jobs: Jobs = CORES,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Write it to this file too: what reports read as .json, else Markdown, between the markers of a page "
            "that has them; may be given several times.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Measure a scenario against public figures; exit code 1 if one is missed.

    The seeds it judges by are not those that the model was tuned on. Figures that were fitted are shown apart as
    inputs: meeting them is no evidence, missing them is a miss.
    """
    from lastresort.cli.progress import show_progress
    from lastresort.cli.tables import print_document, print_table
    from lastresort.plugins.errors import InputError
    from lastresort.study.acceptance import acceptance
    from lastresort.study.validated import Validated
    from lastresort.study.validation import Validation

    files = out or []
    for file in files:
        if not file.parent.is_dir():
            raise InputError(f"cannot write the table: there is no folder '{file.parent}'")
    crash, calm = range(first_seed, first_seed + seeds), range(first_calm_seed, first_calm_seed + calm_seeds)
    validation = Validation(acceptance(scenario), tuple(crash), tuple(calm), jobs)
    with show_progress() as advance:
        outcomes = validation.run(advance)
    found = Validated.of(scenario, _command(scenario, crash, calm), outcomes)
    for file in files:
        _write(found, file)
    if json:
        print_document([one.model_dump() for one in found.outcomes])
    else:
        print_table(found.command, [_row(one) for one in (*found.evidence, *found.inputs)])
    if not all(one.hit for one in found.outcomes):
        raise typer.Exit(1)


def _command(scenario: str, crash: range, calm: range) -> str:
    seeds = f"--seeds {len(crash)} --first-seed {crash.start}"
    return f"lastresort validate {scenario} {seeds} --calm-seeds {len(calm)} --first-calm-seed {calm.start}"


def _write(found: "Validated", file: Path) -> None:
    from lastresort.reports.writers.marked_page import fill, is_marked

    if file.suffix == ".json":
        file.write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
    elif is_marked(file, PART):
        fill(file, PART, _tables(found))
    else:
        file.write_text("\n".join([f"# Validation of {found.scenario}", "", *_tables(found)]) + "\n", encoding="utf-8")


def _tables(found: "Validated") -> list[str]:
    from lastresort.study.acceptance import FITTED

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
    return [
        *lines,
        "",
        *wrap(f"{FITTED} No number was changed after this table was made, and misses stay misses.", WIDTH),
    ]


def _table(outcomes: "list[Verified]") -> list[str]:
    rows = [_row(one) for one in outcomes]
    head = ["| " + " | ".join(rows[0]) + " |", "|" + "---|" * len(rows[0])]
    return head + ["| " + " | ".join(row.values()) + " |" for row in rows]


def _row(one: "Verified") -> dict[str, str]:
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
