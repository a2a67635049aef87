"""One run on its own, from names to a record."""

from dataclasses import dataclass
from pathlib import Path

from lastresort.experiments.design import Design
from lastresort.experiments.executors.plugin_runs import PluginRuns
from lastresort.experiments.executors.task import Outcome, Task, perform
from lastresort.experiments.experiment import check_patience, check_seeds
from lastresort.experiments.run import FailedRunError
from lastresort.experiments.store import unpack
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.rehearsal import rehearse
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.stage_clock import StageTime
from lastresort.simulation.waterfall.time_limit import PATIENCE


@dataclass(frozen=True, slots=True)
class SingleRun:
    """A record, and where the CPU time of its run went, if that was asked for."""

    record: RunRecord
    times: tuple[StageTime, ...]


def simulate_once(
    scenario: str,
    policy: str | Policy,
    seed: int,
    plugin_files: tuple[Path, ...] = (),
    out: Path | None = None,
    patience: float = PATIENCE,
    profile: bool = False,
) -> SingleRun:
    """Simulate a policy with one seed: names or paths of YAML files say which, or the policy itself is given.

    The record is also written to the folder `out`, if given, which must not exist or be empty. An answer may take
    `patience` seconds. With `profile` the run is clocked.
    Raises InputError before anything runs, and RunError where the run fails.
    """
    check_seeds((seed,))
    check_patience(patience)
    catalogue = contained(plugin_files, patience=patience)
    world = catalogue.scenario(scenario)
    rule = resolve(policy if isinstance(policy, Policy) else catalogue.policy(policy), catalogue)
    rehearse((rule,), catalogue, plugin_files, patience)
    if out is not None:
        _make_empty(out)
    (task,) = Design(world, (rule,), (seed,), catalogue, plugin_files, patience, profiled=profile).tasks()
    outcome = _outcome(task, catalogue)
    if outcome.files is None:
        raise FailedRunError(rule.name, seed, outcome.reason, outcome.traceback)
    if out is not None:
        for name, content in outcome.files.items():
            (out / name).write_bytes(content)
    return SingleRun(unpack(outcome.files, task.key), outcome.times)


def _outcome(task: Task, catalogue: Catalogue) -> Outcome:
    return PluginRuns().perform(task) if task.contained else perform(task, catalogue)


def _make_empty(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        empty = not any(out.iterdir())
    except OSError as error:
        raise InputError(f"cannot write to folder '{out}': {error.strerror}") from error
    if not empty:
        raise InputError(f"folder '{out}' is not empty: choose another --out")
