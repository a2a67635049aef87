"""A finished comparison with everything that scores say of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from lastresort.experiments import Results
from lastresort.scores.comparison import Comparison, compare_policies
from lastresort.scores.measuring import Brought, Measured, measure_scores
from lastresort.scores.table import journal_of, score_results


@dataclass(frozen=True)
class Scored:
    """The runs of a folder, what was measured of them, and what that says about the policies."""

    results: Results
    measured: Measured
    comparison: Comparison


def measure_results(results: Results, brought: Iterable[Brought]) -> Measured:
    """Measure the runs by some scores, given with their origins; what was measured before is not measured again."""
    table = score_results(results, journal=journal_of(results.store))
    return measure_scores(results, table, brought)


def scored(results: Results, brought: Iterable[Brought]) -> Scored:
    """Measure the runs by some scores and compare the policies."""
    measured = measure_results(results, brought)
    scores = [one for _, one in measured.scores]
    return Scored(results, measured, compare_policies(measured.table, results.policies, scores))
