"""`lastresort audit`: does a conclusion hang on an order that means nothing, or on somebody else's random numbers?"""

from functools import partial
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import CORES, Jobs, Json, Plugins, Without, words


def audit(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    policies: Annotated[
        str, typer.Option(metavar="A,B,...", help="Names, YAML files or suites; the reference always takes part.")
    ] = "core",
    seeds: Annotated[int, typer.Option(min=2, help="Number of seeds, from 1 on.")] = 4,
    jobs: Jobs = CORES,
    plugin: Plugins = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """Play a comparison again with idle agents added and with ties broken otherwise; exit code 1 if that matters.

    Idle agents must change no bit of anybody else's run. Another order of venues, markets, accounts or events of the
    same time may change the last digits, and what a crash makes of them, but no verdict.
    """
    from lastresort.cli.progress import show_progress
    from lastresort.cli.tables import print_document, print_table

    watching = partial(show_progress, False)
    found = api.audit(scenario, words(policies), seeds, plugin or (), jobs=jobs, watching=watching)
    if json:
        print_document(found.document())
    else:
        print_table(found.title, found.rows)
        typer.echo("\n".join(found.sentences))
    if not found.passed:
        raise typer.Exit(1)
