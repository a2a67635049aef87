"""`lastresort check`: does a mechanism keep its promises?"""

from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.one_line_errors import show_tracebacks
from lastresort.cli.options import PATIENCE, Debug, Json, Parameters, Patience, Plugins, Traceback, Without


def check(
    target: Annotated[str, typer.Argument(metavar="NAME|FILE", help="Name of a mechanism, or a Python file of them.")],
    examples: Annotated[int, typer.Option(min=1, help="Number of crashes to draw.")] = 25,
    parameters: Parameters = None,
    plugin: Plugins = None,
    without: Without = None,
    patience: Patience = PATIENCE,
    debug: Debug = False,
    traceback: Traceback = False,
    json: Json = False,
) -> None:
    """Check mechanisms against the contract, in the small crash and in books drawn at random; exit code 1 on a breach.

    A mechanism can claim an exemption from a check, with a reason; parameters have their defaults, but for --with. Only
    a stage of a policy with role: reference may use Payer.BACKSTOP.
    """
    from lastresort.cli.tables import print_document, print_table

    found = api.check(target, examples, plugin or (), parameters or (), patience=patience)
    if json:
        print_document(found.document())
    else:
        for name in found.findings:
            print_table(name, found.of(name))
    if traceback:
        show_tracebacks(found.tracebacks)
    if not found.passed:
        raise typer.Exit(1)
