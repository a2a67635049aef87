"""The best policy of each scenario of a study, with a guarantee, and no more runs than that takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lastresort.api import CORES
from lastresort.api.given_rules import Given
from lastresort.api.policy_search import Search, goal_of
from lastresort.api.shown import Shown
from lastresort.api.studies import Settings, overrides_of, planned, study_file
from lastresort.api.watching import Watching, nobody
from lastresort.experiments.executors import executor
from lastresort.experiments.experiment import check_jobs
from lastresort.experiments.planning import StudyFile


@dataclass(frozen=True, repr=False)
class BestPolicies(Shown):
    """The best policy of each scenario, as selection.json has it, and the folder of the study."""

    directory: Path
    told: Mapping[str, Any]

    @property
    def failed(self) -> tuple[str, ...]:
        """A sentence for each policy that failed and is out of the race."""
        return tuple(_failure(race["scenario"], one) for race in self.told["scenarios"] for one in race["failed"])

    @property
    def title(self) -> str:
        """By what they are the best."""
        by = f"{self.told['score']}, {self.told['direction']}"
        return f"the best by {by}; guarantee: probability that it is selected, per scenario"

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each scenario."""
        return [_row(one) for one in self.told["scenarios"]]

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it, with the folder."""
        return {"directory": str(self.directory)} | dict(self.told)


def select(
    what: str | Path | StudyFile,
    score: str,
    difference: float | None = None,
    out: str | Path | None = None,
    settings: Settings = (),
    policies: Sequence[Given] = (),
    plugins: Sequence[str | Path] = (),
    *,
    first_stage: int = 20,
    most_seeds: int = 200,
    confidence: float = 0.95,
    jobs: int = CORES,
    scheduler: str = "",
    fresh: bool = False,
    watching: Watching = nobody,
) -> BestPolicies:
    """Find the best policy of each scenario of a study by Kim and Nelson: all run at first, then those not beaten.

    `difference` is the smallest of interest, in the score's unit; the score's own if not given. Every policy runs on
    `first_stage` seeds, and an open race ends after `most_seeds`; the best is selected with probability `confidence`.
    Other arguments are those of `study`, whose runs are shared. Raises InputError before anything runs, or where the
    score is not defined in a run. Policies that failed are in `failed`.
    """
    check_jobs(jobs)
    file, folder = study_file(what, out, policies, plugins)
    plan, catalogue = planned(file, overrides_of(settings))
    goal = goal_of(score, catalogue, difference, first_stage, most_seeds, confidence)
    if fresh:
        folder.store.clear()
    told = Search(folder, plan, catalogue, executor(jobs, scheduler), goal, watching).run()
    return BestPolicies(folder.directory, told)


def _row(one: Mapping[str, Any]) -> dict[str, str]:
    dropped = sorted(one["dropped"], key=lambda lost: -int(lost["seeds"]))
    return {
        "scenario": one["scenario"],
        "best": one["best"] or "undecided",
        "still in": "\n".join(name for name in one["survivors"] if name != one["best"]),
        "dropped after seeds": "\n".join(f"{lost['policy']} {lost['seeds']:,}" for lost in dropped),
        "seeds": f"{one['seeds']:,}",
        "runs": f"{one['runs']:,}",
        "guarantee": one["guarantee"],
    }


def _failure(scenario: str, one: Mapping[str, Any]) -> str:
    return (
        f"policy '{one['policy']}' failed on seed {one['seed']} of scenario '{scenario}' and is out of the race; "
        f"{one['what happened']}"
    )
