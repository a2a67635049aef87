"""The end of a comparison on the terminal: both headline scores of every policy, with intervals."""

from typing import Any

from lastresort.cli.publication import Publication
from lastresort.cli.tables import print_table
from lastresort.reports import notation
from lastresort.scores import PRIMARY, Comparison, Estimate
from lastresort.study import Failure

COLUMNS = {"loss": "users' loss, $ M", "beta": "average payer lost, %", "lc": "LC, $ M", "mnf": "MNF, %"}
SCALES = {"loss": 1e6, "lc": 1e6, "beta": 0.01, "mnf": 0.01}


def print_ranking(publication: Publication) -> None:
    """Print contenders by loss centralization, references after them, and then the policies that failed, if any."""
    print_table("95 % intervals over seeds; lower is better", ranking(publication.comparison))
    if publication.results.failed:
        print_table("out of the ranking", [_failure(failure) for failure in publication.results.failed])


def document(publication: Publication) -> dict[str, Any]:
    """The comparison as a JSON document, with the folder and the report it lies in."""
    return {
        "directory": str(publication.results.directory),
        "report": str(publication.report),
        "scenario": publication.results.scenario.name,
        "comparison": publication.comparison.to_json(),
        "failed": [_failure(failure) for failure in publication.results.failed],
    }


def ranking(comparison: Comparison) -> list[dict[str, str]]:
    """One row per policy: contenders by loss centralization, those that are not ranked, then references."""
    found = comparison.ranking
    ranked = [_row(comparison, name, str(place)) for place, name in enumerate(found.ranked, 1)]
    apart = [_row(comparison, name, "does not cover") for name in found.uncovered]
    apart += [_row(comparison, name, "keeps markets shut") for name in found.shut]
    undefined = [_row(comparison, name, "no hedged book") for name in found.undefined]
    others = [name for name in comparison.policies if name not in comparison.pareto]
    return [*ranked, *apart, *undefined, *(_row(comparison, name, "reference") for name in others)]


def _failure(failure: Failure) -> dict[str, str]:
    return {"policy": failure.policy.name, "extent": failure.extent, "what happened": failure.reason}


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
