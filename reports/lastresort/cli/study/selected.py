"""What came of the search for the best policy: as selection.json holds it, and on the terminal."""

from collections.abc import Sequence
from typing import Any

import typer

from lastresort.cli.study.arena import Arena
from lastresort.cli.tables import print_document, print_table
from lastresort.scores.seeds.racing import Goal, Race
from lastresort.scores.seeds.selection import Selection
from lastresort.study import RunError
from lastresort.study.folders.study_folder import StudyFolder
from lastresort.study.keys import engine_version
from lastresort.study.planning import Plan


def document(plan: Plan, goal: Goal, races: Sequence[Race], arenas: Sequence[Arena]) -> dict[str, Any]:
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
        "scenarios": [_told(goal, race, arena) for race, arena in zip(races, arenas, strict=True)],
    }


def _told(goal: Goal, race: Race, arena: Arena) -> dict[str, Any]:
    found = race.found
    return {
        "scenario": arena.scenario,
        "best": found.best if found else None,
        "survivors": list(found.survivors) if found else [],
        "dropped": [{"policy": name, "seeds": seeds} for name, seeds in found.dropped] if found else [],
        "failed": [
            {"policy": name, "seed": arena.failures[name][0], "what happened": arena.failures[name][1]}
            for name in race.failed
        ],
        "seeds": found.seeds if found else 0,
        "most": found.most if found else None,
        "runs": arena.runs,
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


def show(told: dict[str, Any], folder: StudyFolder, json: bool, quiet: bool) -> None:
    """Print what came of a search and the study's folder; raises RunError at the end where a policy failed."""
    if json:
        print_document({"directory": str(folder.directory)} | told)
    else:
        if not quiet:
            print_table(_title(told), [_row(one) for one in told["scenarios"]])
        typer.echo(folder.directory)
    failed = [_failure(race["scenario"], one) for race in told["scenarios"] for one in race["failed"]]
    if failed:
        raise RunError("; ".join(failed))


def _title(told: dict[str, Any]) -> str:
    return f"the best by {told['score']}, {told['direction']}; guarantee: probability that it is selected, per scenario"


def _row(one: dict[str, Any]) -> dict[str, str]:
    return {
        "scenario": one["scenario"],
        "best": one["best"] or "undecided",
        "still in": "\n".join(name for name in one["survivors"] if name != one["best"]),
        "dropped after seeds": "\n".join(f"{lost['policy']} {lost['seeds']:,}" for lost in _by_seeds(one["dropped"])),
        "seeds": f"{one['seeds']:,}",
        "runs": f"{one['runs']:,}",
        "guarantee": one["guarantee"],
    }


def _by_seeds(dropped: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(dropped, key=lambda lost: -int(lost["seeds"]))


def _failure(scenario: str, one: dict[str, Any]) -> str:
    return (
        f"policy '{one['policy']}' failed on seed {one['seed']} of scenario '{scenario}' and is out of the race; "
        f"{one['what happened']}"
    )
