"""`lastresort report`: scores and report of a finished comparison, again."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished comparison.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write the report.", show_default="DIR/report.html")
    ] = None,
) -> None:
    """Rebuild the scores and the report of a finished comparison from its runs."""
    from lastresort.cli.publication import publish
    from lastresort.study import Results

    typer.echo(publish(Results.open(directory), out or directory / "report.html").report)
