"""`lastresort study`: hundreds to hundreds of thousands of runs that are declared before, resumable and checked."""

import typer

from lastresort.cli.study import export, garbage, resume, run, select, status, verify

app = typer.Typer(no_args_is_help=True, help="Run a study file, see how far a study is, resume it, clean up after it.")

app.command("run")(run.run)
app.command("select")(select.select)
app.command("status")(status.status)
app.command("resume")(resume.resume)
app.command("gc")(garbage.gc)
app.command("verify")(verify.verify)
app.command("export")(export.export)
