"""`lastresort report`: scores and report of a finished comparison, again."""

from pathlib import Path
from typing import Annotated

import typer

from lastresort.cli.options import Plugins, Without


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished comparison.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the report.", show_default="DIR/report.html")
    ] = None,
    plugin: Plugins = None,
    without: Without = None,
) -> None:
    """Rebuild the scores and the report of a finished comparison from its runs.

    Scores and sections of plugin files are in it where the files are given again.
    """
    from lastresort.cli.publication import publish
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores import registration
    from lastresort.study import Results

    catalogue = Catalogue.load(tuple(plugin or ()), (registration,))
    typer.echo(publish(Results.open(directory), out or directory / "report.html", catalogue).report)
