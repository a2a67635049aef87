"""`lastresort study select`: the best policy of each scenario, with a guarantee, and no more runs than that takes."""

from functools import partial
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import CORES, Fresh, Jobs, Json, Scheduler, Without
from lastresort.cli.study.options import Out, Quiet, Settings, StudyPath


def select(
    file: StudyPath,
    score: Annotated[str, typer.Option(metavar="NAME", help="The score that makes a policy the best.")],
    difference: Annotated[
        float | None,
        typer.Option(
            help="Smallest difference of interest, in the score's unit.", show_default="the score's, if it has one"
        ),
    ] = None,
    first_stage: Annotated[int, typer.Option(help="Seeds on which every policy runs.")] = 20,
    most_seeds: Annotated[int, typer.Option(help="Seeds after which an open race ends.")] = 200,
    confidence: Annotated[float, typer.Option(help="Probability of selecting the best, in each scenario.")] = 0.95,
    out: Out = None,
    setting: Settings = None,
    jobs: Jobs = CORES,
    scheduler: Scheduler = "",
    without: Without = None,
    fresh: Fresh = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find the best policy by Kim and Nelson: all run at first, then only those that are not clearly beaten.

    Exit code 1 if a policy failed. Runs are shared with `study run`, and the same command resumes.
    """
    from lastresort.cli.progress import show_progress

    found = api.select(
        file,
        score,
        difference,
        out,
        setting or (),
        first_stage=first_stage,
        most_seeds=most_seeds,
        confidence=confidence,
        jobs=jobs,
        scheduler=scheduler,
        fresh=fresh,
        watching=partial(show_progress, quiet),
    )
    _show(found, json, quiet)


def _show(found: "api.BestPolicies", json: bool, quiet: bool) -> None:
    """Print what came of a search and the study's folder; raises RunError at the end where a policy failed."""
    from lastresort.cli.tables import print_document, print_table

    if json:
        print_document(found.document())
    else:
        if not quiet:
            print_table(found.title, found.rows)
        typer.echo(found.directory)
    if found.failed:
        raise api.RunError("; ".join(found.failed))
