"""The score table of all finished runs, or everything there is to publish, as one file."""

from collections.abc import Sequence
from pathlib import Path

from lastresort.api.score_files import FORMATS, written
from lastresort.experiments.folders.cells import Part, parts_of
from lastresort.experiments.folders.comparison_folder import SCORES
from lastresort.experiments.folders.damages import refuse_damages
from lastresort.experiments.folders.manifest import MANIFEST
from lastresort.experiments.folders.study_folder import PRIMARY, TABLES
from lastresort.experiments.folders.writing import write_whole, writing_to
from lastresort.plugins.errors import InputError, one_of
from lastresort.reports.crate import crate_of
from lastresort.scores import score_parts


def export(directory: str | Path, to: str | Path) -> Path:
    """Write the scores of all finished runs of a comparison or study to a file, also where it is not finished.

    The file ends in .csv, .parquet or .json, one row per run, or in .zip for an RO-Crate of the folder. A run whose
    reference is not done yet is left out. Raises InputError where something is damaged or nothing can be written, and
    RunError for a full disk.
    """
    folder, file = Path(directory), Path(to)
    if file.suffix not in (*FORMATS, ".zip"):
        raise InputError(f"cannot export to '{file}'; allowed: a file that ends in {one_of((*FORMATS, '.zip'))}")
    if file.is_dir() or not file.parent.is_dir():
        raise InputError(f"cannot write '{file}': there is {'a' if file.is_dir() else 'no'} folder of this name")
    parts = parts_of(folder)
    refuse_damaged_parts(folder, parts)
    table = score_parts(parts)
    if table.empty:
        raise InputError(f"'{folder}' holds no finished run with its reference: there is nothing to export")
    crated = file.suffix == ".zip"
    content = crate_of(folder, parts, written(table, ".csv")) if crated else written(table, file.suffix)
    with writing_to(file.parent):
        write_whole(file, content)
    return file


def refuse_damaged_parts(folder: Path, parts: Sequence[Part]) -> None:
    """Raise InputError where a stored run is damaged, or a file that was made of runs."""
    refuse_damages(folder, PRIMARY, TABLES)
    for part in parts:
        refuse_damages(part.directory, MANIFEST, SCORES)
        stored = set(part.store.keys())
        for cell in part.cells:
            if cell.key in stored:
                part.store.refuse_damage(cell.key)
