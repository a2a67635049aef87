"""What came of a study on the terminal; it comes from a document, so that a finished study needs nothing else."""

from typing import Any

import typer

from lastresort.cli.tables import print_document, print_table
from lastresort.study import RunError
from lastresort.study.folders.study_folder import StudyFolder


def show(told: dict[str, Any], folder: StudyFolder, json: bool, quiet: bool) -> None:
    """Print what came of a study and its folder; raises RunError at the end where a policy failed."""
    if json:
        print_document({"directory": str(folder.directory)} | told)
    else:
        if not quiet:
            _print(told)
        typer.echo(folder.directory)
    if told["failed"]:
        raise RunError("; ".join(map(_failure, told["failed"])))


def _print(told: dict[str, Any]) -> None:
    if told["comparisons"]:
        print_table(_title(told), [_comparison(one) for one in told["comparisons"]])
    if told["precision"]:
        print_table(_precision(told), [_interval(one) for one in told["precision"]["intervals"]])
    if told["ranking"]:
        print_table("95 % intervals over seeds; lower is better", told["ranking"])
    if told["failed"]:
        print_table("out of the ranking", told["failed"])


def _title(told: dict[str, Any]) -> str:
    number = len(told["comparisons"])
    family = "the primary comparison" if number == 1 else f"{number} primary comparisons"
    return f"{family}: policy minus other, 95 % intervals over {_seeds(told)}, p values by Holm over all"


def _precision(told: dict[str, Any]) -> str:
    asked = told["precision"]
    outcome = "reached" if asked["reached"] else f"not reached: {asked['needed']:,} seeds would be needed"
    aim = f"half-width {_width(asked['half_width'])}, all together at {asked['confidence']:.0%}"
    return f"precision, {aim}: {outcome}; {_seeds(told)} ran"


def _width(asked: float | dict[str, float]) -> str:
    if isinstance(asked, dict):
        return ", ".join(f"{width:g} of {score}" for score, width in asked.items())
    return f"{asked:g}"


def _seeds(told: dict[str, Any]) -> str:
    number = len(told["seeds"])
    return f"{number:,} seed" if number == 1 else f"{number:,} seeds"


def _comparison(one: dict[str, Any]) -> dict[str, str]:
    return {name: one[name] for name in ("scenario", "policy", "against", "score")} | {
        "difference": _difference(one),
        "p": "" if one.get("p_adjusted") is None else f"{one['p_adjusted']:.2g}",
        "verdict": one["verdict"],
    }


def _interval(one: dict[str, Any]) -> dict[str, str]:
    return {name: one[name] for name in ("scenario", "policy", "against", "score")} | {
        "difference": _difference(one),
        "seeds needed": "" if one["needed"] is None else f"{one['needed']:,}",
    }


def _difference(one: dict[str, Any]) -> str:
    if one.get("value") is None:
        return ""
    told = f"{one['value']:+.3g}"
    return told if one["low"] is None else f"{told} [{one['low']:+.3g}, {one['high']:+.3g}]"


def _failure(one: dict[str, Any]) -> str:
    policy = f"policy '{one['policy']}' {one['extent']} of scenario '{one['scenario']}' and is out of the ranking"
    return f"{policy}; {one['what happened']}"
