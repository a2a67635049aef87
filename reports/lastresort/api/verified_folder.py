"""Is a folder what it says it is?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lastresort.analysis.decompose.direct_parts import DIRECT, SEAL
from lastresort.api import CORES
from lastresort.api.reanswering import check_answers
from lastresort.api.repairing import repaired, set_forged_aside
from lastresort.api.shown import Shown
from lastresort.experiments.executors import executor
from lastresort.experiments.experiment import check_jobs
from lastresort.experiments.folders.cells import Part, parts_of
from lastresort.experiments.folders.damages import damages
from lastresort.experiments.folders.declaration import DECLARATION
from lastresort.experiments.folders.results import Cell
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.platforms import Exactness, exactness
from lastresort.experiments.store import Failures, Profiles, RunStore, is_there
from lastresort.experiments.verification import Finding, Verdict, do_again, draw, versions_told
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.score import Score
from lastresort.scores import registration
from lastresort.scores.comparison import Comparison
from lastresort.scores.recomparing import check_comparison, compared_again
from lastresort.scores.rescoring import Rescored, check_scores
from lastresort.scores.table import journal_of


@dataclass(frozen=True, repr=False)
class Verification(Shown):
    """What was found out about the `runs` of a folder: runs that were looked at, scores, versions, platforms.

    `problems` are sentences about everything else that the folder holds: answers of a study, measurements, failures.
    """

    runs: int
    findings: tuple[Finding, ...]
    rescored: tuple[Rescored, ...]
    versions: tuple[str, ...]
    exact: tuple[Exactness, ...]
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything that was looked at is what it should be."""
        well = not (self.problems or any(one.problems for one in self.rescored))
        return well and all(one.holds for one in self.findings)

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
        return [*self.versions, *(one.sentence for one in self.exact), *self.problems, last]

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
                    "runs": one.runs,
                    "tolerance": one.tolerance,
                    "elsewhere": list(one.elsewhere),
                }
                for one in self.exact
            ],
            "problems": list(self.problems),
        }


def verify(
    directory: str | Path,
    sample: int | None = 8,
    seed: int = 1,
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
    repair: bool = False,
) -> Verification:
    """Hold all files of a comparison or study against their seals, measure all runs again, do some again, and compare.

    `sample` of them are done again, all if None, the same for equal `seed`. Nothing that the folder names is imported:
    rules come with this installation or are in the files `plugins`. To `repair` is to set aside what is damaged or
    differs, each with a DamageWarning, to make it again, and to look at it again. InputError where there is nothing to
    verify or to repair.
    """
    check_jobs(jobs)
    folder, files = Path(directory), tuple(map(Path, plugins))
    if not repair:
        return _verified(folder, sample, seed, files, jobs)
    with suppress(InputError):
        if (found := _verified(folder, sample, seed, files, jobs)).passed:
            return found
    repaired(folder, files, jobs)
    found = _verified(folder, sample, seed, files, jobs)
    forged = [finding.cell for finding in found.findings if finding.verdict is Verdict.DIFFERS]
    if not (forged or found.problems or any(one.problems for one in found.rescored)):
        return found
    set_forged_aside(parts_of(folder), forged)
    repaired(folder, files, jobs)
    return _verified(folder, sample, seed, files, jobs)


def _verified(folder: Path, sample: int | None, seed: int, files: tuple[Path, ...], jobs: int) -> Verification:
    parts, catalogue = parts_of(folder), contained(files, (registration,))
    drawn = draw(parts, sample, seed)
    if not (drawn.cells or drawn.damaged):
        raise InputError(f"'{folder}' holds no finished run: there is nothing to verify")
    done = {finding.cell: finding for finding in do_again(parts, drawn.cells, catalogue, executor(jobs))}
    scores = {name: one for name, (_, one) in catalogue.scores.items()}
    checked = [_rescored(part, drawn.sound, scores) for part in parts if part.files]
    return Verification(
        runs=sum(len(part.cells) for part in parts),
        findings=(*drawn.damaged, *(done[cell] for cell in drawn.cells)),
        rescored=tuple(one for one, _ in checked),
        versions=tuple(versions_told(parts)),
        exact=tuple(one for part in parts for one in exactness(part)),
        problems=tuple(_problems(folder, parts, {one.scenario: again for one, again in checked if again}, scores)),
    )


def _rescored(part: Part, sound: frozenset[Cell], scores: Mapping[str, Score]) -> tuple[Rescored, Comparison | None]:
    """What was found out about the scores of a scenario, and the comparison made again; None where that cannot be."""
    found = check_scores(part, sound)
    try:
        again = compared_again(part, scores.values())
    except InputError as error:
        return replace(found, problems=tuple(dict.fromkeys((*found.problems, str(error))))), None
    return replace(found, problems=(*found.problems, *check_comparison(part, again))), again


def _problems(
    folder: Path, parts: Sequence[Part], again: Mapping[str, Comparison], scores: Mapping[str, Score]
) -> Iterator[str]:
    """What is wrong in a folder beside its runs and their scores, in sentences."""
    yield from flaws_of_store(parts[0].store)
    for part in parts:
        yield from (f"{name} {what}" for name, what in damages(part.directory, SEAL, (DIRECT,)).items())
    if is_there(folder / DECLARATION):
        yield from check_answers(StudyFolder(folder), parts, again, scores)


def flaws_of_store(store: RunStore) -> Iterator[str]:
    """Yield a sentence for each damaged measurement and each damaged record of a failure; nothing is changed."""
    journal, failures = journal_of(store), Failures(store.directory)
    yield from journal.flaws()
    yield from Profiles(journal.folder).flaws()
    for key in sorted(failures.keys()):
        if flaw := failures.flaw(key):
            yield f"why run {key} failed is damaged ({flaw})"


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
