"""`lastresort compare`: policies on one scenario, over seeds."""

from pathlib import Path
from typing import Annotated

import typer

from lastresort.cli.options import CORES, Jobs, Json, Plugins


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
    plugin: Plugins = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Output folder.", show_default="results/<scenario>")
    ] = None,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the report's path and nothing else.")] = False,
) -> None:
    """Compare policies on a scenario and write a report.

    Finished runs are kept: the same command resumes after an interruption.
    """
    from lastresort.cli.progress import show_progress
    from lastresort.cli.publication import publish
    from lastresort.cli.ranking import document, print_ranking
    from lastresort.cli.tables import print_document
    from lastresort.study import Study, run_study

    study = Study(
        scenario=scenario,
        policies=tuple(name.strip() for name in policies.split(",") if name.strip()),
        seeds=tuple(range(first_seed, first_seed + seeds)),
        plugin_files=tuple(plugin or ()),
        out=out or Path("results") / Path(scenario).stem,
        jobs=jobs,
    )
    with show_progress(quiet) as advance:
        results = run_study(study, advance)
    publication = publish(results, results.directory / "report.html")
    if json:
        print_document(document(publication))
        return
    if not quiet:
        print_ranking(publication.comparison)
    typer.echo(publication.report)
