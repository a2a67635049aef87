"""Flips confirmed, or not: one factor at either end of its range, all others as they are, on many seeds, paired."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.findings import Confirmation, End, Flip, Morris, Outcome, Sobol
from lastresort.analysis.sensitivity.outputs import Output, Tables
from lastresort.plugins.score import Score
from lastresort.scores.statistics.family import Pair, judge
from lastresort.scores.statistics.terms import terms
from lastresort.scores.statistics.verdicts import Verdict

UNKNOWN = "not known"
CLEAR = (Verdict.BETTER, Verdict.WORSE)


@dataclass(frozen=True, slots=True)
class Place:
    """One factor at one value; no factor where all are as they are."""

    factor: Factor | None
    value: float

    @property
    def values(self) -> dict[str, float]:
        """The values of the factors that are moved."""
        return {} if self.factor is None else {self.factor.name: self.value}


def places(factors: Sequence[Factor]) -> list[Place]:
    """Return where everything is as it is, and then both ends of each factor."""
    ends = [Place(factor, end) for factor in factors for end in (factor.low, factor.high)]
    return [Place(None, math.nan), *ends]


def most_important(
    factors: Sequence[Factor], number: int, found: Sequence[Flip], morris: Morris | None, sobol: Sobol | None
) -> list[Factor]:
    """Return the factors whose ends are worth runs: those that seem to flip something first, then by their indices."""
    flipping = {one.factor for one in found if one.outcome == "flips"}
    weights = importance(factors, {one.output for one in found}, morris, sobol)
    assumptions = [factor for factor in factors if not factor.by_chance]
    return sorted(assumptions, key=lambda one: (one.name not in flipping, -weights[one.name]))[:number]


def importance(
    factors: Sequence[Factor], differences: set[str], morris: Morris | None, sobol: Sobol | None
) -> dict[str, float]:
    """Return the largest index of each factor on any difference, relative to the largest of all on that difference."""
    sizes: dict[str, dict[str, float]] = {}
    for effect in morris.indices if morris else ():
        sizes.setdefault(effect.output, {})[effect.factor] = effect.mu_star
    for share in sobol.indices if sobol and not morris else ():
        sizes.setdefault(share.output, {})[share.factor] = share.ST
    weights = {factor.name: 0.0 for factor in factors}
    for output, by_factor in sizes.items():
        largest = max((size for name, size in by_factor.items() if name in weights), default=0.0)
        if output in differences and largest > 0:
            for name in by_factor.keys() & weights.keys():
                weights[name] = max(weights[name], by_factor[name] / largest)
    return weights


def judged_ends(
    where: Sequence[Place], tables: Sequence[Tables | None], outputs: Sequence[Output], scores: Mapping[str, Score]
) -> tuple[End, ...]:
    """Return every difference at every place with its verdict; one family, whatever the score, the place, the policy.

    A difference is not known where a run failed or where a score is not defined.
    """
    asked = [(place, table, output) for place, table in zip(where, tables, strict=True) for output in outputs]
    pairs = [_pair(table, output, scores[output.score]) if table else None for _, table, output in asked]
    differences = iter(judge([pair for pair in pairs if pair]))
    ends = []
    for (place, _, output), pair in zip(asked, pairs, strict=True):
        name = place.factor.name if place.factor else ""
        if pair is None:
            ends.append(End(output.name, name, place.value, math.nan, math.nan, math.nan, math.nan, UNKNOWN, 0))
            continue
        found = next(differences)
        told, seeds = found.estimate, len(pair.rows)
        numbers = (told.value, told.low, told.high, found.p_adjusted)
        ends.append(End(output.name, name, place.value, *numbers, str(found.verdict), seeds))
    return tuple(ends)


def _pair(tables: Tables, output: Output, score: Score) -> Pair | None:
    rows, others = tables[output.policy], tables[output.against]
    for one in (rows, others):
        numerator, denominator = terms(one, score)
        if np.isnan(numerator).any() or np.isnan(denominator).any() or denominator.sum() <= 0:
            return None
    return Pair(score, output.policy, output.against, rows, others)


def confirmations(
    ends: Sequence[End], factors: Sequence[Factor], outputs: Sequence[Output]
) -> tuple[Confirmation, ...]:
    """Return what the two ends of each factor say of each difference."""
    by_place = {(end.output, end.factor, end.value): end for end in ends}
    return tuple(
        _confirmation(output, factor, *(by_place[output.name, factor.name, end] for end in (factor.low, factor.high)))
        for output in outputs
        for factor in factors
    )


def _confirmation(output: Output, factor: Factor, low: End, high: End) -> Confirmation:
    verdicts = (low.verdict, high.verdict)
    outcome: Outcome = "cannot be told"
    if set(verdicts) == set(CLEAR):
        outcome = "flips"
    elif verdicts[0] == verdicts[1] and verdicts[0] in (*CLEAR, Verdict.EQUIVALENT):
        outcome = "never"
    told = "; ".join(f"at {factor.shown(end.value)} {_told(end)}" for end in (low, high))
    return Confirmation(output.name, factor.name, outcome, f"{factor.label}: {told}: {_meaning(outcome, verdicts)}")


def _told(end: End) -> str:
    if math.isnan(end.difference):
        return end.verdict
    return f"{end.difference:+.3g} [{end.low:+.3g}, {end.high:+.3g}], {end.verdict}"


def _meaning(outcome: Outcome, verdicts: tuple[str, str]) -> str:
    if outcome == "flips":
        return "the ranking flips"
    if outcome == "never":
        return "the verdict is the same at both ends"
    if Verdict.EQUIVALENT in verdicts and set(verdicts) & set(CLEAR):
        return "the lead vanishes at one end, but the ranking does not turn round"
    return "cannot be told"
