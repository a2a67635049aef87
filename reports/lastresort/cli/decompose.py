"""`lastresort decompose`: what a rule does directly, and what the prices do that it moves."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import CORES, Fresh, Jobs, Json, Plugins, Without


def decompose(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished comparison.")],
    jobs: Jobs = CORES,
    plugin: Plugins = None,
    without: Without = None,
    fresh: Fresh = False,
    json: Json = False,
) -> None:
    """Split both headline scores: every policy runs again on the price path of the reference run of its seed.

    What it scores there is its direct part, the rest is feedback through prices. Takes as long as the comparison;
    finished runs are kept. The next `lastresort report DIR` shows it.
    """
    from lastresort.cli.progress import show_progress
    from lastresort.cli.tables import print_document, print_table

    found = api.decompose(directory, plugin or (), jobs=jobs, fresh=fresh, watching=partial(show_progress, False))
    if json:
        print_document(found.document())
    else:
        print_table(found.title, found.rows)
