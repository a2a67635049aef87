"""Options that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""Number of cores this process may use."""

PATIENCE = 10.0
"""Seconds that a rule may take for one answer, where nothing is said."""


def _block(ctx: typer.Context, names: list[str] | None) -> list[str] | None:
    """Say so in the environment, where worker processes look too, and take it back when the command is over."""
    from lastresort.plugins.installed import VARIABLE, without

    before, now = os.environ.get(VARIABLE), without(names or ())
    if now != before and now is not None:
        os.environ[VARIABLE] = now
        ctx.call_on_close(lambda: os.environ.pop(VARIABLE) if before is None else os.environ.update({VARIABLE: before}))
    return names


Plugins = Annotated[
    list[Path] | None,
    typer.Option("--plugin", metavar="FILE", help="Python file with mechanisms; may be given several times."),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without", metavar="NAME", callback=_block, help="Installed plugin to leave out; may be given several times."
    ),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Do every run again: those in the folder are removed first.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, and nothing else there.")]
Patience = Annotated[
    float,
    typer.Option("--patience", metavar="SECONDS", help="Time that a rule may take for one answer."),
]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Dask scheduler whose workers do the runs, as in tcp://host:8786; --jobs does not count then.",
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", help="Processes; the results do not depend on it.", show_default="cores")]
