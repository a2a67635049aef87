"""The search for the best policy of each scenario, from a plan to what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lastresort.api import CORES
from lastresort.api.given_rules import Given
from lastresort.api.race_runs import RaceRuns
from lastresort.api.shown import Shown
from lastresort.api.studies import Settings, overrides_of, planned, study_file
from lastresort.api.watching import Watching, nobody
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse
from lastresort.plugins.replaced_scores import unknown_score
from lastresort.plugins.score import Score
from lastresort.scores.headline import HeadlineScore
from lastresort.scores.seeds.racing import Goal, Race, until_selected
from lastresort.scores.seeds.selection import Selection
from lastresort.scores.table import NEEDED
from lastresort.study.design import REFERENCE
from lastresort.study.executors import Executor, executor
from lastresort.study.experiment import check_jobs
from lastresort.study.folders.declaration import designs_of
from lastresort.study.folders.study_folder import SELECTION, StudyFolder
from lastresort.study.folders.writing import write_json, writing_to
from lastresort.study.keys import engine_version
from lastresort.study.planning import Plan, StudyFile


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


def goal_of(
    name: str, catalogue: Catalogue, difference: float | None, first_stage: int, most_seeds: int, confidence: float
) -> Goal:
    """Return what is looked for; without a `difference` the score's own. InputError for a score that does not fit."""
    allowed = {
        known: score
        for known, (_, score) in catalogue.scores.items()
        if score.direction != "descriptive" and {score.name, score.weight, score.per} <= {*NEEDED, ""}
    }
    if name not in allowed:
        raise InputError(f"--score: {unknown_score(name, allowed)}")
    wanted = _own_difference(allowed[name]) if difference is None else difference
    if not wanted:
        unit = allowed[name].unit
        raise InputError(
            f"the score '{name}' has no smallest difference that is known beforehand: give --difference, in {unit}"
        )
    return Goal(allowed[name], wanted, first_stage, most_seeds, confidence)


def _own_difference(score: Score) -> float:
    """The least difference of interest of a headline score, where it hangs on no run; else 0."""
    return score.least if isinstance(score, HeadlineScore) and not score.least_of else 0.0


@dataclass(frozen=True)
class Search:
    """A search under way: among whom, for what, where, and by whom."""

    folder: StudyFolder
    plan: Plan
    catalogue: Catalogue
    executor: Executor
    goal: Goal
    watching: Watching

    def run(self) -> dict[str, Any]:
        """Do the runs that the search takes, and return what came of it, as it is written to selection.json.

        Raises InputError before anything runs or is written, or where the score is not defined in a run (runs are
        kept, no answer is written), and RunError as `run_designs`.
        """
        plan, contenders = self.plan, self._contenders
        self.goal.check(contenders)
        rehearse(plan.policies, self.catalogue, plan.plugin_files, plan.patience)
        self.folder.open_for(plan)
        with self.watching(None, self.folder.directory) as advance:
            raced = [
                RaceRuns(design, self.folder.store, self.executor, advance)
                for design in designs_of(plan, self.catalogue).values()
            ]
            races = [until_selected(runs.run, contenders, self.goal, plan.seeds[0]) for runs in raced]
        told = _document(plan, self.goal, races, raced)
        with writing_to(self.folder.directory):
            write_json(self.folder.directory / SELECTION, told)
        return told

    @property
    def _contenders(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.plan.policies if one.role == "contender" and one.name != REFERENCE)


def _document(plan: Plan, goal: Goal, races: Sequence[Race], raced: Sequence[RaceRuns]) -> dict[str, Any]:
    """Return what came of the race of each scenario, with everything that decided it."""
    return {
        "study": plan.name,
        "plan": plan.sha256(),
        "engine": engine_version(),
        "score": goal.score.name,
        "direction": goal.score.direction,
        "difference": goal.smallest_difference,
        "confidence": goal.confidence,
        "first_seed": plan.seeds[0],
        "first_stage": goal.first_stage,
        "most_seeds": goal.most_seeds,
        "scenarios": [_told(goal, race, runs) for race, runs in zip(races, raced, strict=True)],
    }


def _told(goal: Goal, race: Race, runs: RaceRuns) -> dict[str, Any]:
    found = race.found
    return {
        "scenario": runs.scenario,
        "best": found.best if found else None,
        "survivors": list(found.survivors) if found else [],
        "dropped": [{"policy": name, "seeds": seeds} for name, seeds in found.dropped] if found else [],
        "failed": [
            {"policy": name, "seed": runs.failures[name][0], "what happened": runs.failures[name][1]}
            for name in race.failed
        ],
        "seeds": found.seeds if found else 0,
        "most": found.most if found else None,
        "runs": runs.runs,
        "guarantee": _guarantee(goal, found),
    }


def _guarantee(goal: Goal, found: Selection | None) -> str:
    if found is None:
        return "none: every policy failed"
    if found.best is None:
        return f"none: it may take {found.most:,} seeds, and {goal.most_seeds:,} were allowed"
    if not found.dropped and len(found.survivors) == 1:
        return "none: every other policy failed"
    if len(found.survivors) > 1:
        return "none: the survivors score the same"
    return f"{goal.confidence:.10g} or more, if the best leads by {goal.smallest_difference:g} or more"


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
