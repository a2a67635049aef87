"""Scores and report of a finished comparison or study, again."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from lastresort.api.publication import publish_together, score
from lastresort.experiments.folders.declaration import DECLARATION
from lastresort.experiments.folders.results import Results
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.planning import Plan
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.isolation.contained import contained
from lastresort.scores import registration
from lastresort.scores.scored import Scored

FORMATS = {"html": "report.html", "md": "report.md", "pdf": "report.pdf"}


def report(
    directory: str | Path,
    out: Sequence[str | Path] = (),
    formats: Sequence[str] | None = None,
    sensitivity: str | Path | None = None,
    plugins: Sequence[str | Path] = (),
) -> list[Path]:
    """Rebuild the scores, write the report, and return its files.

    `out` are files whose endings say in which format: .html, .md or .pdf. Without them the report lies in the folder in
    each of `formats`; without these in all, PDF where its library is installed. `sensitivity` is the folder of an
    analysis to take in, `plugins` are Python files with scores and sections of a report. Raises InputError where the
    folder is unfinished or damaged, and RunError for a full disk.
    """
    folder = Path(directory)
    catalogue = contained(tuple(map(Path, plugins)), (registration,))
    files = [Path(file) for file in out] or _files(folder, _installed() if formats is None else formats)
    scored, plan = _scored(folder, catalogue)
    publish_together(scored, files, catalogue, Path(sensitivity) if sensitivity else None, plan)
    return files


def _scored(directory: Path, catalogue: Catalogue) -> tuple[list[Scored], Plan | None]:
    """The scored scenarios of a folder; of a study, with its plan."""
    if not (directory / DECLARATION).is_file():
        return [score(Results.open(directory), catalogue)], None
    study = StudyFolder(directory)
    return [score(results, catalogue) for results in study.results()], study.declaration.plan


def _installed() -> list[str]:
    return [name for name in FORMATS if name != "pdf" or find_spec("typst")]


def _files(directory: Path, formats: Sequence[str]) -> list[Path]:
    for word in formats:
        if word not in FORMATS:
            hint = did_you_mean(word, FORMATS)
            raise InputError(f"--format: found '{word}'; allowed: {one_of(FORMATS)}{hint}")
    return [directory / FORMATS[word] for word in formats]
