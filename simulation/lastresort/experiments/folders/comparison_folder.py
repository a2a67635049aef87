"""The output folder of a comparison: ours alone, or refused."""

import tempfile
from collections.abc import Collection
from pathlib import Path

from lastresort.experiments.folders.damages import clear_damages
from lastresort.experiments.folders.manifest import MANIFEST
from lastresort.experiments.folders.writing import meant
from lastresort.experiments.store import read_sealed, refuse_links
from lastresort.plugins.errors import InputError

STORE = "store"
"""Where the runs are, in the folder of a comparison or of a study."""

REPORTS = ("report.html", "report.md", "report.pdf")
"""The report in all its formats."""

SCORES = ("scores.parquet", "scores.csv", "comparison.json")
"""What the runs come to; the manifest seals it."""

SUMMARY = ("manifest.json", *SCORES, *REPORTS)
"""What is written after the last run, and removed before the next comparison in the same folder starts."""

RULES = "rules"
"""Where rules of notebook cells are written out, as plugin files."""

BESIDE = ("direct.json", "direct.parquet", "figures", RULES)
"""What later commands leave beside it, and what stays."""


def claim(directory: Path, scenario: str) -> None:
    """Make `directory` ready for a comparison on `scenario`, keeping its runs; InputError where that would do harm.

    Harm is a folder that holds anything but a comparison on the same scenario, or that cannot be written to.
    """
    refuse_links(directory, directory / STORE)
    refuse_strangers(directory, {*SUMMARY, *BESIDE, STORE})
    _refuse_another_scenario(directory, scenario)
    make_writable(directory)
    clear(directory, directory / STORE)


def clear(directory: Path, store: Path) -> None:
    """Remove what is written after the last run; what is damaged of it is set aside in a store, with a warning."""
    clear_damages(directory, MANIFEST, (*SCORES, *REPORTS), store)
    for name in SUMMARY:
        (directory / name).unlink(missing_ok=True)


def refuse_strangers(directory: Path, ours: Collection[str]) -> None:
    """Raise InputError where a folder holds something that is not ours; what a killed process left there is."""
    if directory.exists() and not directory.is_dir():
        raise InputError(f"output folder '{directory}' is a file")
    strangers = (
        sorted(entry.name for entry in directory.iterdir() if meant(entry.name) not in ours)
        if directory.exists()
        else []
    )
    if strangers:
        raise InputError(f"output folder '{directory}' holds something else ('{strangers[0]}'): choose another --out")


def _refuse_another_scenario(directory: Path, scenario: str) -> None:
    try:
        held = str(read_sealed(directory / MANIFEST)["scenario"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    if held != scenario:
        raise InputError(f"output folder '{directory}' holds a comparison on scenario '{held}': choose another --out")


def make_writable(directory: Path) -> None:
    """Make a folder; raises InputError where it cannot be written to."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise InputError(f"cannot write to output folder '{directory}': {error.strerror}") from error
