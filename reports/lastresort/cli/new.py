"""`lastresort new`: a rule to start from."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

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
) -> None:
    """Write a mechanism to one file, which runs at once with --plugin."""
    from lastresort.plugins.scaffold import new_mechanism

    _show(*new_mechanism(name, tier, Path()))


@app.command()
def package(name: Name) -> None:
    """Write a distribution: entry point, rule, policy, test, README and continuous integration."""
    from lastresort.plugins.scaffold import new_package

    _show(*new_package(name, Path()))


def _show(written: Path, steps: Sequence[str]) -> None:
    typer.echo("\n".join([f"wrote {written}", "", "Next:", *(f"  {step}" for step in steps)]))
