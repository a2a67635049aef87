"""`lastresort run`: one policy, one seed."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import PATIENCE, Json, Patience, Plugins, Without

if TYPE_CHECKING:
    from lastresort.simulation.recording.record import RunRecord
    from lastresort.simulation.stage_clock import StageTime


def run(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    policy: Annotated[str, typer.Argument(help="Name of a policy, or a YAML file.")],
    seed: Annotated[int, typer.Option(help="Seed of the run.")] = 1,
    plugin: Plugins = None,
    without: Without = None,
    patience: Patience = PATIENCE,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder to write the record to; must be new.")] = None,
    profile: Annotated[bool, typer.Option("--profile", help="Also print where the run's CPU time went.")] = False,
    json: Json = False,
) -> None:
    """Simulate one policy with one seed and print how the crash went and who paid."""
    from lastresort.cli.tables import print_document, print_table
    from lastresort.simulation.recording.record import LAYERS
    from lastresort.simulation.stage_clock import StageClock
    from lastresort.study import simulate_once

    clock = StageClock() if profile else None
    record = simulate_once(scenario, policy, seed, tuple(plugin or ()), out, patience, clock)
    times = list(clock.times(record.totals["cpu_seconds"])) if clock else []
    if json:
        print_document(_document(record) | ({"profile": [asdict(one) for one in times]} if clock else {}))
        return
    print_table(f"{record.scenario}, {record.policy}, seed {record.seed}: the crash", _crash(record))
    paid = [{"payer": name, "USD": f"{record.totals[name]:,.0f}"} for name in ("deficit", *LAYERS)]
    print_table("who paid, USD", paid)
    if times:
        print_table(f"where {record.totals['cpu_seconds']:.2f} s of CPU time went", [_time(one) for one in times])
    if out:
        typer.echo(out)


def _time(one: "StageTime") -> dict[str, str]:
    seconds, share = f"{one.cpu_seconds:.2f}", f"{100 * one.share:.1f}"
    return {"stage": one.stage, "CPU s": seconds, "share, %": share, "calls": f"{one.calls:,}"}


def _document(record: "RunRecord") -> dict[str, Any]:
    return {
        "scenario": record.scenario,
        "policy": record.policy,
        "seed": record.seed,
        "totals": record.totals,
        "crash": _crash(record),
    }


def _crash(record: "RunRecord") -> list[dict[str, str]]:
    """One row per tier: how deep the price fell, how deep without trading, how thin the books became."""
    books = record.books
    weighted = books.assign(
        fall=books["trough"] * books["open_interest_start"],
        news=books["exogenous_trough"] * books["open_interest_start"],
        liquidated=books["liquidated_long"] + books["liquidated_short"],
    )
    rows = weighted.groupby("tier", sort=False).agg(
        start=("open_interest_start", "sum"),
        fall=("fall", "sum"),
        news=("news", "sum"),
        depth=("min_depth", "min"),
        liquidated=("liquidated", "sum"),
        deleveraged=("deleveraged", "sum"),
    )
    return [
        {
            "tier": str(tier),
            "trough, %": f"{100 * row.fall / row.start:.1f}",
            "without trading, %": f"{100 * row.news / row.start:.1f}",
            "thinnest book, %": f"{100 * row.depth:.1f}",
            "liquidated, B USD": f"{row.liquidated / 1e9:.2f}",
            "deleveraged, B USD": f"{row.deleveraged / 1e9:.2f}",
        }
        for tier, row in rows.iterrows()
    ]
