"""`lastresort sensitivity run`: a sensitivity file, or the built-in assumptions on a scenario, from runs to answers."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import CORES, Fresh, Jobs, Json, Scheduler, Without

if TYPE_CHECKING:
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores.sensitivity.sensitivity_file import SensitivityFile
    from lastresort.scores.sensitivity.sensitivity_plan import SensitivityPlan
    from lastresort.study.planning import Override


def run(
    what: Annotated[
        str, typer.Argument(metavar="FILE|SCENARIO", help="A sensitivity file, or the name of a scenario.")
    ],
    method: Annotated[str | None, typer.Option(help="morris, sobol or both.", show_default="the file's")] = None,
    trajectories: Annotated[
        int | None, typer.Option(help="Trajectories of Morris.", show_default="the file's, or 20")
    ] = None,
    samples: Annotated[
        int | None, typer.Option(help="Base samples of Sobol, a power of two.", show_default="the file's, or 128")
    ] = None,
    replicates: Annotated[
        int | None, typer.Option(help="Groups of seeds, the levels of chance.", show_default="the file's, or 8")
    ] = None,
    confirm: Annotated[
        int | None,
        typer.Option(
            metavar="SEEDS",
            help="Run both ends of the most important factors on so many seeds.",
            show_default="the file's, or none",
        ),
    ] = None,
    policies: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Two policies or more.", show_default="the file's")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="A number to change; may be given several times."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the analysis.", show_default="results/<name>")
    ] = None,
    jobs: Jobs = CORES,
    scheduler: Scheduler = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many runs there are and how long they take.")
    ] = False,
    without: Without = None,
    fresh: Fresh = False,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the folder and nothing else.")] = False,
) -> None:
    """Vary assumptions, thresholds and the seed together: what do differences between policies hang on?

    Exit code 1 if a policy failed in a run. Finished runs are kept: the same command resumes after an interruption.
    """
    from lastresort.scores.sensitivity.folder import SensitivityFolder
    from lastresort.scores.sensitivity.library import library_version
    from lastresort.study.experiment import check_jobs
    from lastresort.study.planning import parse_override

    check_jobs(jobs)
    library_version()
    options = {
        "method": method,
        "trajectories": trajectories,
        "samples": samples,
        "replicates": replicates,
        "confirm_seeds": confirm,
        "policies": [word.strip() for word in policies.split(",") if word.strip()] if policies else None,
    }
    plan, catalogue = _planned(what, options, [parse_override(text) for text in setting or ()])
    folder = SensitivityFolder(out or Path("results") / plan.name)
    if dry_run:
        from lastresort.cli.sensitivity.dry_run import show_forecast

        show_forecast(plan, catalogue, folder, jobs, json)
        return
    if fresh:
        folder.store.clear()
    from lastresort.api.sensitivity_run import do
    from lastresort.cli.progress import show_progress
    from lastresort.cli.sensitivity.told import tell
    from lastresort.study.executors import executor

    tell(
        do(plan, catalogue, folder, executor(jobs, scheduler), partial(show_progress, quiet)),
        folder.directory,
        json,
        quiet,
    )


def _planned(
    what: str, options: Mapping[str, Any], overrides: "Sequence[Override]"
) -> "tuple[SensitivityPlan, Catalogue]":
    """Return the plan, and a catalogue with the scores, which take a while to load."""
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores import registration

    file = _read(what).with_options({name: value for name, value in options.items() if value is not None})
    catalogue = Catalogue.load(file.plugin_files, (registration,))
    judging = [name for name, (_, score) in catalogue.scores.items() if score.direction != "descriptive"]
    return file.plan(catalogue, judging, overrides), catalogue


def _read(what: str) -> "SensitivityFile":
    """The file of that name, or what is built in for the scenario of that name."""
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.plugins.errors import InputError, did_you_mean, one_of
    from lastresort.scores.sensitivity.sensitivity_file import SensitivityFile

    if Path(what).suffix in (".yaml", ".yml"):
        return SensitivityFile.read(Path(what))
    known = sorted(Catalogue.load().scenarios)
    if what not in known:
        hint = did_you_mean(what, known)
        raise InputError(f"found '{what}'; allowed: a YAML file, or a scenario: {one_of(known)}{hint}")
    return SensitivityFile.of_scenario(what)
