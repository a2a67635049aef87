"""`lastresort validate`: the model against public figures."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import CORES, Jobs, Json


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

    crash, calm = range(first_seed, first_seed + seeds), range(first_calm_seed, first_calm_seed + calm_seeds)
    found = api.validate(scenario, crash, calm, out or (), jobs=jobs, watching=partial(show_progress, False))
    if json:
        print_document(found.document())
    else:
        print_table(found.title, found.rows)
    if not found.passed:
        raise typer.Exit(1)
