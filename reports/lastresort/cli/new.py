"""`lastresort new`: a rule to start from."""

from enum import StrEnum
from typing import Annotated

import typer

from lastresort import api

app = typer.Typer(no_args_is_help=True, help="Write a rule to start from: one file, or a distribution around it.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name: small letters, digits and hyphens.")]


class Tier(StrEnum):
    """How much of the contract a rule uses."""

    SIMPLE = "simple"
    FULL = "full"


@app.command()
def mechanism(
    name: Name,
    tier: Annotated[
        Tier, typer.Option(help="simple: who bears a loss; full: parameters, memory, several answers.")
    ] = Tier.SIMPLE,
    derived_from: Annotated[
        str | None, typer.Option("--from", metavar="RULE", help="A built-in rule to copy, with transcript and test.")
    ] = None,
) -> None:
    """Write a mechanism to one file, which runs at once with --plugin: a template, or a copy of a built-in rule."""
    typer.echo(api.new(name, tier.value, derived_from=derived_from))


@app.command()
def package(name: Name) -> None:
    """Write a distribution: entry point, rule, policy, test, README and continuous integration."""
    typer.echo(api.new(name, "package"))
