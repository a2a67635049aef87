"""Is a folder what it says it is?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lastresort.api import CORES
from lastresort.api.shown import Shown
from lastresort.experiments.executors import executor
from lastresort.experiments.experiment import check_jobs
from lastresort.experiments.folders.cells import parts_of
from lastresort.experiments.platforms import Exactness, exactness
from lastresort.experiments.verification import Finding, Verdict, do_again, draw, versions_told
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.contained import contained
from lastresort.scores.rescoring import Rescored, check_scores


@dataclass(frozen=True, repr=False)
class Verification(Shown):
    """What was found out about the `runs` of a folder: runs that were looked at, score tables, versions, platforms."""

    runs: int
    findings: tuple[Finding, ...]
    rescored: tuple[Rescored, ...]
    versions: tuple[str, ...]
    exact: tuple[Exactness, ...]

    @property
    def passed(self) -> bool:
        """Whether everything that was looked at is what it should be."""
        return all(one.holds for one in self.findings) and not any(one.problems for one in self.rescored)

    @property
    def title(self) -> str:
        """Of how many runs some were done again."""
        return f"runs done again, of {self.runs:,}"

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each run that was looked at."""
        return [_row(finding) for finding in self.findings]

    @property
    def score_rows(self) -> list[dict[str, str]]:
        """A row for each score table, or for each problem of one."""
        return [row for one in self.rescored for row in _score_rows(one)]

    @property
    def sentences(self) -> list[str]:
        """What is to be said of versions and platforms, and how many runs hold."""
        holding = sum(finding.holds for finding in self.findings)
        last = f"{holding:,} of {len(self.findings):,} runs that were looked at are what they should be"
        return [*self.versions, *(one.sentence for one in self.exact), last]

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it."""
        return {
            "runs": self.runs,
            "cells": [_cell(finding) for finding in self.findings],
            "scores": [
                {"scenario": one.scenario, "rows": one.rows, "problems": list(one.problems)} for one in self.rescored
            ],
            "versions": list(self.versions),
            "comparisons": [
                {
                    "scenario": one.scenario,
                    "tolerance": one.tolerance,
                    "recorded": one.recorded,
                    "elsewhere": list(one.elsewhere),
                }
                for one in self.exact
            ],
        }


def verify(
    directory: str | Path,
    sample: int | None = 8,
    seed: int = 1,
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
) -> Verification:
    """Look whether all runs of a comparison or study are there, do some again, measure them again, and compare.

    `sample` of them are done again, all if None, the same for equal `seed`. Nothing that the folder names is imported:
    rules come with this installation or are in the files `plugins`. InputError where there is nothing to verify.
    """
    check_jobs(jobs)
    files, parts = tuple(map(Path, plugins)), parts_of(Path(directory))
    catalogue = contained(files)
    drawn = draw(parts, sample, seed)
    if not (drawn.cells or drawn.damaged):
        raise InputError(f"'{directory}' holds no finished run: there is nothing to verify")
    done = {finding.cell: finding for finding in do_again(parts, drawn.cells, catalogue, executor(jobs))}
    rescored = [
        check_scores(part, [cell for cell in drawn.cells if cell.scenario == part.scenario.name])
        for part in parts
        if part.score_table
    ]
    return Verification(
        runs=sum(len(part.cells) for part in parts),
        findings=(*drawn.damaged, *(done[cell] for cell in drawn.cells)),
        rescored=tuple(rescored),
        versions=tuple(versions_told(parts)),
        exact=tuple(map(exactness, parts)),
    )


def _row(finding: Finding) -> dict[str, str]:
    cell = finding.cell
    link = ": " if finding.verdict in (Verdict.UNABLE, Verdict.DAMAGED) else " "
    verdict = f"{finding.verdict}{link}{finding.detail}" if finding.detail else str(finding.verdict)
    return {"scenario": cell.scenario, "policy": cell.policy, "seed": str(cell.seed), "verdict": verdict}


def _cell(finding: Finding) -> dict[str, Any]:
    return {
        "scenario": finding.cell.scenario,
        "policy": finding.cell.policy,
        "seed": finding.cell.seed,
        "key": finding.cell.key,
        "holds": finding.holds,
        "verdict": str(finding.verdict),
        "detail": finding.detail,
    }


def _score_rows(one: Rescored) -> list[dict[str, str]]:
    rows = {"scenario": one.scenario, "rows measured again": str(one.rows)}
    well = f"same numbers to {one.tolerance:g}" if one.tolerance else "same bytes"
    return [rows | {"result": problem} for problem in one.problems or (well,)]
