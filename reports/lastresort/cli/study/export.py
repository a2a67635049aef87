"""`lastresort study export`: the score table of all finished runs, or everything there is to publish."""

from pathlib import Path
from typing import Annotated

import typer


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
    from lastresort.api.score_files import FORMATS, written
    from lastresort.plugins.errors import InputError, one_of
    from lastresort.reports.crate import crate_of
    from lastresort.scores import score_parts
    from lastresort.study.folders.cells import parts_of
    from lastresort.study.folders.writing import write_whole, writing_to

    if to.suffix not in (*FORMATS, ".zip"):
        raise InputError(f"cannot export to '{to}'; allowed: a file that ends in {one_of((*FORMATS, '.zip'))}")
    if to.is_dir() or not to.parent.is_dir():
        raise InputError(f"cannot write '{to}': there is {'a' if to.is_dir() else 'no'} folder of this name")
    parts = parts_of(directory)
    table = score_parts(parts)
    if table.empty:
        raise InputError(f"'{directory}' holds no finished run with its reference: there is nothing to export")
    content = crate_of(directory, parts, written(table, ".csv")) if to.suffix == ".zip" else written(table, to.suffix)
    with writing_to(to.parent):
        write_whole(to, content)
    typer.echo(to)
