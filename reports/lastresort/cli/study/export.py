"""`lastresort study export`: the score table of all finished runs, or everything there is to publish."""

from pathlib import Path
from typing import Annotated

import typer

from lastresort import api


def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a study or of a comparison.")],
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="A .csv, .parquet or .json file; .zip makes an RO-Crate of the folder.")
    ],
) -> None:
    """Write the scores of all finished runs to a file, also where the study is not finished.

    One row per run: scenario, policy, seed, the run's key and every measure. A run whose reference is not done yet is
    left out.
    """
    typer.echo(api.export(directory, to))
