"""A comparison from its description to its folder."""

from dataclasses import dataclass
from pathlib import Path

from lastresort.experiments.design import Design
from lastresort.experiments.executors import executor
from lastresort.experiments.folders.comparison_folder import STORE, claim
from lastresort.experiments.folders.results import Results
from lastresort.experiments.planning.participants import policies_meant
from lastresort.experiments.runner import OnProgress, run_comparisons
from lastresort.experiments.store import RunStore
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.rehearsal import rehearse
from lastresort.simulation.waterfall.time_limit import PATIENCE


@dataclass(frozen=True)
class Study:
    """A comparison to run: names, or paths of YAML files, of a scenario and of policies, crossed with seeds.

    A policy may be given whole. Among the words for policies, "all" and the name of a suite stand for all policies and
    for those of the suite; without any, the core suite and the policies of plugins take part. The reference always
    does. `plugin_files` are Python files with mechanisms; `out` is the folder of the results; `jobs` is the number of
    processes, which changes nothing but the time; `patience` is how many seconds an answer may take before it ends its
    run. Where `scheduler` is the address of a Dask scheduler, its workers do the runs, however many `jobs` there are.
    A `fresh` comparison first removes all runs that the folder holds.
    """

    scenario: str
    seeds: tuple[int, ...]
    out: Path
    policies: tuple[str | Policy, ...] = ()
    plugin_files: tuple[Path, ...] = ()
    jobs: int = 1
    patience: float = PATIENCE
    scheduler: str = ""
    fresh: bool = False

    def design(self) -> Design:
        """Look everything up and check it, and write nothing; InputError names what is wrong."""
        check_seeds(self.seeds)
        check_jobs(self.jobs)
        check_patience(self.patience)
        catalogue = contained(self.plugin_files, patience=self.patience)
        policies = tuple(policies_meant(self.policies, catalogue, Path(), "--policies"))
        rehearse(policies, catalogue, self.plugin_files, self.patience)
        return Design(
            scenario=catalogue.scenario(self.scenario),
            policies=policies,
            seeds=self.seeds,
            plugin_files=self.plugin_files,
            catalogue=catalogue,
            patience=self.patience,
        )


def run_study(study: Study, on_progress: OnProgress = lambda progress: None) -> Results:
    """Do what is left to do of a comparison and return its results, `failed` where a run was not finished.

    Runs that the output folder holds already, with the same key, are reused; failed ones are tried again. Raises
    InputError before anything runs or is written, and RunError where nothing can be compared: where a run of the
    reference failed. Finished runs stay then, without a manifest.
    """
    design = study.design()
    doer = executor(study.jobs, study.scheduler)
    claim(study.out, design.scenario.name)
    store = RunStore(study.out / STORE)
    if study.fresh:
        store.clear()
    (results,) = run_comparisons({study.out: design}, store, doer, on_progress)
    return results


def check_jobs(jobs: int) -> None:
    """Refuse fewer than one process."""
    if jobs < 1:
        raise InputError(f"the number of jobs must be at least 1, found {jobs}")


def check_patience(patience: float) -> None:
    """Refuse patience that is none, or that never ends."""
    if not 0 < patience < float("inf"):
        raise InputError(f"patience must be a number of seconds above 0, found {patience:g}")


def check_seeds(seeds: tuple[int, ...]) -> None:
    """Refuse no seeds, repeated seeds, and seeds that are not positive."""
    if not seeds:
        raise InputError("the number of seeds must be at least 1")
    for seed in seeds:
        if seed < 1:
            raise InputError(f"seeds must be positive, found {seed}")
    if len(set(seeds)) < len(seeds):
        raise InputError(f"seeds must differ, found {', '.join(map(str, seeds))}")
