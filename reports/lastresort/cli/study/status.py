"""`lastresort study status`: how far a study is."""

from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.one_line_errors import show_tracebacks
from lastresort.cli.options import Json, Traceback
from lastresort.cli.study.options import Directory


def status(
    directory: Directory,
    failures: Annotated[bool, typer.Option("--failures", help="List the runs that failed, with the reasons.")] = False,
    traceback: Traceback = False,
    json: Json = False,
) -> None:
    """Show how many runs of a study are done, have failed and are left, and what they will take."""
    from lastresort.cli.tables import print_document, print_table

    found = api.status(directory)
    if json:
        print_document(found.document(failures))
        return
    print_table(found.title, found.rows)
    typer.echo(found.sentence)
    if failures and found.failures:
        print_table("failed runs", found.failure_rows)
    if traceback:
        show_tracebacks(found.tracebacks)
