"""What came of the search for the best policy, on the terminal."""

from typing import Any

import typer

from lastresort.cli.tables import print_document, print_table
from lastresort.study import RunError
from lastresort.study.folders.study_folder import StudyFolder


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
