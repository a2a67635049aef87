"""A comparison from its description to its folder."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse
from lastresort.simulation.waterfall.time_limit import PATIENCE
from lastresort.study.executor import Task, execute, plan
from lastresort.study.folder import claim
from lastresort.study.manifest import Design, describe, write_manifest
from lastresort.study.results import Results
from lastresort.study.run import PolicyError, RunError
from lastresort.study.store import RunStore
from lastresort.study.waterfalls import resolve

REFERENCE = "deep-pocket"

USUAL_SUITES = ("core", "own")
"""Suites that are compared where no policy is named: the plain stacks, and whatever plugins bring."""


@dataclass(frozen=True)
class Study:
    """A comparison to run: names, or paths of YAML files, of a scenario and of policies, crossed with seeds.

    Among the policies, "all" and the name of a suite stand for all policies and for those of the suite; without any,
    the core suite and the policies of plugins take part. The reference always does. `plugin_files` are Python files
    with mechanisms; `out` is the folder of the results; `jobs` is the number of processes, which changes nothing but
    the time; `patience` is how many seconds an answer may take before it ends its run.
    """

    scenario: str
    seeds: tuple[int, ...]
    out: Path
    policies: tuple[str, ...] = ()
    plugin_files: tuple[Path, ...] = ()
    jobs: int = 1
    patience: float = PATIENCE

    def design(self) -> Design:
        """Look everything up and check it, and write nothing; InputError names what is wrong."""
        check_seeds(self.seeds)
        check_jobs(self.jobs)
        check_patience(self.patience)
        catalogue = Catalogue.load(self.plugin_files)
        policies = _with_reference(_chosen(self.policies, catalogue), catalogue)
        rehearse(policies, catalogue, {str(path) for path in self.plugin_files}, self.patience)
        return Design(
            scenario=catalogue.scenario(self.scenario),
            policies=policies,
            seeds=self.seeds,
            plugin_files=self.plugin_files,
            catalogue=catalogue,
            patience=self.patience,
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """A run of `what` (a policy, or in a validation a scenario) is over, the `done`-th of `total`.

    `reused` says that an earlier command had done it, `failed` that its policy ended it.
    """

    what: str
    seed: int
    done: int
    total: int
    reused: bool
    failed: bool = False


def run_study(study: Study, on_progress: Callable[[Progress], None] = lambda progress: None) -> Results:
    """Do what is left to do of a comparison and return its results, `failed` where a policy ended a run.

    Runs that the output folder holds already, with the same key, are reused; failed ones are tried again. Raises
    InputError before anything runs or is written, and RunError where nothing can be compared any more: where a run of
    the reference fails, or where the engine's books do not balance. Finished runs stay then, without a manifest.
    """
    design = study.design()
    claim(study.out, design.scenario.name)
    started = time.perf_counter()
    store = RunStore(study.out)
    store.runs.mkdir(parents=True, exist_ok=True)
    tasks = plan(
        design.scenario,
        design.policies,
        design.seeds,
        design.catalogue,
        design.plugin_files,
        study.out,
        study.patience,
    )
    reasons = _run_missing(tasks, store, study.jobs, on_progress)
    manifest = describe(design, tasks, reasons, store, time.perf_counter() - started)
    write_manifest(manifest, study.out)
    return Results.open(study.out)


def _run_missing(
    tasks: list[Task], store: RunStore, jobs: int, on_progress: Callable[[Progress], None]
) -> dict[Task, str]:
    """Do every run that is not stored, and return why those that failed did."""
    done = itertools.count(1)
    reasons: dict[Task, str] = {}

    def report(task: Task, reason: str = "", reused: bool = False) -> None:
        on_progress(Progress(task.policy, task.seed, next(done), len(tasks), reused, bool(reason)))
        if reason and task.policy == REFERENCE:
            failure = PolicyError(task.policy, task.seed, reason)
            raise RunError(f"every policy is compared with the reference, and that failed: {failure}")
        if reason:
            reasons[task] = reason

    missing = [task for task in tasks if store.key(task.policy, task.seed) != task.key]
    for task in tasks:
        if task not in missing:
            report(task, reused=True)
    execute(missing, jobs, report)
    return reasons


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


def _chosen(words: tuple[str, ...], catalogue: Catalogue) -> list[Policy]:
    """Policies in the order of the words that mean them; one that two words mean takes part once."""
    if not words:
        return [policy for suite in USUAL_SUITES for policy in catalogue.suite(suite)]
    chosen: dict[str, Policy] = {}
    for word in words:
        if words.count(word) > 1:
            raise InputError(f"'{word}' is named twice among the policies")
        for policy in catalogue.choice(word):
            if chosen.setdefault(policy.name, policy) != policy:
                raise InputError(f"two policies are named '{policy.name}'; allowed: a name of its own for each")
    return list(chosen.values())


def _with_reference(policies: list[Policy], catalogue: Catalogue) -> tuple[Policy, ...]:
    """The reference first, then the others, with every parameter written out."""
    reference = next((policy for policy in policies if policy.name == REFERENCE), catalogue.policy(REFERENCE))
    others = [policy for policy in policies if policy.name != REFERENCE]
    return tuple(resolve(policy, catalogue) for policy in (reference, *others))
