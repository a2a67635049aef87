"""`lastresort study run`: everything that a study file declares, from its runs to its answers."""

from functools import partial
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import CORES, Fresh, Jobs, Json, Scheduler, Without
from lastresort.cli.study.options import Out, Quiet, Settings, StudyPath, UntilPrecise


def run(
    file: StudyPath,
    out: Out = None,
    setting: Settings = None,
    jobs: Jobs = CORES,
    scheduler: Scheduler = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many runs there are, how long they take and how much disk.")
    ] = False,
    until_precise: UntilPrecise = False,
    without: Without = None,
    fresh: Fresh = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a study and answer its primary comparisons; exit code 1 if a policy failed.

    Finished runs are kept: the same command resumes after an interruption, and does nothing where nothing is left.
    """
    from lastresort.cli.progress import show_progress

    settings = setting or ()
    if dry_run:
        _show_forecast(api.forecast(file, out, settings, jobs=jobs, until_precise=until_precise), json)
        return
    answers = api.study(
        file,
        out,
        settings,
        jobs=jobs,
        scheduler=scheduler,
        until_precise=until_precise,
        fresh=fresh,
        watching=partial(show_progress, quiet),
    )
    show(answers, json, quiet)


def show(answers: "api.StudyAnswers", json: bool, quiet: bool) -> None:
    """Print what came of a study and its folder; raises RunError at the end where a policy failed."""
    from lastresort.cli.tables import print_document

    if json:
        print_document(answers.document())
    else:
        if not quiet:
            _print(answers)
        typer.echo(answers.directory)
    if answers.failed:
        raise api.RunError("; ".join(answers.failed))


def _print(answers: "api.StudyAnswers") -> None:
    from lastresort.cli.tables import print_table

    told = answers.told
    if told["comparisons"]:
        print_table(answers.title, answers.rows)
    if answers.precision:
        print_table(answers.precision, answers.intervals)
    if told["ranking"]:
        print_table("95 % intervals over seeds; lower is better", told["ranking"])
    if told["failed"]:
        print_table("out of the ranking", told["failed"])


def _show_forecast(found: "api.Forecasts", json: bool) -> None:
    from lastresort.cli.tables import print_document, print_table

    if json:
        print_document(found.document())
        return
    print_table(found.title, found.rows)
    typer.echo("\n".join(found.sentences))
