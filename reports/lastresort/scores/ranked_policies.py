"""Who may be ranked: no references, and no policy that leaves losses unpaid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.centralization import LC, LC_BP, LEFT_UNPAID, MATERIAL
from lastresort.scores.registry import PRIMARY
from lastresort.scores.statistics import Estimate
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.verdicts import Difference, Verdict

LATER = "lc_15m"
"""Score that a verdict on loss centralization is held against: the same over a quarter of an hour."""

TURNED = "the difference over 15 minutes has the opposite sign"

Rows = Mapping[str, pd.DataFrame]
"""Rows of the score table by policy, seeds ascending."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Contenders by loss centralization, lowest first, then by market-neutral failure, and who is not among them.

    `uncovered` left more than `LEFT_UNPAID` unpaid in some seed: mean USD, the most first. `undefined` have no hedged
    book. `neighbours` are paired differences on loss centralization between each ranked policy and the next; what is
    too small to matter is what is so against the baseline.
    """

    ranked: tuple[str, ...]
    uncovered: Mapping[str, float]
    undefined: tuple[str, ...]
    neighbours: tuple[Difference, ...]


def rank(
    rows: Rows, contenders: Sequence[str], estimates: Mapping[str, Mapping[str, Estimate]], baseline: str | None
) -> Ranking:
    """Rank the contenders that cover their losses."""
    unpaid = {name: float(rows[name]["unpaid"].mean()) for name in contenders if not covers(rows[name])}
    values = {name: tuple(estimates[name][score.name].value for score in PRIMARY) for name in contenders}
    undefined = [name for name in contenders if name not in unpaid and np.isnan(values[name]).any()]
    ranked = sorted((name for name in contenders if name not in {*unpaid, *undefined}), key=lambda name: values[name])
    return Ranking(
        ranked=tuple(ranked),
        uncovered=dict(sorted(unpaid.items(), key=lambda one: -one[1])),
        undefined=tuple(undefined),
        neighbours=_neighbours(rows, ranked, baseline),
    )


def covers(rows: pd.DataFrame) -> bool:
    """Whether nothing that matters stayed unpaid in any seed."""
    return bool((_numbers(rows, "unpaid") <= np.maximum(MATERIAL, LEFT_UNPAID * _numbers(rows, "borne"))).all())


def doubted(differences: Sequence[Difference], rows: Rows) -> tuple[Difference, ...]:
    """Differences as they are, but better or worse on loss centralization only where a quarter of an hour agrees."""
    return tuple(_doubted(one, rows) for one in differences)


def _doubted(one: Difference, rows: Rows) -> Difference:
    decided = one.verdict in (Verdict.BETTER, Verdict.WORSE)
    if one.score not in (LC.name, LC_BP.name) or not decided:
        return one
    later = float((_numbers(rows[one.policy], LATER) - _numbers(rows[one.baseline], LATER)).mean())
    turned = later * one.estimate.value < 0
    return replace(one, verdict=Verdict.INCONCLUSIVE, seeds_needed=None, doubt=TURNED) if turned else one


def _neighbours(rows: Rows, ranked: Sequence[str], baseline: str | None) -> tuple[Difference, ...]:
    margin_rows = rows[baseline] if baseline else None
    pairs = [
        Pair(PRIMARY[0], below, above, rows[below], rows[above], margin_rows)
        for below, above in zip(ranked[1:], ranked[:-1], strict=True)
    ]
    return doubted(judge(pairs), rows)


def _numbers(rows: pd.DataFrame, name: str) -> Floats:
    return rows[name].to_numpy(np.float64)
