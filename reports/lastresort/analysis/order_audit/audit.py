"""Do conclusions survive another order? One comparison in the usual order against the same one in a varied order."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from itertools import combinations
from typing import TYPE_CHECKING

from lastresort.experiments.design import Design
from lastresort.experiments.store import RunStore, named
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.score import Score
from lastresort.scores import statistics
from lastresort.scores.comparison import Comparison, compare_policies
from lastresort.scores.headline import smallest_difference
from lastresort.scores.registry import PRIMARY, SCORES
from lastresort.scores.statistics.terms import terms
from lastresort.scores.table import score_run
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.variation import Variation

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-6
"""Share of the smallest difference of interest by which a score may move outside an interval of no width."""

UNNUMBERED = ["account", "owner"]
"""Columns that number people, who have other numbers where idle people stand among them."""


@dataclass(frozen=True)
class Audited:
    """What became of a comparison in another order.

    `identical` of `runs` runs were the same to the last bit, idle people aside; `exact` says that all had to be.
    `headline` is the largest change of an estimate of a headline score over the smallest difference of interest,
    `relative` the largest change of an estimate of any score over the larger of its two values, at `place`. `changed`
    has a sentence for each conclusion that did not survive.
    """

    variation: str
    exact: bool
    identical: int
    runs: int
    headline: float
    relative: float
    place: str
    changed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything is as it must be."""
        return not self.changed and (not self.exact or self.identical == self.runs)


def fingerprint(record: RunRecord) -> str:
    """Hash of a record's tables without the people to whom nothing happened, without their numbers, and of its totals.

    The totals leave out the time it took, and the rounding error of the books, to which idle cash adds.
    """
    accounts, strategies = record.accounts, record.strategies
    idle = (accounts["gross_start"] == 0) & (accounts["equity_end"] == accounts["equity_start"])
    tables = [
        accounts[~idle].drop(columns=UNNUMBERED),
        record.legs.drop(columns="account"),
        strategies[strategies["gross_start"] > 0].drop(columns="owner"),
        record.books,
        record.series,
        record.events,
    ]
    digest = blake2b(digest_size=16)
    for table in tables:
        file = BytesIO()
        table.reset_index(drop=True).to_parquet(file)
        digest.update(file.getvalue())
    totals = {name: value for name, value in record.totals.items() if name not in ("cpu_seconds", "conservation_error")}
    digest.update(repr(sorted(totals.items())).encode())
    return digest.hexdigest()


def played(design: Design, store: RunStore) -> "pd.DataFrame":
    """Score the stored runs of a design, the first policy of which is the reference: with a column `fingerprint`."""
    import pandas as pd

    keys, first = design.keys(), design.policies[0].name
    rows = []
    for seed in design.seeds:
        reference = named(store.read(keys[first, seed]), design.scenario.name, first)
        for policy in design.policies:
            mine = policy.name != first
            run = named(store.read(keys[policy.name, seed]), design.scenario.name, policy.name) if mine else reference
            scored = score_run(run, reference)
            rows.append({"policy": policy.name, "seed": seed, "fingerprint": fingerprint(run), **scored})
    return pd.DataFrame(rows)


def compare_orders(
    variation: Variation, usual: "pd.DataFrame", varied: "pd.DataFrame", policies: Sequence[Policy]
) -> Audited:
    """Judge a variation by two score tables with a column `fingerprint`, of the same policies and seeds."""
    before, after = (compare_policies(table, policies, PRIMARY) for table in (usual, varied))
    key = ["policy", "seed"]
    prints = (table.set_index(key)["fingerprint"].sort_index() for table in (usual, varied))
    same = [one == other for one, other in zip(*prints, strict=True)]
    changes = list(_changes(usual, varied))
    baseline = usual[usual["policy"] == before.baseline]
    margins = {score.name: smallest_difference(score, baseline) for score in PRIMARY}
    relative, place = max(((change, place) for _, _, change, place in changes), default=(0.0, ""))
    return Audited(
        variation=variation.name,
        exact=variation.exact,
        identical=sum(same),
        runs=len(same),
        headline=max((moved / margins[score] for score, moved, _, _ in changes if score in margins), default=0.0),
        relative=relative,
        place=place,
        changed=(*_other_verdicts(before, after), *_moved_out(before, after), *_swapped(before, after)),
    )


def _changes(usual: "pd.DataFrame", varied: "pd.DataFrame") -> Iterator[tuple[str, float, float, str]]:
    """Score, absolute change, relative change and place of every estimate that is defined in both orders."""
    for policy in usual["policy"].unique():
        for score in SCORES:
            one, other = (_estimate(table, policy, score) for table in (usual, varied))
            if not math.isnan(one - other):
                moved, size = abs(one - other), max(abs(one), abs(other))
                yield score.name, moved, moved / size if size else 0.0, f"{score.name} of {policy}"


def _estimate(table: "pd.DataFrame", policy: str, score: Score) -> float:
    return float(statistics.ratio(*terms(table[table["policy"] == policy], score)))


def _other_verdicts(before: Comparison, after: Comparison) -> Iterator[str]:
    for one, other in zip(before.differences, after.differences, strict=True):
        if one.verdict is not other.verdict:
            yield f"{one.score} of {one.policy} against {one.baseline}: {one.verdict} becomes {other.verdict}"


def _moved_out(before: Comparison, after: Comparison) -> Iterator[str]:
    """Differences that another order moves out of the interval that other seeds would move them in."""
    for one, other in zip(before.differences, after.differences, strict=True):
        low, value, high = one.estimate.low, other.estimate.value, one.estimate.high
        if value < low - ROUNDING * one.margin or value > high + ROUNDING * one.margin:
            place = f"{one.score} of {one.policy} minus {one.baseline}"
            yield f"{place}: {value:.4f} lies outside [{low:.4f}, {high:.4f}]"


def _swapped(before: Comparison, after: Comparison) -> Iterator[str]:
    """Contenders that change places on a primary score, unless no difference of interest lies between them."""
    for score in PRIMARY:
        for first, second in combinations(before.pareto, 2):
            gaps = [
                comparison.estimates[first][score.name].value - comparison.estimates[second][score.name].value
                for comparison in (before, after)
            ]
            margin = max((one.margin for one in before.differences if one.score == score.name), default=0.0)
            if gaps[0] * gaps[1] < 0 and max(map(abs, gaps)) >= margin:
                yield f"{score.name} of {first} minus {second}: {gaps[0]:.4f} becomes {gaps[1]:.4f}"
