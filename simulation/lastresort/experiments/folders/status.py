"""How far a study is, and what can go: from names of folders alone, so that a large store is no matter."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.forecast import mean_seconds
from lastresort.experiments.store import Failures
from lastresort.experiments.store.setting_aside import SET_ASIDE


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the runs of one scenario are: how many there are, are done, and have failed when last tried.

    `cpu_seconds` is what a run takes of one core, from a sample of those that are done; None before there are any.
    """

    scenario: str
    total: int
    done: int
    failed: int
    cpu_seconds: float | None

    @property
    def left(self) -> int:
        """Runs that were not tried, or were under way when the study was stopped."""
        return self.total - self.done - self.failed

    @property
    def cpu_seconds_left(self) -> float | None:
        """Seconds of one core that are left, failed runs not tried again; None where that cannot be told."""
        return 0.0 if self.left == 0 else None if self.cpu_seconds is None else self.left * self.cpu_seconds


def standings(folder: StudyFolder) -> list[Standing]:
    """Return how far each scenario of a study is, in their order."""
    declared = folder.declaration
    done, failed = set(folder.store.keys()), Failures(folder.store.directory).keys()
    found = []
    for scenario in declared.worlds:
        keys = set(declared.keys(scenario).values())
        there = sorted(keys & done)
        cost = mean_seconds(folder.store, there) if there else None
        found.append(Standing(scenario, len(keys), len(there), len(keys & failed - done), cost))
    return found


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that its policy ended when it was last tried; `traceback` is the way through its plugin's code to that."""

    scenario: str
    policy: str
    seed: int
    reason: str
    traceback: str = ""


def failed_runs(folder: StudyFolder) -> list[FailedRun]:
    """Return the runs of a study that failed, with the reasons, in the order of scenarios and seeds."""
    declared, failures = folder.declaration, Failures(folder.store.directory)
    failed = failures.keys()
    return [
        FailedRun(scenario, policy, seed, failures.reason(key), failures.traceback(key))
        for scenario in declared.worlds
        for (policy, seed), key in declared.keys(scenario).items()
        if key in failed and key not in folder.store
    ]


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected as garbage: runs that no cell of the study needs, measurements, and bytes on the disk.

    `measurements` counts the versions of the scores other than the present one that left some, `damaged` what was set
    aside.
    """

    runs: int
    measurements: int
    damaged: int
    size: int


def collect_garbage(folder: StudyFolder, dry_run: bool, scores: str) -> Collected:
    """Remove runs that the study as declared does not need, what was set aside or left by killed processes.

    Measurements by another version of the scores than `scores` go too. With `dry_run` nothing is removed.
    """
    declared, store = folder.declaration, folder.store
    needed = {key for scenario in declared.worlds for key in declared.keys(scenario).values()}
    unneeded = list(set(store.keys()) - needed)
    outdated = [place for place in (store.directory / "scores").glob("*") if place.name != scores]
    damaged = list((store.directory / SET_ASIDE).glob("*"))
    size = sum(_size(place) for place in (*map(store.folder, unneeded), *outdated, *damaged))
    if not dry_run:
        for key in unneeded:
            store.remove(key)
        failures = Failures(store.directory)
        for key in failures.keys() - needed:
            failures.take_back(key)
        for place in (*outdated, *damaged):
            _remove(place)
        store.sweep()
        if store.unfinished.is_dir() and not any(store.unfinished.iterdir()):
            shutil.rmtree(store.unfinished)
    return Collected(len(unneeded), len(outdated), len(damaged), size)


def _size(place: Path) -> int:
    inside = () if place.is_symlink() else place.rglob("*")
    return sum(file.lstat().st_size for file in (place, *inside) if file.is_file())


def _remove(place: Path) -> None:
    """Remove a folder, or whatever else is in its place; links are removed and not followed."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()
