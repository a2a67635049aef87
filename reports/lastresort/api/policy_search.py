"""The search for the best policy of each scenario, from a plan to what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lastresort.api.race_runs import RaceRuns
from lastresort.api.watching import Watching
from lastresort.experiments.design import REFERENCE
from lastresort.experiments.executors import Executor
from lastresort.experiments.folders.declaration import designs_of
from lastresort.experiments.folders.study_folder import SELECTION, StudyFolder
from lastresort.experiments.folders.writing import write_json, writing_to
from lastresort.experiments.keys import engine_version
from lastresort.experiments.planning import Plan
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse
from lastresort.plugins.replaced_scores import unknown_score
from lastresort.plugins.score import Score
from lastresort.scores.headline import HeadlineScore
from lastresort.scores.seeds.racing import Goal, Race, until_selected
from lastresort.scores.seeds.selection import Selection
from lastresort.scores.table import NEEDED


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
