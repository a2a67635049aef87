"""`lastresort validate`: the model against public figures."""

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import CORES, Jobs, Json

if TYPE_CHECKING:
    from lastresort.study.validation import Outcome


WIDTH = 110


def validate(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario with an acceptance table.")] = "oct-2025",
    seeds: Annotated[int, typer.Option(help="Number of seeds, from 1 on.")] = 20,
    jobs: Jobs = CORES,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it to this file too: a table as .md, or what reports read as .json."),
    ] = None,
    json: Json = False,
) -> None:
    """Measure a scenario against public figures; exit code 1 if one is missed."""
    from lastresort.cli.progress import show_progress
    from lastresort.cli.tables import print_document, print_table
    from lastresort.plugins.errors import InputError
    from lastresort.study.acceptance import acceptance
    from lastresort.study.validation import Validation

    if out is not None and not out.parent.is_dir():
        raise InputError(f"cannot write the table: there is no folder '{out.parent}'")
    validation = Validation(acceptance(scenario), tuple(range(1, seeds + 1)), jobs)
    with show_progress() as advance:
        outcomes = validation.run(advance)
    if out is not None:
        write = _record if out.suffix == ".json" else _page
        out.write_text(write(scenario, seeds, outcomes), encoding="utf-8")
    if json:
        print_document([_document(outcome) for outcome in outcomes])
    else:
        print_table(f"{scenario}: medians over {seeds} seeds", [_row(outcome) for outcome in outcomes])
    if not all(outcome.hit for outcome in outcomes):
        raise typer.Exit(1)


def _page(scenario: str, seeds: int, outcomes: "list[Outcome]") -> str:
    from lastresort.study.acceptance import FITTED

    rows = [_row(outcome) for outcome in outcomes]
    lines = [
        f"# Validation of {scenario}",
        "",
        f"Medians over {seeds} seeds, with the lowest and the highest; written by",
        f"`lastresort validate {scenario} --seeds {seeds} --out FILE`.",
        "",
        *wrap(f"{FITTED} No number was changed after this table was made, and misses stay misses.", WIDTH),
        "",
        "| " + " | ".join(name or "result" for name in rows[0]) + " |",
        "|" + "---|" * len(rows[0]),
    ]
    return "\n".join(lines + ["| " + " | ".join(row.values()) + " |" for row in rows]) + "\n"


def _record(scenario: str, seeds: int, outcomes: "list[Outcome]") -> str:
    from json import dumps

    from lastresort.study.keys import engine_version

    document = {
        "scenario": scenario,
        "seeds": seeds,
        "engine": engine_version(),
        "outcomes": [{"scenario": outcome.target.scenario} | _document(outcome) for outcome in outcomes],
    }
    return dumps(document, indent=2) + "\n"


def _row(outcome: "Outcome") -> dict[str, str]:
    target = outcome.target
    return {
        "scenario": target.scenario,
        "target": target.name,
        "measured [min, max]": f"{outcome.measured:.2f} [{min(outcome.values):.2f}, {max(outcome.values):.2f}]",
        "band": f"{target.low:g} to {target.high:g} {target.unit}",
        "": "hit" if outcome.hit else "MISS",
        "source": target.source,
    }


def _document(outcome: "Outcome") -> dict[str, Any]:
    target = outcome.target
    return {
        "scenario": target.scenario,
        "name": target.name,
        "unit": target.unit,
        "low": target.low,
        "high": target.high,
        "measured": outcome.measured if outcome.measured == outcome.measured else None,
        "values": [value if value == value else None for value in outcome.values],
        "hit": outcome.hit,
        "source": target.source,
    }
