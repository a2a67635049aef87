"""Is what a scenario's scores are said to come to what its score table says? Compared again, and held against it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lastresort.experiments.folders.cells import Part
from lastresort.experiments.platforms import elsewhere, tolerance
from lastresort.experiments.store import read_sealed
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.comparison import Comparison, compare_policies
from lastresort.scores.registry import SCORES
from lastresort.scores.rescoring import near, stored_table

if TYPE_CHECKING:
    import pandas as pd

COMPARISON = "comparison.json"


def compared_again(part: Part, scores: Iterable[Score]) -> Comparison:
    """Compare the policies of a scenario by its stored score table and those of some scores that it has columns of.

    InputError where the table is none.
    """
    table = stored_table(part)
    try:
        return compare_policies(table, tuple(part.policies.values()), _scores_of(table, scores))
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise InputError(f"the score table cannot be compared: {error}") from error


def check_comparison(part: Part, again: Comparison) -> list[str]:
    """Return a sentence for each section of comparison.json that is not what the score table says.

    Scores of plugins that are not here are left out, and differences that are judged together with theirs.
    """
    try:
        told = read_sealed(part.directory / COMPARISON)
    except (OSError, ValueError) as error:
        return [f"{COMPARISON} cannot be read: {error}"]
    exact = tolerance(elsewhere(part.scored))
    expected = again.to_json()
    if _names(told) - _names(expected):
        expected.pop("exploratory")
        told = told | {"estimates": _only(told["estimates"], _names(expected))}
    return [
        f"{section} in {COMPARISON} are not what the scores say"
        for section, value in expected.items()
        if not agrees(value, told.get(section), exact)
    ]


def agrees(ours: Any, theirs: Any, exact: float) -> bool:
    """Whether two documents are the same but for numbers that are no further apart than a relative tolerance."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(agrees(ours[key], theirs[key], exact) for key in ours)
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        return len(ours) == len(theirs) and all(agrees(a, b, exact) for a, b in zip(ours, theirs, strict=True))
    if isinstance(ours, float) and isinstance(theirs, float) and exact:
        return near(ours, theirs, exact)
    return bool(ours == theirs)


def _scores_of(table: "pd.DataFrame", scores: Iterable[Score]) -> list[Score]:
    """The scores that took part when a table was made: every score of a plugin has a column of its own there."""
    return [one for one in scores if one in SCORES or one.name in table]


def _names(told: Mapping[str, Any]) -> set[str]:
    """The scores of which a document holds estimates; none where it is of another form."""
    estimates = told.get("estimates")
    policies = estimates.values() if isinstance(estimates, dict) else ()
    return {name for own in policies if isinstance(own, dict) for name in own}


def _only(estimates: Mapping[str, Mapping[str, Any]], names: set[str]) -> dict[str, dict[str, Any]]:
    return {policy: {name: own[name] for name in own if name in names} for policy, own in estimates.items()}
