"""How the program fails: one sentence on stderr and an exit code, whatever was expected to go wrong."""

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

FAILED_CHECK = 1
BAD_INPUT = 2

TRACEBACK = "lastresort.traceback"
"""The key under which a command's context knows that tracebacks are wanted."""


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
            if ctx.meta.get(TRACEBACK):
                show_tracebacks([getattr(error, "traceback", "")])
            typer.echo(f"error: {' '.join(str(error).split())}", err=True)
            raise typer.Exit(code) from error
        except KeyboardInterrupt:
            typer.echo("interrupted: finished runs are kept, and the same command resumes", err=True)
            raise


def show_tracebacks(ways: Iterable[str]) -> None:
    """Print ways through the code of plugins on stderr."""
    for way in filter(None, ways):
        typer.echo(f"the way through the plugin's code, the innermost call last:\n{way}\n", err=True)


def _exit_code(error: Exception) -> int | None:
    """Late imports: a program that does not fail need not load what could."""
    from lastresort.api import InputError, PluginEndedError, RunError

    if isinstance(error, InputError):
        return BAD_INPUT
    return FAILED_CHECK if isinstance(error, RunError | PluginEndedError) else None


@contextmanager
def output_that_may_be_full() -> Iterator[None]:
    """Say so where nothing can be printed any more, and lead elsewhere what would be printed at the end."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC or error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        typer.echo(f"error: cannot write the output: {error.strerror}", err=True)
        sys.exit(BAD_INPUT)
