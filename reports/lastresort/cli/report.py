"""`lastresort report`: scores and report of a finished comparison or study, again."""

from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import Plugins, Without, words


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished comparison or study.")],
    out: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Where to write it: .html, .md or .pdf; may be given several times."),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="A,B", help="Formats in the folder: html, md, pdf; without --out only.")
    ] = "html,md,pdf",
    sensitivity: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder of a sensitivity analysis to take in.")
    ] = None,
    plugin: Plugins = None,
    without: Without = None,
) -> None:
    """Rebuild the scores and write the report: HTML, Markdown and PDF with the same numbers; of a study, one for all.

    The PDF needs the extra `pdf` and is left out without it, unless it is asked for by name. Scores and sections of
    plugin files are in the report where the files are given again.
    """
    usual = format_ == "html,md,pdf"
    files = api.report(directory, out or (), None if usual else words(format_), sensitivity, plugin or ())
    if usual and not out and not any(file.suffix == ".pdf" for file in files):
        typer.echo("no PDF: it needs the library typst (pip install 'lastresort[pdf]')", err=True)
    for file in files:
        typer.echo(file)
