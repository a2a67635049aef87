"""Who may be ranked: no references, and no policy that leaves losses unpaid, keeps markets shut or empties them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.centralization import LC, LC_BP, LEFT_UNPAID, MATERIAL
from lastresort.scores.registry import PRIMARY
from lastresort.scores.statistics import Estimate
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.verdicts import Difference, Verdict

if TYPE_CHECKING:
    import pandas as pd

LATER = "lc_15m"
"""Score that a verdict on loss centralization is held against: the same over a quarter of an hour."""

TURNED = "the difference over 15 minutes has the opposite sign"

SHUT = 900.0
"""Seconds for which the average market, by open interest, may be halted in any seed (an assumption).

Whoever cannot trade is not closed by anybody and has no price at which a loss could be seen: the scores do not see what
a halt costs those who are locked in.
"""

EMPTIED = 0.1
"""Share of open interest that a policy may close before there is a loss, in any seed (an assumption).

Whoever has no position any more cannot lose it: the scores see what a close costs within minutes, and not what those
who are sent away would have held. Profit caps close a hundredth of this.
"""

TURNED_AROUND = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
"""What a verdict on a pair is when it is said of the other one."""

Rows = Mapping[str, "pd.DataFrame"]
"""Rows of the score table by policy, seeds ascending."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Contenders by loss centralization, lowest first, then by market-neutral failure, and who is not among them.

    `uncovered` left more than `LEFT_UNPAID` unpaid in some seed, at the end or for a quarter of an hour: mean USD, the
    most first. `shut` kept the average market halted for longer than `SHUT` in some seed: mean seconds, the longest
    first. `emptied` closed more than `EMPTIED` of open interest before a loss in some seed: mean share, the most first.
    `undefined` have no hedged book. `neighbours` are paired differences on loss centralization between each
    ranked policy and the next; what is too small to matter is what is so against the baseline.
    """

    ranked: tuple[str, ...]
    uncovered: Mapping[str, float]
    shut: Mapping[str, float]
    emptied: Mapping[str, float]
    undefined: tuple[str, ...]
    neighbours: tuple[Difference, ...]

    @property
    def apart(self) -> tuple[str, ...]:
        """Contenders that are not ranked for what they did: no sentence praises them."""
        return (*self.uncovered, *self.shut, *self.emptied)


def rank(
    rows: Rows,
    contenders: Sequence[str],
    estimates: Mapping[str, Mapping[str, Estimate]],
    baseline: str | None,
    differences: Sequence[Difference] = (),
) -> Ranking:
    """Rank the contenders that cover their losses, keep their markets open and leave positions in them.

    Between the baseline and a neighbour of it stands what `differences` from the baseline say: one verdict a pair.
    """
    unpaid = {name: float(left_unpaid(rows[name]).mean()) for name in contenders if not covers(rows[name])}
    shut = {name: _halted(rows[name]).mean() for name in contenders if name not in unpaid and keeps_shut(rows[name])}
    before = (*unpaid, *shut)
    emptied = {
        name: _closed_early(rows[name]).mean() for name in contenders if name not in before and empties(rows[name])
    }
    values = {name: tuple(estimates[name][score.name].value for score in PRIMARY) for name in contenders}
    left = [name for name in contenders if name not in (*before, *emptied)]
    undefined = [name for name in left if np.isnan(values[name]).any()]
    ranked = sorted((name for name in left if name not in undefined), key=lambda name: values[name])
    return Ranking(
        ranked=tuple(ranked),
        uncovered=_most_first(unpaid),
        shut=_most_first(shut),
        emptied=_most_first(emptied),
        undefined=tuple(undefined),
        neighbours=tuple(_as_against_baseline(one, differences) for one in _neighbours(rows, ranked, baseline)),
    )


def covers(rows: "pd.DataFrame") -> bool:
    """Whether nothing that matters stayed unpaid in any seed, at the end or for a quarter of an hour."""
    return bool((left_unpaid(rows) <= np.maximum(MATERIAL, LEFT_UNPAID * _numbers(rows, "borne"))).all())


def left_unpaid(rows: "pd.DataFrame") -> Floats:
    """What nobody had paid by the end, or what stood unpaid for a quarter of an hour if that is more, USD by seed."""
    return np.maximum(_numbers(rows, "unpaid"), _numbers(rows, "stood_unpaid"))


def keeps_shut(rows: "pd.DataFrame") -> bool:
    """Whether the average market was halted for more than a quarter of an hour in some seed."""
    return bool((_halted(rows) > SHUT).any())


def empties(rows: "pd.DataFrame") -> bool:
    """Whether more than a tenth of open interest was closed before there was a loss, in some seed."""
    return bool((_closed_early(rows) > EMPTIED).any())


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


def _halted(rows: "pd.DataFrame") -> Floats:
    return _numbers(rows, "halted_time")


def _closed_early(rows: "pd.DataFrame") -> Floats:
    return _numbers(rows, "closed_early")


def _most_first(found: Mapping[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in sorted(found.items(), key=lambda one: -one[1])}


def _neighbours(rows: Rows, ranked: Sequence[str], baseline: str | None) -> tuple[Difference, ...]:
    margin_rows = rows[baseline] if baseline else None
    pairs = [
        Pair(PRIMARY[0], below, above, rows[below], rows[above], margin_rows)
        for below, above in zip(ranked[1:], ranked[:-1], strict=True)
    ]
    return doubted(judge(pairs), rows)


def _as_against_baseline(one: Difference, differences: Sequence[Difference]) -> Difference:
    """The same difference with the verdict that the pair has among those from the baseline, if it is one of them."""
    for found in differences:
        if found.score == one.score and {found.policy, found.baseline} == {one.policy, one.baseline}:
            turned = {} if found.policy == one.policy else TURNED_AROUND
            verdict = turned.get(found.verdict, found.verdict)
            return replace(one, verdict=verdict, doubt=found.doubt, seeds_needed=found.seeds_needed)
    return one


def _numbers(rows: "pd.DataFrame", name: str) -> Floats:
    return rows[name].to_numpy(np.float64)
