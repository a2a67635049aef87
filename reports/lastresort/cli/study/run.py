"""`lastresort study run`: everything that a study file declares, from its runs to its answers."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lastresort.cli.options import CORES, Fresh, Jobs, Json, Scheduler, Without
from lastresort.cli.study.options import Out, Quiet, Settings, StudyPath, UntilPrecise

if TYPE_CHECKING:
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.study.planning import Override, Plan, StudyFile


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
    from lastresort.api.finished_study import stored
    from lastresort.cli.progress import show_progress
    from lastresort.cli.study.answers import show
    from lastresort.study.executors import executor
    from lastresort.study.experiment import check_jobs
    from lastresort.study.folders.study_folder import StudyFolder
    from lastresort.study.planning import StudyFile, parse_override

    check_jobs(jobs)
    study = StudyFile.read(file)
    overrides = [parse_override(text) for text in setting or ()]
    folder = StudyFolder(out or Path("results") / study.name)
    if fresh and not dry_run:
        folder.store.clear()
    if not dry_run and (told := stored(study, overrides, folder, until_precise)):
        show(told, folder, json, quiet)
        return
    plan, catalogue = planned(study, overrides)
    if dry_run:
        from lastresort.cli.study.dry_run import show_forecast

        show_forecast(plan, catalogue, folder, jobs, until_precise, json)
    else:
        from lastresort.api.study_run import Conduct

        show(
            Conduct(
                folder, plan, catalogue, executor(jobs, scheduler), until_precise, partial(show_progress, quiet)
            ).run(),
            folder,
            json,
            quiet,
        )


def planned(study: "StudyFile", overrides: "Sequence[Override]") -> "tuple[Plan, Catalogue]":
    """Return the plan, and a catalogue with the scores, which take a while to load."""
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores import registration

    catalogue = Catalogue.load(study.plugin_files, (registration,))
    judging = [name for name, (_, score) in catalogue.scores.items() if score.direction != "descriptive"]
    return study.plan(catalogue, judging, overrides), catalogue
