"""What is damaged in a folder is set aside, and made again where runs can be done again."""

from collections.abc import Sequence
from pathlib import Path

from lastresort.analysis.decompose.direct_parts import read_direct
from lastresort.api.publication import publish_together, score
from lastresort.api.studies import resume, with_scores
from lastresort.experiments.design import Design
from lastresort.experiments.executors import executor
from lastresort.experiments.folders.cells import Part
from lastresort.experiments.folders.comparison_folder import REPORTS, SCORES
from lastresort.experiments.folders.damages import clear_damages
from lastresort.experiments.folders.declaration import DECLARATION, designs_of
from lastresort.experiments.folders.manifest import MANIFEST
from lastresort.experiments.folders.results import Cell, Results
from lastresort.experiments.folders.study_folder import PRIMARY, SELECTION, StudyFolder
from lastresort.experiments.runner import Progress, run_comparisons, run_tasks
from lastresort.experiments.store import Failures, Profiles, RunStore, is_there, set_aside
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse
from lastresort.scores.table import journal_of


def repaired(folder: Path, plugin_files: tuple[Path, ...], jobs: int) -> None:
    """Set aside what is damaged in the folder of a comparison or study, with a warning for each, and make it again.

    Of a study that is not finished, damaged runs are done again and no others. Raises InputError where the folder does
    not say any more what was run, or this version would do other runs, and RunError as `run_comparisons`.
    """
    study = StudyFolder(folder)
    if not is_there(folder / DECLARATION):
        _compare_again(Results.read(folder), plugin_files, jobs)
    elif is_there(folder / PRIMARY):
        resume(folder, plugin_files, jobs=jobs)
    else:
        _run_again(study, plugin_files, jobs)
    _clear_measurements(study.store)
    clear_damages(folder, SELECTION, (), study.store.directory)


def set_forged_aside(parts: Sequence[Part], cells: Sequence[Cell]) -> None:
    """Set runs aside that are sealed and yet are not what they should be, with all that was measured in their store."""
    store = parts[0].store
    for key in dict.fromkeys(cell.key for cell in cells):
        set_aside(store.folder(key), store.directory, "differs from what it comes to here")
    set_aside(journal_of(store).folder, store.directory, "holds measurements that runs do not bear out")


def _compare_again(results: Results, plugin_files: tuple[Path, ...], jobs: int) -> None:
    directory, store = results.directory, results.store
    catalogue, _ = with_scores(plugin_files)
    policies = tuple(map(Policy.model_validate, results.manifest["policies"]))
    patience = results.manifest["patience"]
    design = Design(results.scenario, policies, results.seeds, catalogue, plugin_files, patience)
    _refuse_other_runs(results, design)
    rehearse(policies, catalogue, plugin_files, patience)
    read_direct(results)
    clear_damages(directory, MANIFEST, (*SCORES, *REPORTS), store.directory)
    reports = [directory / name for name in REPORTS if is_there(directory / name)]
    again = run_comparisons({directory: design}, store, executor(jobs), _unseen)
    scored = [score(one, catalogue) for one in again]
    if reports:
        publish_together(scored, reports, catalogue)


def _refuse_other_runs(results: Results, design: Design) -> None:
    known = {step.use for policy in design.policies for step in policy.waterfall} <= design.catalogue.mechanisms.keys()
    if not (known and results.keys.items() <= design.keys().items()):
        raise InputError(
            f"'{results.directory}' cannot be repaired here, where its runs would be others: use the version of "
            "lastresort and the --plugin files that made it, or run the comparison again"
        )


def _run_again(study: StudyFolder, plugin_files: tuple[Path, ...], jobs: int) -> None:
    """Do the runs of an unfinished study again that are there and damaged."""
    plan, store = study.resumable(plugin_files), study.store
    catalogue, _ = with_scores(plan.plugin_files)
    designs = designs_of(plan, catalogue, study.declaration.seeds)
    tasks = {task.key: task for design in designs.values() for task in design.tasks()}
    damaged = [task for key, task in tasks.items() if is_there(store.folder(key)) and not store.sound(key)]
    rehearse(plan.policies, catalogue, plan.plugin_files, plan.patience)
    run_tasks(damaged, store, executor(jobs), _unseen)


def _clear_measurements(store: RunStore) -> None:
    """Set damaged measurements and records of failures aside; whoever needs them measures and tries again."""
    journal, failures = journal_of(store), Failures(store.directory)
    journal.read()
    profiles = Profiles(journal.folder)
    for key in profiles.stored:
        profiles.read(key)
    for key in filter(failures.flaw, failures.keys()):
        failures.take_back(key)


def _unseen(step: Progress) -> None:
    """Nobody watches."""
