"""The ranking as rows of texts: both headline scores of every policy, with intervals and verdicts."""

from lastresort.reports import notation
from lastresort.scores import PRIMARY, Comparison, Estimate

COLUMNS = {"loss": "users' loss, $ M", "beta": "average payer lost, %", "lc": "LC, $ M", "mnf": "MNF, %"}
SCALES = {"loss": 1e6, "lc": 1e6, "beta": 0.01, "mnf": 0.01}


def ranking(comparison: Comparison) -> list[dict[str, str]]:
    """One row per policy: contenders by loss centralization, those that are not ranked, then references."""
    found = comparison.ranking
    ranked = [_row(comparison, name, str(place)) for place, name in enumerate(found.ranked, 1)]
    apart = [_row(comparison, name, "does not cover") for name in found.uncovered]
    apart += [_row(comparison, name, "keeps markets shut") for name in found.shut]
    apart += [_row(comparison, name, "empties markets") for name in found.emptied]
    undefined = [_row(comparison, name, "no hedged book") for name in found.undefined]
    others = [name for name in comparison.policies if name not in comparison.pareto]
    return [*ranked, *apart, *undefined, *(_row(comparison, name, "reference") for name in others)]


def _row(comparison: Comparison, policy: str, rank: str) -> dict[str, str]:
    row = {"rank": rank, "policy": policy}
    row |= {title: _shown(comparison.estimates[policy][score], SCALES[score]) for score, title in COLUMNS.items()}
    row |= {f"{score.name} vs baseline": _verdict(comparison, policy, score.name) for score in PRIMARY}
    return row


def _verdict(comparison: Comparison, policy: str, score: str) -> str:
    if policy == comparison.baseline:
        return "baseline"
    difference = comparison.difference(policy, score)
    return difference.sentence if difference else ""


def _shown(estimate: Estimate, unit: float) -> str:
    return notation.with_interval(estimate.value / unit, estimate.low / unit, estimate.high / unit, 1)
