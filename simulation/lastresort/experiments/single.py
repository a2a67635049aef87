"""One run on its own, from names to a record."""

from datetime import UTC, datetime
from pathlib import Path

from lastresort.experiments.experiment import check_patience, check_seeds
from lastresort.experiments.keys import run_key, waterfall_identity, world_identity
from lastresort.experiments.run import run_policy
from lastresort.experiments.store import RunLog, pack
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.stage_clock import StageClock
from lastresort.simulation.waterfall.time_limit import PATIENCE


def simulate_once(
    scenario: str,
    policy: str | Policy,
    seed: int,
    plugin_files: tuple[Path, ...] = (),
    out: Path | None = None,
    patience: float = PATIENCE,
    clock: StageClock | None = None,
) -> RunRecord:
    """Simulate a policy with one seed: names or paths of YAML files say which, or the policy itself is given.

    The record is also written to the folder `out`, if given, which must not exist or be empty. An answer may take
    `patience` seconds. A `clock` is told where the time of the run goes.
    Raises InputError before anything runs, and RunError where the run fails.
    """
    check_seeds((seed,))
    check_patience(patience)
    catalogue = Catalogue.load(plugin_files)
    world = catalogue.scenario(scenario)
    rule = resolve(policy if isinstance(policy, Policy) else catalogue.policy(policy), catalogue)
    rehearse((rule,), catalogue, plugin_files, patience)
    if out is not None:
        _make_empty(out)
    started = datetime.now(UTC)
    record = run_policy(world, rule, seed, catalogue, patience, clock)
    if out is not None:
        key = run_key(world_identity(world), waterfall_identity(rule, catalogue), seed)
        for name, content in pack(record, key, RunLog.of(record, started)).items():
            (out / name).write_bytes(content)
    return record


def _make_empty(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        empty = not any(out.iterdir())
    except OSError as error:
        raise InputError(f"cannot write to folder '{out}': {error.strerror}") from error
    if not empty:
        raise InputError(f"folder '{out}' is not empty: choose another --out")
