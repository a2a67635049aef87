"""`lastresort compare`: policies on one scenario, over seeds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lastresort.cli.options import CORES, PATIENCE, Fresh, Jobs, Json, Patience, Plugins, Scheduler, Without

if TYPE_CHECKING:
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.study import Results


def compare(
    scenario: Annotated[str, typer.Argument(help="Name of a scenario, or a YAML file.")],
    policies: Annotated[
        str,
        typer.Option(
            metavar="A,B,...",
            help="Names, YAML files, suites (core, venues, papers, clearing, proposals, own) or all; "
            "core and own (what plugins bring) if not given.",
        ),
    ] = "",
    seeds: Annotated[int, typer.Option(help="Number of seeds; all policies share them.")] = 8,
    first_seed: Annotated[int, typer.Option(help="The first seed; the others follow it.")] = 1,
    jobs: Jobs = CORES,
    scheduler: Scheduler = "",
    plugin: Plugins = None,
    without: Without = None,
    patience: Patience = PATIENCE,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Output folder.", show_default="results/<scenario>")
    ] = None,
    fresh: Fresh = False,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the report's path and nothing else.")] = False,
) -> None:
    """Compare policies on a scenario and write a report; exit code 1 if a policy failed.

    Finished runs are kept: the same command resumes after an interruption. A policy that fails is left out of the
    ranking, and tried again by the same command.
    """
    from lastresort.cli.progress import show_progress
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.scores import registration
    from lastresort.scores.live import LiveScores
    from lastresort.study import RunStore, Study, run_study
    from lastresort.study.folders.comparison_folder import STORE

    study = Study(
        scenario=scenario,
        policies=tuple(name.strip() for name in policies.split(",") if name.strip()),
        seeds=tuple(range(first_seed, first_seed + seeds)),
        plugin_files=tuple(plugin or ()),
        out=out or Path("results") / Path(scenario).stem,
        jobs=jobs,
        patience=patience,
        scheduler=scheduler,
        fresh=fresh,
    )
    catalogue = Catalogue.load(study.plugin_files, (registration,))
    catalogue.scenario(scenario)  # a mistake in it is told before more is loaded
    with show_progress(quiet, LiveScores(RunStore(study.out / STORE))) as advance:
        results = run_study(study, advance)
    _tell(results, catalogue, json, quiet)


def _tell(results: "Results", catalogue: "Catalogue", json: bool, quiet: bool) -> None:
    """Publish what has been run; what writes reports is slow to load, and not wanted before."""
    from lastresort.api.publication import publish
    from lastresort.cli.tables import print_document
    from lastresort.cli.terminal_ranking import document, print_ranking
    from lastresort.study import RunError

    publication = publish(results, results.directory / "report.html", catalogue)
    if json:
        print_document(document(publication))
    else:
        if not quiet:
            print_ranking(publication)
        typer.echo(publication.report)
    if results.failed:
        raise RunError("; ".join(map(str, results.failed)))
