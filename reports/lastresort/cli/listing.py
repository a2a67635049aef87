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
    Kind.MECHANISMS: ("family", "name", "answers", "summary"),
    Kind.SCORES: ("name", "title", "unit", "direction", "formula", "meaning"),
}
"""Columns that fit on a screen, where there are more; `lastresort explain` tells the rest."""

CUT = ("summary", "answers")
"""Columns that are cut where a row would not fit on a line."""


def list_names(
    kind: Annotated[Kind | None, typer.Argument(help="What to list; how much there is of each if not given.")] = None,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WORD...", help="Only what all these words are said of.")
    ] = None,
    family: Annotated[str, typer.Option(help="Only mechanisms of a family, such as allocation.")] = "",
    venue: Annotated[str, typer.Option(help="Only mechanisms that a venue's policies use, such as okx.")] = "",
    plugin: Plugins = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """List mechanisms, policies, scenarios or scores, those of plugins included, or the installed plugins.

    A table has one line for each, cut where the screen ends; --json and 'lastresort explain' tell the rest.
    """
    from lastresort.cli.tables import print_document, print_table

    if (family or venue) and kind is not Kind.MECHANISMS:
        raise typer.BadParameter("--family and --venue are for mechanisms", param_hint="KIND")
    rows = _listing(kind, plugin or [], family, venue).about(words or ()).rows
    if json:
        print_document(rows)
    elif not rows:
        typer.echo("none" if words or family or venue else "no plugins are installed")
    else:
        shown = SHOWN.get(kind, tuple(rows[0]))
        title = f"{len(rows)} {kind or 'kinds'}"
        cut = CUT if kind is Kind.MECHANISMS else ()
        print_table(title, [{column: row[column] for column in shown} for row in rows], cut)


def _listing(kind: Kind | None, files: list[Path], family: str, venue: str) -> "api.Listing":
    match kind:
        case Kind.MECHANISMS:
            return api.mechanisms(files, family=family, venue=venue)
        case Kind.POLICIES:
            return api.policies(files)
        case Kind.SCENARIOS:
            return api.scenarios(files)
        case Kind.SCORES:
            return api.scores(files)
        case Kind.PLUGINS:
            return api.plugins()
    return api.kinds(files)
