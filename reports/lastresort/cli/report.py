"""`lastresort report`: scores and report of a finished comparison or study, again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lastresort.cli.options import Plugins, Without

if TYPE_CHECKING:
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores.scored import Scored
    from lastresort.study.planning import Plan

FORMATS = {"html": "report.html", "md": "report.md", "pdf": "report.pdf"}


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
    from lastresort.api.publication import publish_together
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores import registration

    catalogue = Catalogue.load(tuple(plugin or ()), (registration,))
    files = tuple(out) if out else _files(directory, format_)
    scored, plan = _scored(directory, catalogue)
    publish_together(scored, files, catalogue, sensitivity, plan)
    for file in files:
        typer.echo(file)


def _scored(directory: Path, catalogue: "Catalogue") -> "tuple[list[Scored], Plan | None]":
    """The scored scenarios of a folder; of a study, with its plan."""
    from lastresort.api.publication import score
    from lastresort.study import Results
    from lastresort.study.folders.declaration import DECLARATION
    from lastresort.study.folders.study_folder import StudyFolder

    if not (directory / DECLARATION).is_file():
        return [score(Results.open(directory), catalogue)], None
    study = StudyFolder(directory)
    return [score(results, catalogue) for results in study.results()], study.declaration.plan


def _files(directory: Path, formats: str) -> tuple[Path, ...]:
    from importlib.util import find_spec

    from lastresort.plugins.errors import InputError, did_you_mean, one_of

    words = [word.strip() for word in formats.split(",") if word.strip()]
    for word in words:
        if word not in FORMATS:
            hint = did_you_mean(word, FORMATS)
            raise InputError(f"--format: found '{word}'; allowed: {one_of(FORMATS)}{hint}")
    if formats == "html,md,pdf" and find_spec("typst") is None:
        typer.echo("no PDF: it needs the library typst (pip install 'lastresort[pdf]')", err=True)
        words.remove("pdf")
    return tuple(directory / FORMATS[word] for word in words)
