"""Are the answers of a study what its score tables say? Answered again, and held against what is written."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lastresort.api.study_document import document
from lastresort.api.study_run import joined
from lastresort.experiments.folders.cells import Part
from lastresort.experiments.folders.damages import FILES, damages
from lastresort.experiments.folders.declaration import Declaration
from lastresort.experiments.folders.results import Results
from lastresort.experiments.folders.study_folder import PRIMARY, SELECTION, TABLES, StudyFolder
from lastresort.experiments.platforms import elsewhere, tolerance
from lastresort.experiments.store import from_parquet, is_there, read_plain, read_sealed
from lastresort.plugins.errors import InputError, one_of
from lastresort.plugins.score import Score
from lastresort.scores.comparison import Comparison
from lastresort.scores.declared import answer
from lastresort.scores.measuring import Measured
from lastresort.scores.recomparing import agrees
from lastresort.scores.rescoring import SCORES_CSV, SCORES_PARQUET, as_csv, stored_table
from lastresort.scores.scored import Scored
from lastresort.scores.seeds.sequential import Precise, Tables, until_precise
from lastresort.scores.table import LABELS, NEEDED

if TYPE_CHECKING:
    import pandas as pd

ASIDE = {"identity", FILES}
"""What primary.json says of what it was made with, and no answer."""


def check_answers(
    folder: StudyFolder, parts: Sequence[Part], again: Mapping[str, Comparison], scores: Mapping[str, Score]
) -> list[str]:
    """Return a sentence for each file of a finished study that is not what the scores of its scenarios say.

    `again` are the comparisons of its scenarios by name; where one lacks, nothing is answered again. Where a policy
    failed, nobody knows how many seeds it saw before, so that the precision is left out.
    """
    problems = [f"{name} {what}" for name, what in damages(folder.directory, PRIMARY, TABLES).items()]
    problems += _selection(folder)
    if problems or not is_there(folder.directory / PRIMARY) or {part.scenario.name for part in parts} - again.keys():
        return problems
    declared = folder.declaration
    scored = [_scored(part, again[part.scenario.name]) for part in parts]
    try:
        if not _is_joined(folder, joined(scored)):
            problems.append("the tables of the study are not those of its scenarios")
        expected, told = _answered(declared, scored, scores), read_sealed(folder.directory / PRIMARY)
    except InputError as error:
        return [*problems, str(error)]
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError) as error:
        return [*problems, f"{PRIMARY} cannot be answered again: {error}"]
    exact = max(tolerance(elsewhere(part.scored)) for part in parts)
    aside = ASIDE | ({"precision"} if told.get("failed") else set())
    names = sorted((expected.keys() | told.keys()) - aside)
    wrong = [name for name in names if not agrees(expected.get(name), told.get(name), exact)]
    return [*problems, *(f"{name} in {PRIMARY} are not what the scores say" for name in wrong)]


def _selection(folder: StudyFolder) -> list[str]:
    if not is_there(folder.directory / SELECTION):
        return []
    try:
        read_sealed(folder.directory / SELECTION)
    except (OSError, ValueError) as error:
        return [f"{SELECTION} is damaged: {error}; 'lastresort study select' makes it again"]
    return []


def _is_joined(folder: StudyFolder, expected: "pd.DataFrame") -> bool:
    """Whether both tables of a study hold what its scenarios hold, columns of scores of plugins apart."""
    table = from_parquet(read_plain(folder.directory / SCORES_PARQUET))
    both = [name for name in expected if name in table]
    same = set(both) >= {"scenario", *LABELS, *NEEDED} - {"key"} and as_csv(expected[both]) == as_csv(table[both])
    return same and as_csv(table) == read_plain(folder.directory / SCORES_CSV)


def _scored(part: Part, again: Comparison) -> Scored:
    return Scored(Results.read(part.directory), Measured(stored_table(part), (), ()), again)


def _answered(declared: Declaration, scored: Sequence[Scored], scores: Mapping[str, Score]) -> dict[str, Any]:
    """The answers that the tables give, with the precision that they reach where one was asked for."""
    missing = {one.score for one in declared.plan.primary} - scores.keys()
    if missing:
        raise InputError(f"{PRIMARY} is not looked at: give the plugin of the score {one_of(sorted(missing))}")
    tables = {one.results.scenario.name: one.measured.table for one in scored}
    answers = answer(declared.plan.primary, tables, scores)
    return document(declared, answers, _precise(declared, tables, scores), scored)


def _precise(declared: Declaration, tables: Tables, scores: Mapping[str, Score]) -> Precise | None:
    plan = declared.plan
    if not (declared.until_precise and plan.precision):
        return None

    def stored(seeds: tuple[int, ...]) -> "dict[str, pd.DataFrame]":
        return {name: table[table["seed"].isin(seeds)] for name, table in tables.items()}

    return until_precise(stored, plan.primary, scores, plan.precision, plan.seeds[0])
