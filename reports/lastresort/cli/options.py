"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""Number of cores this process may use."""

Plugins = Annotated[
    list[Path] | None,
    typer.Option("--plugin", metavar="FILE", help="Python file with mechanisms; may be given several times."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")]
Jobs = Annotated[int, typer.Option("--jobs", help="Processes; the results do not depend on it.", show_default="cores")]
