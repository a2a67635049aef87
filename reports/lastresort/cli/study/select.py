"""`lastresort study select`: the best policy of each scenario, with a guarantee, and no more runs than that takes."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

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
    from lastresort.api.best_policy import Contest, goal_of
    from lastresort.cli.progress import show_progress
    from lastresort.cli.study.run import planned
    from lastresort.cli.study.selected import show
    from lastresort.study.executors import executor
    from lastresort.study.experiment import check_jobs
    from lastresort.study.folders.study_folder import StudyFolder
    from lastresort.study.planning import StudyFile, parse_override

    check_jobs(jobs)
    study = StudyFile.read(file)
    plan, catalogue = planned(study, [parse_override(text) for text in setting or ()])
    goal = goal_of(score, catalogue, difference, first_stage, most_seeds, confidence)
    folder = StudyFolder(out or Path("results") / study.name)
    if fresh:
        folder.store.clear()
    show(
        Contest(folder, plan, catalogue, executor(jobs, scheduler), goal, partial(show_progress, quiet)).run(),
        folder,
        json,
        quiet,
    )
