"""`lastresort sensitivity`: which assumptions a score hangs on, and which of them would flip the ranking."""

import typer

from lastresort.cli.sensitivity import run, show

app = typer.Typer(no_args_is_help=True, help="Which assumptions a score hangs on, and which would flip the ranking.")

app.command("run")(run.run)
app.command("show")(show.show)
