"""`lastresort study status`: how far a study is."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import Json
from lastresort.cli.study.options import Directory

if TYPE_CHECKING:
    from lastresort.study.folders.status import Standing


def status(
    directory: Directory,
    failures: Annotated[bool, typer.Option("--failures", help="List the runs that failed, with the reasons.")] = False,
    json: Json = False,
) -> None:
    """Show how many runs of a study are done, have failed and are left, and what they will take."""
    from dataclasses import asdict

    from lastresort.cli.tables import print_document, print_table
    from lastresort.study.folders.status import failed_runs, standings
    from lastresort.study.folders.study_folder import PRIMARY, StudyFolder

    folder = StudyFolder(directory)
    found = standings(folder)
    finished = (directory / PRIMARY).is_file()
    failed = failed_runs(folder) if failures else []
    if json:
        document = {"finished": finished, "scenarios": [_document(one) for one in found]}
        print_document(document | ({"failures": [asdict(one) for one in failed]} if failures else {}))
        return
    print_table(folder.declaration.plan.name, [_row(one) for one in found])
    typer.echo(_summary(found, finished))
    if failed:
        rows = [asdict(one) for one in failed]
        print_table("failed runs", [{name: str(value) for name, value in row.items()} for row in rows])


def _row(one: "Standing") -> dict[str, str]:
    return {
        "scenario": one.scenario,
        "runs": f"{one.total:,}",
        "done": f"{one.done:,}",
        "failed": f"{one.failed:,}",
        "left": f"{one.left:,}",
        "CPU left": _spelled(one.cpu_seconds_left),
    }


def _summary(found: "list[Standing]", finished: bool) -> str:
    told = f"{sum(one.done for one in found):,} of {sum(one.total for one in found):,} runs done"
    failed, left = sum(one.failed for one in found), sum(one.left for one in found)
    told += f", {failed:,} failed, {left:,} left"
    known = [one.cpu_seconds_left for one in found if one.cpu_seconds_left is not None]
    if left and len(known) == len(found):
        told += f", about {_spelled(sum(known))} of one core"
    return told + ("; finished" if finished else "; not finished: 'lastresort study resume' does the rest")


def _spelled(seconds: float | None) -> str:
    from lastresort.cli.progress import spelled

    return "not known" if seconds is None else spelled(seconds)


def _document(one: "Standing") -> dict[str, Any]:
    return {
        "scenario": one.scenario,
        "runs": one.total,
        "done": one.done,
        "failed": one.failed,
        "left": one.left,
        "cpu_seconds_left": one.cpu_seconds_left,
    }
