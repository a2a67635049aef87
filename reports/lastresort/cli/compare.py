"""`lastresort compare`: policies on one scenario, over seeds."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.one_line_errors import show_tracebacks
from lastresort.cli.options import (
    CORES,
    PATIENCE,
    Debug,
    Fresh,
    Jobs,
    Json,
    Patience,
    Plugins,
    Scheduler,
    Traceback,
    Without,
    words,
)


def compare(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    policies: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Names, YAML files, suites (core, venues, papers, clearing, proposals, own) or all; "
            "core and own (what plugins bring) if not given.",
        ),
    ] = "",
    seeds: Annotated[int, typer.Option(help="Number of seeds; all policies share them.")] = 8,
    first_seed: Annotated[int, typer.Option(help="The first seed; the others follow it.")] = 1,
    jobs: Jobs = CORES,
    scheduler: Scheduler = "",
    plugin: Plugins = None,
    without: Without = None,
    debug: Debug = False,
    traceback: Traceback = False,
    patience: Patience = PATIENCE,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Output folder.", show_default="results/<scenario>")
    ] = None,
    fresh: Fresh = False,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the report's path and nothing else.")] = False,
) -> None:
    """Compare policies on a scenario and write a report; exit code 1 if a policy failed.

    Finished runs are kept: the same command resumes after an interruption. A policy that fails is left out of the
    ranking, and tried again by the same command.
    """
    from lastresort.cli.progress import show_progress

    results = api.compare(
        scenario,
        words(policies),
        range(first_seed, first_seed + seeds),
        plugin or (),
        out,
        jobs=jobs,
        scheduler=scheduler,
        patience=patience,
        fresh=fresh,
        watching=partial(show_progress, quiet),
    )
    _tell(results, json, quiet)
    if traceback:
        show_tracebacks(results.tracebacks.values())
    if results.failed:
        raise api.RunError("; ".join(results.failed))


def _tell(results: "api.Results", json: bool, quiet: bool) -> None:
    from lastresort.cli.tables import print_document, print_table

    if json:
        print_document(results.document())
    else:
        if not quiet:
            print_table("95 % intervals over seeds; lower is better", results.ranking)
            if results.failures:
                print_table("out of the ranking", results.failures)
        typer.echo(results.report_file)
