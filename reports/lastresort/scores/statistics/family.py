"""Differences between policies that are judged together: p values are adjusted over the whole family."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lastresort.plugins.score import Score
from lastresort.scores.statistics import estimates, verdicts
from lastresort.scores.statistics.pairing import estimate_difference
from lastresort.scores.statistics.terms import terms
from lastresort.scores.statistics.verdicts import Difference


@dataclass(frozen=True)
class Pair:
    """A policy and the one it is compared with on a score: their rows of the score table, both by ascending seed."""

    score: Score
    policy: str
    baseline: str
    rows: pd.DataFrame
    baseline_rows: pd.DataFrame


def judge(family: Sequence[Pair]) -> tuple[Difference, ...]:
    """Estimate every difference of a family and judge it, in the order given; p values are adjusted by Holm."""
    found = [
        estimate_difference(terms(pair.rows, pair.score), terms(pair.baseline_rows, pair.score)) for pair in family
    ]
    p_values = [estimates.p_value(estimate, len(pair.rows)) for pair, (estimate, _) in zip(family, found, strict=True)]
    return tuple(
        Difference(
            policy=pair.policy,
            baseline=pair.baseline,
            score=pair.score.name,
            estimate=estimate,
            p_value=p,
            p_adjusted=float(adjusted),
            verdict=verdicts.verdict(pair.score, estimate, adjusted),
            seeds_needed=verdicts.seeds_needed(pair.score, estimate, len(pair.rows), len(family)),
            pairing=pairing,
        )
        for pair, (estimate, pairing), p, adjusted in zip(
            family, found, p_values, estimates.holm(p_values), strict=True
        )
    )
