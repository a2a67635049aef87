"""`lastresort decompose`: what a rule does directly, and what the prices do that it moves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import CORES, Fresh, Jobs, Json, Plugins, Without

if TYPE_CHECKING:
    from lastresort.scores.feedback.direct_parts import Parts
    from lastresort.study import Results


def decompose(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished comparison.")],
    jobs: Jobs = CORES,
    plugin: Plugins = None,
    without: Without = None,
    fresh: Fresh = False,
    json: Json = False,
) -> None:
    """Split both headline scores: every policy runs again on the price path of the reference run of its seed.

    What it scores there is its direct part, the rest is feedback through prices. Takes as long as the comparison;
    finished seeds are kept. The next `lastresort report DIR` shows it.
    """
    from lastresort.cli.tables import print_document, print_table
    from lastresort.plugins.errors import InputError
    from lastresort.scores.feedback.direct_parts import DIRECT, measure_direct, parts
    from lastresort.scores.table import journal_of, score_results
    from lastresort.study import Results

    if jobs < 1:
        raise InputError(f"the number of jobs must be at least 1, found {jobs}")
    results = Results.open(directory)
    files = tuple(plugin or ())
    _refuse_other_plugins(results, files)
    if fresh:
        (directory / DIRECT).unlink(missing_ok=True)
    table = score_results(results, journal=journal_of(results.store))
    direct = measure_direct(results, files, jobs, lambda seed: typer.echo(f"seed {seed} done", err=True))
    found = parts(table, direct, results.policies)
    if json:
        print_document([_document(one) for one in found])
    else:
        print_table(f"{results.scenario.name}: direct and feedback parts, 95 % intervals", [_row(one) for one in found])


def _refuse_other_plugins(results: "Results", files: tuple[Path, ...]) -> None:
    """A folder may come from a stranger, so its plugin files have to be given again, and have to be the same."""
    from lastresort.plugins.errors import InputError, one_of
    from lastresort.study.folders.manifest import sha256

    given = {sha256(file) for file in files if file.is_file()}
    missing = [one["file"] for one in results.manifest.get("plugin_files", ()) if one["sha256"] not in given]
    if missing:
        raise InputError(f"the comparison used the plugin file {one_of(missing)}: give it, unchanged, with --plugin")


def _row(found: "Parts") -> dict[str, str]:
    from lastresort.reports import notation

    return {"policy": found.policy, "score": found.score} | {
        name: notation.with_interval(one.value, one.low, one.high) for name, one in found.estimates.items()
    }


def _document(found: "Parts") -> dict[str, Any]:
    return {"policy": found.policy, "score": found.score} | {
        name: {"value": one.value, "low": one.low, "high": one.high} for name, one in found.estimates.items()
    }
