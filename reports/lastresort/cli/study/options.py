"""Options that several commands on studies share."""

from pathlib import Path
from typing import Annotated

import typer

StudyPath = Annotated[Path, typer.Argument(metavar="FILE", help="The study file, see docs/studies.md.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the study.", show_default="results/<name>")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="A number to change; may be given several times."),
]
Directory = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the study.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print the study's folder and nothing else.")]
UntilPrecise = Annotated[
    bool,
    typer.Option("--until-precise", help="Add seeds until the declared precision is reached, or its most_seeds."),
]
