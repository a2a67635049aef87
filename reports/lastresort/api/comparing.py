"""A comparison from a program: run, scored, compared and reported, in the same folder as the command leaves."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lastresort.api import CORES
from lastresort.api.given_rules import Given, plugin_files_of, policies_of
from lastresort.api.watching import Watching, nobody
from lastresort.experiments import RunStore, Study, run_study
from lastresort.experiments.folders.comparison_folder import REPORTS, STORE
from lastresort.plugins.isolation.contained import contained
from lastresort.scores import registration
from lastresort.scores.live import LiveScores
from lastresort.simulation.waterfall.time_limit import PATIENCE

if TYPE_CHECKING:
    from lastresort.api.results import Results


def compare(
    scenario: str | Path,
    policies: Sequence[Given] = (),
    seeds: int | Sequence[int] = 8,
    plugins: Sequence[str | Path] = (),
    out: str | Path | None = None,
    *,
    jobs: int = CORES,
    scheduler: str = "",
    patience: float = PATIENCE,
    fresh: bool = False,
    watching: Watching = nobody,
) -> "Results":
    """Compare policies on a scenario, write scores and report, and return what came of it.

    `scenario` is a name or a YAML file. A policy is a name, a suite, a YAML file, a `Policy`, or a rule such as
    `MyRule(rest=60)`, which runs as it would from a plugin file; without policies the usual ones take part, and the
    reference always does. `seeds` are their number, from 1 on, or themselves. `plugins` are Python files. `out` is the
    folder of the results, `results/<scenario>` if not given: finished runs in it are kept and reused, unless all are to
    be `fresh`. `watching` opens a view of the runs.

    Raises InputError before anything runs, and RunError where nothing can be compared. Policies that failed are out of
    the ranking, and in `failed`.
    """
    folder = Path(out) if out else Path("results") / Path(scenario).stem
    study = Study(
        scenario=str(scenario),
        seeds=tuple(range(1, seeds + 1)) if isinstance(seeds, int) else tuple(seeds),
        out=folder,
        policies=policies_of(policies),
        plugin_files=(*map(Path, plugins), *plugin_files_of(policies, folder)),
        jobs=jobs,
        patience=patience,
        scheduler=scheduler,
        fresh=fresh,
    )
    catalogue = contained(study.plugin_files, (registration,), patience)
    catalogue.scenario(study.scenario)  # a mistake in it is told before more is loaded
    with watching(LiveScores(RunStore(folder / STORE)), folder) as advance:
        runs = run_study(study, advance)
    from lastresort.api.publication import publish
    from lastresort.api.results import Results  # what writes reports is slow to load, and not wanted before

    return Results(publish(runs, folder / REPORTS[0], catalogue).content, catalogue)
