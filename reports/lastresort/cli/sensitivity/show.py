"""`lastresort sensitivity show`: what came of an analysis, again."""

from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import Json


def show(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished analysis.")],
    json: Json = False,
) -> None:
    """Show indices and flips of a finished analysis; nothing runs, and SALib is not needed."""
    from lastresort.cli.sensitivity.output import tell

    tell(api.open_sensitivity(directory), directory, json, quiet=False)
