"""Options that several commands on studies share."""

from pathlib import Path
from typing import Annotated

import typer

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the study.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print the study's folder and nothing else.")]
UntilPrecise = Annotated[
    bool,
    typer.Option("--until-precise", help="Add seeds until the declared precision is reached, or its most_seeds."),
]
