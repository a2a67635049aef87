"""The search for the best policy of each scenario, from a plan to what came of it."""

from dataclasses import dataclass
from typing import Any

from lastresort.cli.progress import show_progress
from lastresort.cli.study.arena import Arena
from lastresort.cli.study.selected import document
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse
from lastresort.plugins.replaced_scores import unknown_score
from lastresort.plugins.score import Score
from lastresort.scores.headline import HeadlineScore
from lastresort.scores.seeds.racing import Goal, until_selected
from lastresort.scores.table import NEEDED
from lastresort.study.design import REFERENCE
from lastresort.study.executors import Executor
from lastresort.study.folders.declaration import designs_of
from lastresort.study.folders.study_folder import SELECTION, StudyFolder
from lastresort.study.folders.writing import write_json, writing_to
from lastresort.study.planning import Plan


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
class Contest:
    """A search under way: among whom, for what, where, and by whom."""

    folder: StudyFolder
    plan: Plan
    catalogue: Catalogue
    executor: Executor
    goal: Goal
    quiet: bool

    def run(self) -> dict[str, Any]:
        """Do the runs that the search takes, and return what came of it, as it is written to selection.json.

        Raises InputError before anything runs or is written, or where the score is not defined in a run (runs are
        kept, no answer is written), and RunError as `run_designs`.
        """
        plan, contenders = self.plan, self._contenders
        self.goal.check(contenders)
        rehearse(plan.policies, self.catalogue, plan.plugin_files, plan.patience)
        self.folder.open_for(plan)
        with show_progress(self.quiet) as advance:
            arenas = [
                Arena(design, self.folder.store, self.executor, advance)
                for design in designs_of(plan, self.catalogue).values()
            ]
            races = [until_selected(arena.run, contenders, self.goal, plan.seeds[0]) for arena in arenas]
        told = document(plan, self.goal, races, arenas)
        with writing_to(self.folder.directory):
            write_json(self.folder.directory / SELECTION, told)
        return told

    @property
    def _contenders(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.plan.policies if one.role == "contender" and one.name != REFERENCE)
