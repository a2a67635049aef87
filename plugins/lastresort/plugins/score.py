"""A score, as the built-ins and plugins describe it: what it means, how it is computed, and which way is better."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from lastresort.mechanisms.contract.plain_text import escaped, representation
from lastresort.plugins.errors import InputError, one_of
from lastresort.simulation.recording.record import RunRecord

Measure = Callable[[RunRecord, RunRecord], float]
"""What one run scores, given the run itself and the reference run of the same seed."""

Direction = Literal["lower is better", "higher is better", "descriptive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One score of a policy: over the seeds, the sum of `weight` x value divided by the sum of `per`.

    name       what tables call it; the value of each run is written to the score table under this name
    title      what people call it
    meaning    one sentence
    formula    how it is computed
    unit       fraction, USD, seconds, accounts or another
    direction  which way is better
    measure    a function of the run and the reference run of the same seed that returns the value of a run
    source     where the formula comes from
    weight     a column of the score table that weights the runs; empty: every run counts 1
    per        a column of the score table whose sum is divided by; empty: the number of runs
    """

    name: str
    title: str
    meaning: str
    formula: str
    unit: str
    direction: Direction
    measure: Measure
    source: str = "own definition"
    weight: str = ""
    per: str = ""


def check_score(item: object, origin: str) -> Score:
    """Return what a plugin brings as a score; InputError where it is none, naming the plugin and what is wrong."""
    if not isinstance(item, Score):
        raise InputError(
            f"plugin {origin}, hook 'lastresort_scores': found {representation(item)}; allowed: instances of Score"
        )
    place = f"plugin {origin}, score {item.name!r}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", str(item.name)):
        raise InputError(f"{place}: found this name; allowed: lower-case letters, digits and underscores")
    if item.direction not in get_args(Direction):
        raise InputError(f"{place}: found the direction {item.direction!r}; allowed: {one_of(get_args(Direction))}")
    if not callable(item.measure):
        raise InputError(
            f"{place}: found {item.measure!r} as 'measure'; allowed: a function of a run and its reference"
        )
    return _in_plain_text(item, place)


def _in_plain_text(score: Score, place: str) -> Score:
    """The same score; in its prose, marks that are not seen are spelled out."""
    said: dict[str, Any] = {name: getattr(score, name) for name in ("title", "meaning", "formula", "unit", "source")}
    for name, text in said.items():
        if not isinstance(text, str):
            raise InputError(f"{place}: found {representation(text)} as '{name}'; allowed: text")
    plain: dict[str, Any] = {name: escaped(text) for name, text in said.items()}
    return score if plain == said else replace(score, **plain)
