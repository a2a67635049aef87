"""Sensitivity analyses from a program: planned, and done in their folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lastresort.analysis.sensitivity import Sensitivity
from lastresort.analysis.sensitivity.analysis_run import AnalysisRun
from lastresort.analysis.sensitivity.folder import SensitivityFolder
from lastresort.analysis.sensitivity.library import library_version
from lastresort.analysis.sensitivity.planning import placing_of
from lastresort.analysis.sensitivity.point_runs import PointRuns
from lastresort.analysis.sensitivity.sensitivity_file import SensitivityFile
from lastresort.analysis.sensitivity.sensitivity_plan import SensitivityPlan
from lastresort.api import CORES
from lastresort.api.given_rules import Given, plugin_files_of, policies_of
from lastresort.api.studies import Settings, overrides_of, with_scores
from lastresort.api.watching import Watching, nobody
from lastresort.experiments.executors import Executor, executor
from lastresort.experiments.experiment import check_jobs
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.rehearsal import rehearse


def sensitivity(
    what: str | Path | SensitivityFile,
    out: str | Path | None = None,
    settings: Settings = (),
    options: Mapping[str, Any] | None = None,
    policies: Sequence[Given] = (),
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
    scheduler: str = "",
    fresh: bool = False,
    watching: Watching = nobody,
) -> Sensitivity:
    """Vary assumptions, thresholds and the seed together, and say what differences between policies hang on.

    `what` is a sensitivity file, a `SensitivityFile`, or the name of a scenario, for the built-in assumptions. `out` is
    the folder, `results/<name>` if not given: finished runs in it are kept and reused, unless all are to be `fresh`.
    `options` replace keys of the file, as in `{"trajectories": 4}`; `settings` are numbers to change before anything is
    varied. `policies` take the place of the file's, and they and `plugins` are given as for `compare`.

    Raises InputError before anything runs. Runs that failed are in `failed`, their points are left out.
    """
    check_jobs(jobs)
    file = analysis(what, options or {}, policies, plugins, out)
    plan, catalogue = planned(file, settings)
    folder = folder_of(file, out)
    if fresh:
        folder.store.clear()
    return _do(plan, catalogue, folder, executor(jobs, scheduler), watching)


def open_sensitivity(directory: str | Path) -> Sensitivity:
    """Open the folder of a finished analysis; nothing runs, and SALib is not needed. InputError where it is damaged."""
    return Sensitivity.read(Path(directory))


def folder_of(file: SensitivityFile, out: str | Path | None) -> SensitivityFolder:
    """Where an analysis goes."""
    return SensitivityFolder(Path(out) if out else Path("results") / file.name)


def analysis(
    what: str | Path | SensitivityFile,
    options: Mapping[str, Any],
    policies: Sequence[Given],
    plugins: Sequence[str | Path],
    out: str | Path | None,
) -> SensitivityFile:
    """What is declared, with whatever takes the place of it; InputError, also where SALib is not installed."""
    library_version()
    file = _read(what).with_options(options)
    files = (*map(Path, plugins), *plugin_files_of(policies, folder_of(file, out).directory))
    return file.between(policies_of(policies), files)


def planned(file: SensitivityFile, settings: Settings) -> tuple[SensitivityPlan, Catalogue]:
    """Return the plan, and a catalogue with the scores; raises InputError."""
    overrides = overrides_of(settings)
    catalogue, judging = with_scores(file.plugin_files)
    return file.plan(catalogue, judging, overrides), catalogue


def _read(what: str | Path | SensitivityFile) -> SensitivityFile:
    """The file of that name, or what is built in for the scenario of that name."""
    if isinstance(what, SensitivityFile):
        return what
    if Path(what).suffix in (".yaml", ".yml"):
        return SensitivityFile.read(Path(what))
    known = sorted(contained().scenarios)
    if what not in known:
        hint = did_you_mean(str(what), known)
        raise InputError(f"found '{what}'; allowed: a YAML file, or a scenario: {one_of(known)}{hint}")
    return SensitivityFile.of_scenario(str(what))


def _do(
    plan: SensitivityPlan, catalogue: Catalogue, folder: SensitivityFolder, executor: Executor, watching: Watching
) -> Sensitivity:
    """Do what is left to do of a plan, and write and return what came of it.

    Raises InputError before anything runs or is written, and RunError as the executor does.
    """
    rehearse(plan.policies, catalogue, plan.plugin_files, plan.patience)
    placing = placing_of(plan, catalogue)
    folder.claim(plan)
    with watching(None, folder.directory) as advance:
        points = PointRuns(
            catalogue, folder.store, executor, advance, {}, set(), plan.plugin_files, plan.patience, plan.brought
        )
        found = AnalysisRun(plan, placing, points.measure).run()
    return folder.finish(plan, found, tuple(points.failed.values()), len(points.seen))
