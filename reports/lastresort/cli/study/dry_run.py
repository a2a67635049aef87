"""What a study would take, before it takes it."""

from typing import Any

import typer

from lastresort.cli.progress import spelled
from lastresort.cli.tables import print_document, print_table
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.rehearsal import rehearse
from lastresort.study.folders.declaration import designs_of
from lastresort.study.folders.study_folder import StudyFolder
from lastresort.study.forecast import Forecast, forecast
from lastresort.study.planning import Plan


def show_forecast(
    plan: Plan, catalogue: Catalogue, folder: StudyFolder, jobs: int, until_precise: bool, json: bool
) -> None:
    """Print the number of runs, time and disk of a plan; with `until_precise`, those of its first stage.

    Nothing is written.
    """
    precision = plan.precision if until_precise else None
    seeds = tuple(range(plan.seeds[0], plan.seeds[0] + precision.first_stage)) if precision else plan.seeds
    rehearse(plan.policies, catalogue, plan.plugin_files, plan.patience)
    found = forecast(designs_of(plan, catalogue, seeds), folder.store)
    most = precision.most_seeds / precision.first_stage if precision else 1.0
    if json:
        print_document({"study": plan.name, "jobs": jobs, "most": most, "scenarios": [_document(one) for one in found]})
        return
    print_table(f"{plan.name}: {len(plan.policies)} policies, {len(seeds)} seeds", [_row(one, jobs) for one in found])
    seconds, size = sum(one.seconds for one in found), sum(one.size for one in found)
    typer.echo(f"{sum(one.left for one in found):,} runs to do, about {spelled(seconds / jobs)}, {_bytes(size)}")
    if precision:
        typer.echo(f"that is the first stage; {precision.most_seeds} seeds would be {most:.3g} times as many runs")
    typer.echo("means of the runs that were measured; other rules may take longer; scoring comes on top")


def _row(one: Forecast, jobs: int) -> dict[str, str]:
    return {
        "scenario": one.scenario,
        "runs": f"{one.total:,}",
        "done": f"{one.done:,}",
        "to do": f"{one.left:,}",
        "CPU s a run": f"{one.cost.seconds:.2f}",
        f"time, {jobs} jobs": spelled(one.seconds / jobs),
        "disk": _bytes(one.size),
        "measured": f"{one.cost.what} ({one.cost.runs})",
    }


def _document(one: Forecast) -> dict[str, Any]:
    return {
        "scenario": one.scenario,
        "runs": one.total,
        "done": one.done,
        "cpu_seconds": one.seconds,
        "bytes": one.size,
        "measured": {"runs": one.cost.runs, "what": one.cost.what, "cpu_seconds_a_run": one.cost.seconds},
    }


def _bytes(size: float) -> str:
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"
