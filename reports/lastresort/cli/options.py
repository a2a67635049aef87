"""Options that several commands share."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.api import CORES as CORES
from lastresort.cli.documents_only import documents_only
from lastresort.cli.one_line_errors import TRACEBACK

PATIENCE = 10.0
"""Seconds that a rule may take for one answer, where nothing is said."""


def words(text: str) -> list[str]:
    """What a comma separates."""
    return [word.strip() for word in text.split(",") if word.strip()]


def typed_command() -> str:
    """The command line, for a reader who wants the same again."""
    return shlex.join(["lastresort", *sys.argv[1:]])


def _block(ctx: typer.Context, names: list[str] | None) -> list[str] | None:
    """Leave plugins out until the command is over."""
    if names:
        ctx.with_resource(api.without(*names))
    return names


def _json(ctx: typer.Context, wanted: bool) -> bool:
    """Keep stdout for the document until the command is over."""
    if wanted:
        ctx.with_resource(documents_only())
    return wanted


def _traceback(ctx: typer.Context, wanted: bool) -> bool:
    """Let whoever tells of an error know that its traceback is wanted."""
    ctx.meta[TRACEBACK] = wanted
    return wanted


def _debug(ctx: typer.Context, wanted: bool) -> bool:
    """Run plugins in this process until the command is over."""
    if wanted:
        ctx.with_resource(api.debugging())
    return wanted


Plugins = Annotated[
    list[Path] | None,
    typer.Option(
        "--plugin", metavar="PATH", help="Python file, or folder of them, with mechanisms; may be given several times."
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without", metavar="NAME", callback=_block, help="Installed plugin to leave out; may be given several times."
    ),
]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug", callback=_debug, help="Run plugins in this process, where a breakpoint stops: nothing is contained."
    ),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="NAME=VALUE", help="A parameter of the rule; may be given several times."),
]
Traceback = Annotated[
    bool,
    typer.Option("--traceback", callback=_traceback, help="Also show the way through a plugin's code to its failures."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Do every run again: those in the folder are removed first.")]
Json = Annotated[
    bool, typer.Option("--json", callback=_json, help="Print one JSON document on stdout, and nothing else there.")
]
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
