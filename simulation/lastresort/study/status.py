"""How far a study is, and what can go: from names of folders alone, so that a large store is no matter."""

import shutil
from dataclasses import dataclass

from lastresort.study.store import Failures
from lastresort.study.study_folder import StudyFolder


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the runs of one scenario are: how many there are, are done, and have failed when last tried."""

    scenario: str
    total: int
    done: int
    failed: int

    @property
    def left(self) -> int:
        """Runs that were not tried, or were under way when the study was stopped."""
        return self.total - self.done - self.failed


def standings(folder: StudyFolder) -> list[Standing]:
    """Return how far each scenario of a study is, in their order."""
    declared = folder.declaration
    done, failed = set(folder.store.keys()), Failures(folder.store.directory).keys()
    found = []
    for scenario in declared.worlds:
        keys = declared.keys(scenario).values()
        finished = sum(key in done for key in keys)
        found.append(Standing(scenario, len(keys), finished, sum(key in failed and key not in done for key in keys)))
    return found


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected as garbage: runs that belong to no cell of the study, and bytes on the disk."""

    runs: int
    size: int


def collect_garbage(folder: StudyFolder, dry_run: bool) -> Collected:
    """Remove runs that the study as declared does not need, what killed processes left, and empty claims.

    With `dry_run` nothing is removed.
    """
    declared, store = folder.declaration, folder.store
    needed = {key for scenario in declared.worlds for key in declared.keys(scenario).values()}
    unneeded = list(set(store.keys()) - needed)
    size = sum(file.stat().st_size for key in unneeded for file in store.folder(key).iterdir())
    if not dry_run:
        for key in unneeded:
            store.remove(key)
        failures = Failures(store.directory)
        for key in failures.keys() - needed:
            failures.take_back(key)
        store.sweep()
        if store.unfinished.is_dir() and not any(store.unfinished.iterdir()):
            shutil.rmtree(store.unfinished)
    return Collected(len(unneeded), size)
