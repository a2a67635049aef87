"""The end of a comparison on the terminal: both headline scores of every policy, with intervals."""

from typing import Any

from lastresort.api.publication import Publication
from lastresort.api.ranking_rows import ranking
from lastresort.cli.tables import print_table
from lastresort.study import Failure


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


def _failure(failure: Failure) -> dict[str, str]:
    return {"policy": failure.policy.name, "extent": failure.extent, "what happened": failure.reason}
