"""`lastresort list`: what can be named on the command line."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import Json, Plugins, Without


class Kind(StrEnum):
    """Kinds of things with names."""

    MECHANISMS = "mechanisms"
    POLICIES = "policies"
    SCENARIOS = "scenarios"
    SCORES = "scores"
    PLUGINS = "plugins"


SHOWN: dict[Kind | None, tuple[str, ...]] = {
    Kind.MECHANISMS: ("family", "name", "answers", "evidence", "summary"),
    Kind.SCORES: ("name", "title", "unit", "direction", "formula", "meaning"),
}
"""Columns that fit on a screen, where there are more; `lastresort explain` tells the rest."""


def list_names(
    kind: Annotated[Kind | None, typer.Argument(help="What to list; how much there is of each if not given.")] = None,
    plugin: Plugins = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """List mechanisms, policies, scenarios or scores, those of plugins included, or the installed plugins."""
    from lastresort.cli.tables import print_document, print_table

    rows = _listing(kind, plugin or []).rows
    if json:
        print_document(rows)
    elif not rows:
        typer.echo("no plugins are installed")
    else:
        shown = SHOWN.get(kind, tuple(rows[0]))
        print_table(str(kind or "kinds"), [{column: row[column] for column in shown} for row in rows])


def _listing(kind: Kind | None, files: list[Path]) -> "api.Listing":
    match kind:
        case Kind.MECHANISMS:
            return api.mechanisms(files)
        case Kind.POLICIES:
            return api.policies(files)
        case Kind.SCENARIOS:
            return api.scenarios(files)
        case Kind.SCORES:
            return api.scores(files)
        case Kind.PLUGINS:
            return api.plugins()
    return api.kinds(files)
