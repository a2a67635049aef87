"""`lastresort verify`, also `lastresort study verify`: is a folder what it says it is?"""

from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import CORES, Jobs, Json, Plugins, Without


def verify(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a comparison or of a study.")],
    sample: Annotated[int, typer.Option(min=1, help="Number of runs that are done again.")] = 8,
    everything: Annotated[bool, typer.Option("--all", help="Do all runs again.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Which sample; the same number, the same runs.")] = 1,
    plugin: Plugins = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Set aside what is damaged or differs, and make it again.")
    ] = False,
    without: Without = None,
    jobs: Jobs = CORES,
    json: Json = False,
) -> None:
    """Hold all files against their seals, measure all runs again, do some again, compare; exit code 1 unless equal.

    Bytes are compared where a run is of this platform and these versions, numbers to a relative 1e-9 where not.
    Nothing that the folder names is imported: rules come with this installation or with --plugin.
    """
    from lastresort.cli.tables import print_document, print_table

    found = api.verify(directory, None if everything else sample, seed, plugin or (), jobs=jobs, repair=repair)
    if json:
        print_document(found.document())
    else:
        print_table(found.title, found.rows)
        if found.rescored:
            print_table("score tables", found.score_rows)
        typer.echo("\n".join(found.sentences))
    if not found.passed:
        raise typer.Exit(1)
