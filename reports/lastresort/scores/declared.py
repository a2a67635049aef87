"""The comparisons that a study declared before it ran: one family over all its scenarios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastresort.experiments.planning import Comparison
from lastresort.plugins.score import Score
from lastresort.scores.ranked_policies import doubted
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.verdicts import Difference

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a declared comparison; `difference` is None where one of its policies failed in that scenario."""

    comparison: Comparison
    difference: Difference | None


def answer(
    declared: Sequence[Comparison], tables: "Mapping[str, pd.DataFrame]", scores: Mapping[str, Score]
) -> tuple[Answer, ...]:
    """Answer the declared comparisons in their order, given the score table of each scenario and the scores by name.

    P values are adjusted over all comparisons that can be answered, whatever their scenario and score.
    """
    pairs = {one: _pair(one, tables, scores[one.score]) for one in declared if answerable(one, tables)}
    judged = zip(pairs, judge(list(pairs.values())), strict=True)
    differences = {one: doubted([found], _rows(one, tables))[0] for one, found in judged}
    return tuple(Answer(one, differences.get(one)) for one in declared)


def answerable(one: Comparison, tables: "Mapping[str, pd.DataFrame]") -> bool:
    """Whether both policies of a comparison have finished; the table of a scenario holds only those that have."""
    return {one.policy, one.against} <= set(tables[one.scenario]["policy"])


def _rows(one: Comparison, tables: "Mapping[str, pd.DataFrame]") -> "dict[str, pd.DataFrame]":
    table = tables[one.scenario]
    return {name: table[table["policy"] == name].sort_values("seed") for name in (one.policy, one.against)}


def _pair(one: Comparison, tables: "Mapping[str, pd.DataFrame]", score: Score) -> Pair:
    rows = _rows(one, tables)
    return Pair(score, one.policy, one.against, rows[one.policy], rows[one.against])
