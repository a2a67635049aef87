"""`lastresort run`: one policy, one seed."""

from pathlib import Path
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.options import PATIENCE, Debug, Json, Patience, Plugins, Traceback, Without


def run(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    policy: Annotated[str, typer.Argument(help="Name of a policy, or a YAML file.")],
    seed: Annotated[int, typer.Option(help="Seed of the run.")] = 1,
    plugin: Plugins = None,
    without: Without = None,
    debug: Debug = False,
    traceback: Traceback = False,
    patience: Patience = PATIENCE,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write the record to; must be new.")] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Also print where the run's CPU time went.")] = False,
    json: Json = False,
) -> None:
    """Simulate one policy with one seed and print how the crash went and who paid."""
    from lastresort.cli.tables import print_document, print_table

    found = api.run(scenario, policy, seed, plugin or (), out, patience=patience, profile=profile)
    if json:
        print_document(found.document())
        return
    print_table(f"{found.name}: the crash", found.crash)
    print_table("who paid, USD", [{"payer": name, "USD": f"{value:,.0f}"} for name, value in found.paid.items()])
    if found.times:
        print_table(f"where {found.cpu_seconds:.2f} s of CPU time went", [_time(one) for one in found.times])
    if out:
        typer.echo(out)


def _time(one: "api.StageTime") -> dict[str, str]:
    seconds, share = f"{one.cpu_seconds:.2f}", f"{100 * one.share:.1f}"
    return {"stage": one.stage, "CPU s": seconds, "share, %": share, "calls": f"{one.calls:,}"}
