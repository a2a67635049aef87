"""Studies from a program: declared in a file or in an object, run, scored and answered in their folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastresort.api import CORES
from lastresort.api.finished_study import stored
from lastresort.api.given_rules import Given, plugin_files_of, policies_of
from lastresort.api.study_answers import StudyAnswers
from lastresort.api.watching import Watching, nobody
from lastresort.experiments.executors import executor
from lastresort.experiments.experiment import check_jobs
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.planning import Override, StudyFile, parse_override
from lastresort.experiments.planning.overrides import checked
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.isolation.contained import contained

if TYPE_CHECKING:
    from lastresort.experiments.planning import Plan

Settings = Mapping[str, Any] | Sequence[str]
"""Numbers to change: values by path, or texts such as `scenarios.*.clock.duration=7200`."""


def study(
    what: str | Path | StudyFile,
    out: str | Path | None = None,
    settings: Settings = (),
    policies: Sequence[Given] = (),
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
    scheduler: str = "",
    until_precise: bool = False,
    fresh: bool = False,
    watching: Watching = nobody,
) -> StudyAnswers:
    """Run a study and answer its primary comparisons.

    `what` is a study file, or a `StudyFile`, which says the same in Python. `out` is its folder, `results/<name>` if
    not given: finished runs in it are kept and reused, unless all are to be `fresh`, and nothing is done where nothing
    is left. `settings` are numbers to change. `policies` and `plugins`, given as for `compare`, take part beside those
    of the file. `until_precise` adds seeds until the declared precision is reached.

    Raises InputError before anything runs, and RunError where nothing can be compared. Policies that failed are out of
    the ranking, and in `failed`.
    """
    check_jobs(jobs)
    changed = overrides_of(settings)
    file, folder = study_file(what, out, policies, plugins)
    if fresh:
        folder.store.clear()
    told = stored(file, changed, folder, until_precise)
    if told is None:
        plan, catalogue = planned(file, changed)
        told = _answered(folder, plan, catalogue, jobs, scheduler, until_precise, watching)
    return StudyAnswers(folder.directory, told)


def resume(
    directory: str | Path,
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
    scheduler: str = "",
    fresh: bool = False,
    watching: Watching = nobody,
) -> StudyAnswers:
    """Do what is left of a study as it was declared, `until_precise` included, without its study file.

    A folder may come from a stranger, so it runs no code by itself: its plugin files are given again.
    """
    check_jobs(jobs)
    folder = StudyFolder(Path(directory))
    plan = folder.resumable(tuple(map(Path, plugins)))
    until_precise = folder.declaration.until_precise
    if fresh:
        folder.store.clear()
    catalogue, _ = with_scores(plan.plugin_files)
    told = _answered(folder, plan, catalogue, jobs, scheduler, until_precise, watching)
    return StudyAnswers(folder.directory, told)


def study_file(
    what: str | Path | StudyFile, out: str | Path | None, policies: Sequence[Given], plugins: Sequence[str | Path]
) -> tuple[StudyFile, StudyFolder]:
    """What is declared, with whoever joins in, and where it goes; InputError where a file cannot be read."""
    file = what if isinstance(what, StudyFile) else StudyFile.read(Path(what))
    folder = StudyFolder(Path(out) if out else Path("results") / file.name)
    files = (*map(Path, plugins), *plugin_files_of(policies, folder.directory))
    return file.joined_by(policies_of(policies), files), folder


def overrides_of(settings: Settings) -> list[Override]:
    """What is to be changed; InputError where it is no number by a path."""
    if not isinstance(settings, Mapping):
        return [parse_override(text) for text in settings]
    return [Override(path, checked(value, f"settings, '{path}'"), "settings") for path, value in settings.items()]


def planned(file: StudyFile, overrides: Sequence[Override]) -> "tuple[Plan, Catalogue]":
    """Return the plan, and a catalogue with the scores."""
    catalogue, judging = with_scores(file.plugin_files)
    return file.plan(catalogue, judging, overrides), catalogue


def with_scores(plugin_files: Sequence[Path]) -> tuple[Catalogue, list[str]]:
    """A catalogue with the scores, which take a while to load, and the names of those that judge policies."""
    from lastresort.scores import registration

    catalogue = contained(plugin_files, (registration,))
    return catalogue, [name for name, (_, score) in catalogue.scores.items() if score.direction != "descriptive"]


def _answered(
    folder: StudyFolder,
    plan: "Plan",
    catalogue: Catalogue,
    jobs: int,
    scheduler: str,
    until_precise: bool,
    watching: Watching,
) -> dict[str, Any]:
    from lastresort.api.study_run import StudyRun  # what scores is slow to load

    return StudyRun(folder, plan, catalogue, executor(jobs, scheduler), until_precise, watching).run()
