"""`lastresort sensitivity run`: a sensitivity file, or the built-in assumptions on a scenario, from runs to answers."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import CORES, Fresh, Jobs, Json, Scheduler, Without, words


def run(
    what: Annotated[
        str, typer.Argument(metavar="FILE|SCENARIO", help="A sensitivity file, or the name of a scenario.")
    ],
    method: Annotated[str | None, typer.Option(help="morris, sobol or both.", show_default="the file's")] = None,
    trajectories: Annotated[
        int | None, typer.Option(help="Trajectories of Morris.", show_default="the file's, or 20")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(help="Base samples of Sobol, a power of two.", show_default="the file's, or 128")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(help="Groups of seeds, the levels of chance.", show_default="the file's, or 8")
    ] = None,
    confirm: Annotated[
        int | None,
        typer.Option(
            metavar="SEEDS",
            help="Run both ends of the most important factors on so many seeds.",
            show_default="the file's, or none",
        ),
    ] = None,
    policies: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Two policies or more.", show_default="the file's")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="A number to change; may be given several times."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the analysis.", show_default="results/<name>")
    ] = None,
    jobs: Jobs = CORES,
    scheduler: Scheduler = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many runs there are and how long they take.")
    ] = False,
    without: Without = None,
    fresh: Fresh = False,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the folder and nothing else.")] = False,
) -> None:
    """Vary assumptions, thresholds and the seed together: what do differences between policies hang on?

    Exit code 1 if a policy failed in a run. Finished runs are kept: the same command resumes after an interruption.
    """
    from lastresort.cli.progress import show_progress
    from lastresort.cli.sensitivity.output import tell

    said = {
        "method": method,
        "trajectories": trajectories,
        "samples": samples,
        "replicates": replicates,
        "confirm_seeds": confirm,
        "policies": words(policies) if policies else None,
    }
    options = {name: value for name, value in said.items() if value is not None}
    if dry_run:
        _show_forecast(api.forecast_sensitivity(what, out, setting or (), options, jobs=jobs), json)
        return
    found = api.sensitivity(
        what,
        out,
        setting or (),
        options,
        jobs=jobs,
        scheduler=scheduler,
        fresh=fresh,
        watching=partial(show_progress, quiet),
    )
    tell(found, out or Path("results") / found.name, json, quiet)


def _show_forecast(found: "api.SensitivityForecast", json: bool) -> None:
    from lastresort.cli.tables import print_document, print_table

    if json:
        print_document(found.document())
        return
    print_table(found.title, found.rows)
    typer.echo(found.sentence)
