"""The program `lastresort`: its commands, its version, and how it fails."""

import gc
import os
import warnings
from typing import Annotated

import typer

from lastresort.cli import (
    allocate,
    audit,
    axioms,
    check,
    compare,
    decompose,
    explain,
    listing,
    new,
    replay,
    report,
    run,
    sensitivity,
    study,
    validate,
)
from lastresort.cli.one_line_errors import OneLineErrors, output_that_may_be_full


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"lastresort {version('lastresort')}")
        raise typer.Exit


app = typer.Typer(
    name="lastresort",
    cls=OneLineErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def lastresort(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Compare last-resort rules of derivatives exchanges: who pays, how concentrated is it, whose hedge breaks?"""


app.command("compare")(compare.compare)
app.command("run")(run.run)
app.command("allocate")(allocate.allocate)
app.command("replay")(replay.replay)
app.command("report")(report.report)
app.command("validate")(validate.validate)
app.command("list")(listing.list_names)
app.command("explain")(explain.explain)
app.command("check")(check.check)
app.command("axioms")(axioms.axioms)
app.command("audit")(audit.audit)
app.command("decompose")(decompose.decompose)
app.add_typer(new.app, name="new")
app.add_typer(study.app, name="study")
app.add_typer(sensitivity.app, name="sensitivity")
app.command("verify")(study.verify.verify)


def main() -> None:
    """Run the program; one BLAS thread, because the last bits of a product may depend on their number.

    Warnings come out as one line each, and hypothesis keeps no folder of its own where the user works. What is imported
    is no garbage: looking for some among it after every 700 objects takes an eighth of the start.
    """
    gc.set_threshold(50_000)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.devnull)
    os.environ["MPLBACKEND"] = "agg"  # that of a notebook may not be installed, and figures are written to files
    warnings.formatwarning = lambda message, *place, **more: f"warning: {message}\n"
    with output_that_may_be_full():
        app()
