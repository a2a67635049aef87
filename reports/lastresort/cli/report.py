"""`lastresort report`: scores and report of a finished comparison or study, again."""

from pathlib import Path
from typing import Annotated

import typer

from lastresort.cli.options import Plugins, Without


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished comparison or study.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the report.", show_default="DIR/report.html")
    ] = None,
    plugin: Plugins = None,
    without: Without = None,
) -> None:
    """Rebuild the scores and the report of a finished comparison from its runs; of a study, one per scenario.

    Scores and sections of plugin files are in it where the files are given again.
    """
    from lastresort.cli.publication import publish
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.plugins.errors import InputError
    from lastresort.scores import registration
    from lastresort.study import Results
    from lastresort.study.folders.declaration import DECLARATION
    from lastresort.study.folders.study_folder import StudyFolder

    study = (directory / DECLARATION).is_file()
    if study and out is not None:
        raise InputError(f"'{directory}' holds a study, which has a report for each scenario: leave out --out")
    catalogue = Catalogue.load(tuple(plugin or ()), (registration,))
    for results in StudyFolder(directory).results() if study else [Results.open(directory)]:
        typer.echo(publish(results, out or results.directory / "report.html", catalogue).report)
