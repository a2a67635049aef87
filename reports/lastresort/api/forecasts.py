"""What a study would take, before it takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lastresort.api import CORES
from lastresort.api.given_rules import Given
from lastresort.api.shown import Shown
from lastresort.api.spelled import bytes_in_words, spelled
from lastresort.api.studies import Settings, overrides_of, planned, study_file
from lastresort.experiments.experiment import check_jobs
from lastresort.experiments.folders.declaration import designs_of
from lastresort.experiments.forecast import Forecast
from lastresort.experiments.forecast import forecast as foreseen
from lastresort.experiments.planning import StudyFile
from lastresort.plugins.rehearsal import rehearse


@dataclass(frozen=True, repr=False)
class Forecasts(Shown):
    """Runs, time and disk of a study by scenario, for so many `jobs`.

    With `most_seeds` it is the first stage of a study that adds seeds, and `most` how many times as many runs there may
    be in the end.
    """

    name: str
    policies: int
    seeds: int
    jobs: int
    scenarios: tuple[Forecast, ...]
    most_seeds: int = 0
    most: float = 1.0

    @property
    def title(self) -> str:
        """What there is to run."""
        return f"{self.name}: {self.policies} policies, {self.seeds} seeds"

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each scenario."""
        return [_row(one, self.jobs) for one in self.scenarios]

    @property
    def sentences(self) -> list[str]:
        """The sum, and how far it is to be believed."""
        left, size = sum(one.left for one in self.scenarios), sum(one.size for one in self.scenarios)
        seconds = sum(one.seconds for one in self.scenarios)
        told = [f"{left:,} runs to do, about {spelled(seconds / self.jobs)}, {bytes_in_words(size)}"]
        if self.most_seeds:
            more = f"{self.most_seeds} seeds would be {self.most:.3g} times as many runs"
            told.append(f"that is the first stage; {more}")
        return [*told, "means of the runs that were measured; other rules may take longer; scoring comes on top"]

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it."""
        scenarios = [_document(one) for one in self.scenarios]
        return {"study": self.name, "jobs": self.jobs, "most": self.most, "scenarios": scenarios}


def forecast(
    what: str | Path | StudyFile,
    out: str | Path | None = None,
    settings: Settings = (),
    policies: Sequence[Given] = (),
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
    until_precise: bool = False,
) -> Forecasts:
    """Say how many runs a study has, how long they take and how much disk; with `until_precise`, its first stage.

    Nothing is written. Arguments are those of `study`; times are of runs in its folder, or of a pilot.
    """
    check_jobs(jobs)
    file, folder = study_file(what, out, policies, plugins)
    plan, catalogue = planned(file, overrides_of(settings))
    precision = plan.precision if until_precise else None
    seeds = tuple(range(plan.seeds[0], plan.seeds[0] + precision.first_stage)) if precision else plan.seeds
    rehearse(plan.policies, catalogue, plan.plugin_files, plan.patience)
    found = foreseen(designs_of(plan, catalogue, seeds), folder.store)
    return Forecasts(
        name=plan.name,
        policies=len(plan.policies),
        seeds=len(seeds),
        jobs=jobs,
        scenarios=tuple(found),
        most_seeds=precision.most_seeds if precision else 0,
        most=precision.most_seeds / precision.first_stage if precision else 1.0,
    )


def _row(one: Forecast, jobs: int) -> dict[str, str]:
    return {
        "scenario": one.scenario,
        "runs": f"{one.total:,}",
        "done": f"{one.done:,}",
        "to do": f"{one.left:,}",
        "CPU s a run": f"{one.cost.seconds:.2f}",
        f"time, {jobs} jobs": spelled(one.seconds / jobs),
        "disk": bytes_in_words(one.size),
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
