"""`lastresort study resume`: what is left of a study, as it was declared."""

from functools import partial

from lastresort.cli.options import CORES, Jobs, Json, Plugins, Scheduler, Without
from lastresort.cli.study.options import Directory, Quiet


def resume(
    directory: Directory,
    plugin: Plugins = None,
    jobs: Jobs = CORES,
    scheduler: Scheduler = "",
    without: Without = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Do what is left of a study as it was declared, --until-precise included, without its study file.

    A folder may come from a stranger, so it runs no code by itself: give its plugin files again.
    """
    from lastresort.api.study_run import Conduct
    from lastresort.cli.progress import show_progress
    from lastresort.cli.study.answers import show
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores import registration
    from lastresort.study.executors import executor
    from lastresort.study.experiment import check_jobs
    from lastresort.study.folders.study_folder import StudyFolder

    check_jobs(jobs)
    folder = StudyFolder(directory)
    plan = folder.resumable(tuple(plugin or ()))
    catalogue = Catalogue.load(plan.plugin_files, (registration,))
    until_precise = folder.declaration.until_precise
    show(
        Conduct(folder, plan, catalogue, executor(jobs, scheduler), until_precise, partial(show_progress, quiet)).run(),
        folder,
        json,
        quiet,
    )
