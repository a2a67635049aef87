"""How far a study is, and what can go from its folder."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lastresort.api.shown import Shown
from lastresort.api.spelled import spelled
from lastresort.experiments.folders.status import Collected, FailedRun, Standing, failed_runs, standings
from lastresort.experiments.folders.status import collect_garbage as collected
from lastresort.experiments.folders.study_folder import PRIMARY, StudyFolder
from lastresort.experiments.keys import fingerprint

UNSEEN = "; runs are counted by name and not looked into, which 'lastresort verify' does"


@dataclass(frozen=True, repr=False)
class StudyStatus(Shown):
    """How far each scenario of a study is, and the runs that failed when they were last tried."""

    name: str
    finished: bool
    scenarios: tuple[Standing, ...]
    failures: tuple[FailedRun, ...]

    @property
    def title(self) -> str:
        """What the study is called."""
        return self.name

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each scenario."""
        return [_row(one) for one in self.scenarios]

    @property
    def failure_rows(self) -> list[dict[str, str]]:
        """A row for each run that failed, with the reason."""
        told = ("scenario", "policy", "seed", "reason")
        return [{name: str(getattr(one, name)) for name in told} for one in self.failures]

    @property
    def tracebacks(self) -> list[str]:
        """The ways through the code of plugins to failures, each once."""
        return [way for way in dict.fromkeys(one.traceback for one in self.failures) if way]

    @property
    def sentence(self) -> str:
        """How many runs are done, have failed and are left, and what they will take."""
        found = self.scenarios
        told = f"{sum(one.done for one in found):,} of {sum(one.total for one in found):,} runs done"
        failed, left = sum(one.failed for one in found), sum(one.left for one in found)
        told += f", {failed:,} failed, {left:,} left"
        known = [one.cpu_seconds_left for one in found if one.cpu_seconds_left is not None]
        if left and len(known) == len(found):
            told += f", about {spelled(sum(known))} of one core"
        told += "; finished" if self.finished else "; not finished: 'lastresort study resume' does the rest"
        return told + UNSEEN

    def document(self, failures: bool = True) -> dict[str, Any]:
        """Everything as JSON has it, failures if they are wanted."""
        told = {"finished": self.finished, "scenarios": [_document(one) for one in self.scenarios]}
        return told | ({"failures": [asdict(one) for one in self.failures]} if failures else {})


def status(directory: str | Path) -> StudyStatus:
    """Say how many runs of a study are done, have failed and are left; InputError where there is no study."""
    folder = StudyFolder(Path(directory))
    return StudyStatus(
        name=folder.declaration.plan.name,
        finished=(folder.directory / PRIMARY).is_file(),
        scenarios=tuple(standings(folder)),
        failures=tuple(failed_runs(folder)),
    )


def collect_garbage(directory: str | Path, dry_run: bool = False) -> Collected:
    """Remove runs that a study as declared does not need, measurements by other scores, and what was set aside.

    With `dry_run` nothing is removed, and only counted.
    """
    return collected(StudyFolder(Path(directory)), dry_run, fingerprint("lastresort.scores")[:12])


def _row(one: Standing) -> dict[str, str]:
    return {
        "scenario": one.scenario,
        "runs": f"{one.total:,}",
        "done": f"{one.done:,}",
        "failed": f"{one.failed:,}",
        "left": f"{one.left:,}",
        "CPU left": "not known" if one.cpu_seconds_left is None else spelled(one.cpu_seconds_left),
    }


def _document(one: Standing) -> dict[str, Any]:
    return {
        "scenario": one.scenario,
        "runs": one.total,
        "done": one.done,
        "failed": one.failed,
        "left": one.left,
        "cpu_seconds_left": one.cpu_seconds_left,
    }
