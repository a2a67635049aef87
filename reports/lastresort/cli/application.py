"""The program `lastresort`: its commands, its version, and how it fails."""

import gc
import os
import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from lastresort.cli import (
    audit,
    axioms,
    check,
    compare,
    decompose,
    explain,
    listing,
    new,
    report,
    run,
    sensitivity,
    study,
    validate,
)

FAILED_CHECK = 1
BAD_INPUT = 2


class OneLineErrors(TyperGroup):
    """Commands whose expected failures come out as one line on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except typer.Exit:
            raise
        except Exception as error:
            code = _exit_code(error)
            if code is None:
                raise
            typer.echo(f"error: {' '.join(str(error).split())}", err=True)
            raise typer.Exit(code) from error
        except KeyboardInterrupt:
            typer.echo("interrupted: finished runs are kept, and the same command resumes", err=True)
            raise


def _exit_code(error: Exception) -> int | None:
    """Late imports: a program that does not fail need not load what could."""
    from lastresort.plugins.errors import InputError
    from lastresort.study.run import RunError

    if isinstance(error, InputError):
        return BAD_INPUT
    return FAILED_CHECK if isinstance(error, RunError) else None


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
    warnings.formatwarning = lambda message, *place, **more: f"warning: {message}\n"
    app()
