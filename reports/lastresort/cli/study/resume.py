"""`lastresort study resume`: what is left of a study, as it was declared."""

from functools import partial

from lastresort import api
from lastresort.cli.options import CORES, Fresh, Jobs, Json, Plugins, Scheduler, Without
from lastresort.cli.study.options import Directory, Quiet
from lastresort.cli.study.run import show


def resume(
    directory: Directory,
    plugin: Plugins = None,
    jobs: Jobs = CORES,
    scheduler: Scheduler = "",
    without: Without = None,
    fresh: Fresh = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Do what is left of a study as it was declared, --until-precise included, without its study file.

    A folder may come from a stranger, so it runs no code by itself: give its plugin files again.
    """
    from lastresort.cli.progress import show_progress

    watching = partial(show_progress, quiet)
    show(
        api.resume(directory, plugin or (), jobs=jobs, scheduler=scheduler, fresh=fresh, watching=watching),
        json,
        quiet,
    )
