"""`lastresort replay`: a real deleveraging again, under each rule with the same contracts."""

from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import PATIENCE, Debug, Json, Patience, Plugins, Traceback, Without, typed_command

GAP = 5.0


def replay(
    event: Annotated[str, typer.Argument(metavar="EVENT.csv", help="Reconstructed ADL fills in the public schema.")],
    policies: Annotated[
        str,
        typer.Option(
            metavar="NAME,...", help="Policies, suites, rules or YAML files.", show_default="eight rules that close"
        ),
    ] = "",
    gap: Annotated[float, typer.Option(metavar="SECONDS", help="A wave starts where the gap exceeds this.")] = GAP,
    gaps: Annotated[str, typer.Option(metavar="FILE", help="The public table of waves.")] = "",
    book: Annotated[str, typer.Option(metavar="SNAPSHOT", help="All accounts at the wave, as for 'allocate'.")] = "",
    layout: Annotated[str, typer.Option("--map", metavar="NAME", help="Layout of the snapshot.")] = "",
    plugin: Plugins = None,
    without: Without = None,
    debug: Debug = False,
    traceback: Traceback = False,
    patience: Patience = PATIENCE,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write document and report to.")] = None,
    show_ids: Annotated[bool, typer.Option("--show-ids", help="Do not hash ids of accounts in the report.")] = False,
    json: Json = False,
) -> None:
    """Replay a real event: what production did, and how far each rule agrees with it, given the same contracts."""
    from lastresort.cli.tables import print_document

    for line in () if json else api.before_reading():
        typer.echo(line)
    found = api.replay(
        event,
        api.outside_brackets(policies),
        plugin or (),
        out,
        gap=gap,
        gaps=gaps or None,
        book=api.read_books([book], layout or None) if book else None,
        patience=patience,
        show_ids=show_ids,
        command=typed_command(),
    )
    if json:
        print_document(found.document())
        return
    for line in api.in_words(found):
        typer.echo(line)
    if out:
        typer.echo(out / "report.html")
