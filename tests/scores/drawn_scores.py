"""Scores that read a column drawn by a test: no run is ever measured."""

import math
from typing import Any

from lastresort.plugins.score import Measure, Score
from lastresort.scores.headline import HeadlineScore

WORDS: dict[str, Any] = {
    "title": "t",
    "meaning": "m",
    "formula": "f",
    "unit": "fraction",
    "direction": "lower is better",
}

UNMEASURED: Measure = lambda run, reference: math.nan  # noqa: E731
"""A measure that no test of tables asks for anything."""


def drawn_score(name: str, **words: Any) -> Score:
    """A score of the column `name`; a fraction of which less is better, unless `words` say otherwise."""
    return Score(name=name, measure=UNMEASURED, **(WORDS | words))


def drawn_headline(name: str, **words: Any) -> HeadlineScore:
    """The same with a smallest difference of interest: `relative`, `least` and `least_of` are words too."""
    return HeadlineScore(name=name, measure=UNMEASURED, **(WORDS | words))
