"""`lastresort verify`, also `lastresort study verify`: is a folder what it says it is?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import CORES, Jobs, Json, Plugins, Without

if TYPE_CHECKING:
    from lastresort.scores.rescoring import Rescored
    from lastresort.study.platforms import Exactness
    from lastresort.study.verification import Finding


def verify(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a comparison or of a study.")],
    sample: Annotated[int, typer.Option(min=1, help="Number of runs that are done again.")] = 8,
    everything: Annotated[bool, typer.Option("--all", help="Do all runs again.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Which sample; the same number, the same runs.")] = 1,
    plugin: Plugins = None,
    without: Without = None,
    jobs: Jobs = CORES,
    json: Json = False,
) -> None:
    """Look whether all runs are there, do some again, measure them again, and compare; exit code 1 unless equal.

    Bytes are compared where the runs are of this platform, numbers to a relative 1e-9 where they are of another.
    Nothing that the folder names is imported: rules come with this installation or with --plugin.
    """
    from lastresort.cli.tables import print_document
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.plugins.errors import InputError
    from lastresort.scores.rescoring import check_scores
    from lastresort.study.executors import executor
    from lastresort.study.experiment import check_jobs
    from lastresort.study.folders.cells import parts_of
    from lastresort.study.platforms import exactness
    from lastresort.study.verification import do_again, draw, versions_told

    check_jobs(jobs)
    files = tuple(plugin or ())
    parts, catalogue = parts_of(directory), Catalogue.load(files)
    drawn = draw(parts, None if everything else sample, seed)
    if not (drawn.cells or drawn.damaged):
        raise InputError(f"'{directory}' holds no finished run: there is nothing to verify")
    done = {finding.cell: finding for finding in do_again(parts, drawn.cells, catalogue, files, executor(jobs))}
    findings = [*drawn.damaged, *(done[cell] for cell in drawn.cells)]
    rescored = [
        check_scores(part, [cell for cell in drawn.cells if cell.scenario == part.scenario.name])
        for part in parts
        if part.score_table
    ]
    told, exact = versions_told(parts), [exactness(part) for part in parts]
    if json:
        print_document(_document(sum(len(part.cells) for part in parts), findings, rescored, told, exact))
    else:
        _print(sum(len(part.cells) for part in parts), findings, rescored, [*told, *(one.sentence for one in exact)])
    if not (all(one.holds for one in findings) and all(not one.problems for one in rescored)):
        raise typer.Exit(1)


def _print(runs: int, findings: "list[Finding]", rescored: "list[Rescored]", told: list[str]) -> None:
    from lastresort.cli.tables import print_table

    print_table(f"runs done again, of {runs:,}", [_row(finding) for finding in findings])
    if rescored:
        print_table("score tables", [row for one in rescored for row in _score_rows(one)])
    for sentence in told:
        typer.echo(sentence)
    holding = sum(finding.holds for finding in findings)
    typer.echo(f"{holding:,} of {len(findings):,} runs that were looked at are what they should be")


def _row(finding: "Finding") -> dict[str, str]:
    from lastresort.study.verification import Verdict

    cell = finding.cell
    link = ": " if finding.verdict in (Verdict.UNABLE, Verdict.DAMAGED) else " "
    verdict = f"{finding.verdict}{link}{finding.detail}" if finding.detail else str(finding.verdict)
    return {"scenario": cell.scenario, "policy": cell.policy, "seed": str(cell.seed), "verdict": verdict}


def _score_rows(one: "Rescored") -> list[dict[str, str]]:
    rows = {"scenario": one.scenario, "rows measured again": str(one.rows)}
    well = f"same numbers to {one.tolerance:g}" if one.tolerance else "same bytes"
    return [rows | {"result": problem} for problem in one.problems or (well,)]


def _document(
    runs: int,
    findings: "list[Finding]",
    rescored: "list[Rescored]",
    told: list[str],
    exact: "list[Exactness]",
) -> dict[str, Any]:
    return {
        "runs": runs,
        "cells": [
            {
                "scenario": finding.cell.scenario,
                "policy": finding.cell.policy,
                "seed": finding.cell.seed,
                "key": finding.cell.key,
                "holds": finding.holds,
                "verdict": str(finding.verdict),
                "detail": finding.detail,
            }
            for finding in findings
        ],
        "scores": [{"scenario": one.scenario, "rows": one.rows, "problems": list(one.problems)} for one in rescored],
        "versions": told,
        "comparisons": [
            {
                "scenario": one.scenario,
                "tolerance": one.tolerance,
                "recorded": one.recorded,
                "elsewhere": list(one.elsewhere),
            }
            for one in exact
        ],
    }
