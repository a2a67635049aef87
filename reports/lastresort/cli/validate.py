"""`lastresort validate`: the model against public figures."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import CORES, Jobs, Json

if TYPE_CHECKING:
    from lastresort.study.validation import Outcome


def validate(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario with an acceptance table.")] = "oct-2025",
    seeds: Annotated[int, typer.Option(help="Number of seeds, from 1 on.")] = 20,
    jobs: Jobs = CORES,
    json: Json = False,
) -> None:
    """Measure a scenario against public figures; exit code 1 if one is missed."""
    from lastresort.cli.progress import show_progress
    from lastresort.cli.tables import print_document, print_table
    from lastresort.study.acceptance import acceptance
    from lastresort.study.validation import Validation

    validation = Validation(acceptance(scenario), tuple(range(1, seeds + 1)), jobs)
    with show_progress() as advance:
        outcomes = validation.run(advance)
    if json:
        print_document([_document(outcome) for outcome in outcomes])
    else:
        print_table(f"{scenario}: medians over {seeds} seeds", [_row(outcome) for outcome in outcomes])
    if not all(outcome.hit for outcome in outcomes):
        raise typer.Exit(1)


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
