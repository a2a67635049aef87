"""`lastresort study gc`: remove what a study does not need."""

from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.study.options import Directory


def gc(
    directory: Directory,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")] = False,
) -> None:
    """Remove runs that the study as declared does not need, measurements by other scores, and what was set aside."""
    found = api.collect_garbage(directory, dry_run)
    verb = "would remove" if dry_run else "removed"
    versions = f"measurements by {found.measurements:,} other versions of the scores"
    damaged = f"{found.damaged:,} damaged files or runs that were set aside"
    typer.echo(f"{verb} {found.runs:,} runs, {versions} and {damaged}, {found.size / 1e6:,.1f} MB")
