"""What rules do directly, and what the prices do that they move."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastresort.analysis.decompose.direct_parts import Parts, measure_direct, parts
from lastresort.api import CORES
from lastresort.api.shown import Shown
from lastresort.api.watching import Watching, nobody
from lastresort.experiments.executors import executor
from lastresort.experiments.experiment import check_jobs
from lastresort.experiments.folders.results import Results
from lastresort.plugins.errors import InputError, one_of
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.plugin_content import content_digest
from lastresort.reports import notation
from lastresort.scores.table import journal_of, score_results

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class Decomposition(Shown):
    """Both headline scores of every policy, each split into its direct part and feedback through prices."""

    scenario: str
    parts: tuple[Parts, ...]

    @property
    def title(self) -> str:
        """What was split."""
        return f"{self.scenario}: direct and feedback parts, 95 % intervals"

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each policy and score."""
        return [
            {"policy": found.policy, "score": found.score}
            | {name: notation.with_interval(one.value, one.low, one.high) for name, one in found.estimates.items()}
            for found in self.parts
        ]

    def to_pandas(self) -> "pd.DataFrame":
        """Return a row for each policy, score and part (whole, direct, feedback): value, low, high."""
        import pandas as pd

        return pd.DataFrame(
            {"policy": found.policy, "score": found.score, "part": name, "value": one.value, "low": one.low}
            | {"high": one.high}
            for found in self.parts
            for name, one in found.estimates.items()
        )

    def document(self) -> list[dict[str, Any]]:
        """The parts as JSON has them."""
        return [
            {"policy": found.policy, "score": found.score}
            | {name: {"value": one.value, "low": one.low, "high": one.high} for name, one in found.estimates.items()}
            for found in self.parts
        ]


def decompose(
    directory: str | Path,
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
    fresh: bool = False,
    watching: Watching = nobody,
) -> Decomposition:
    """Split both headline scores of a finished comparison: every policy runs on the price path of the reference run.

    Finished runs are kept, unless all are to be `fresh`. The next report on the folder shows it. `plugins` are the
    plugin files that the comparison used, unchanged. Raises InputError before anything runs, and RunError where a run
    fails.
    """
    check_jobs(jobs)
    results, files = Results.open(directory), tuple(map(Path, plugins))
    _refuse_other_plugins(results, files)
    table = score_results(results, journal=journal_of(results.store))
    with watching(None, results.directory) as advance:
        direct = measure_direct(results, contained(files), files, executor(jobs), advance, fresh)
    return Decomposition(results.scenario.name, tuple(parts(table, direct, results.policies)))


def _refuse_other_plugins(results: Results, files: tuple[Path, ...]) -> None:
    """A folder may come from a stranger, so its plugin files have to be given again, and have to be the same."""
    given = {content_digest(file) for file in files if file.exists()}
    missing = [one["file"] for one in results.manifest.get("plugin_files", ()) if one["sha256"] not in given]
    if missing:
        raise InputError(f"the comparison used the plugin file {one_of(missing)}: give it, unchanged, with --plugin")
