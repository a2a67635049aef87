"""A finished comparison, as it lies in its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from lastresort.experiments.failure import Failure
from lastresort.experiments.folders.comparison_folder import STORE
from lastresort.experiments.folders.manifest import MANIFEST
from lastresort.experiments.folders.manifest_form import Manifest
from lastresort.experiments.folders.record_form import checked
from lastresort.experiments.store import Failures, RunStore, named, read_sealed, refuse_links
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario

DAMAGED = "is damaged or of another version of lastresort: run the comparison again"


@dataclass(frozen=True, slots=True)
class Cell:
    """A policy on a scenario with a seed, and the key of the run that this makes."""

    scenario: str
    policy: str
    seed: int
    key: str


@dataclass(frozen=True)
class Results:
    """The runs of one scenario under several policies, crossed with seeds; `policies` in the order of the manifest.

    Policies of which a run failed are not among them, but in `failed`, in the same order. `keys` are those of the
    finished runs, by policy and seed.
    """

    directory: Path
    manifest: dict[str, Any]
    scenario: Scenario
    policies: tuple[Policy, ...]
    seeds: tuple[int, ...]
    keys: Mapping[tuple[str, int], str]
    failed: tuple[Failure, ...] = ()

    @classmethod
    def open(cls, directory: Path | str) -> Self:
        """Open a comparison's folder; InputError where it is missing, unfinished or damaged."""
        results = cls.read(directory)
        results._check_runs()
        return results

    @classmethod
    def read(cls, directory: Path | str) -> Self:
        """Read what a comparison's folder says it holds, its runs unseen; InputError as `open`.

        The folder may come from a stranger: links in it are refused, and no path in it is followed out of it.
        """
        directory = Path(directory)
        refuse_links(directory)
        results = cls.of(directory, _read_manifest(directory))
        refuse_links(results.store.directory)
        return results

    @classmethod
    def of(cls, directory: Path, manifest: dict[str, Any]) -> Self:
        """The comparison that a manifest describes, its runs unseen; InputError where it describes none."""
        try:
            form = Manifest.model_validate(manifest)
        except (ValueError, RecursionError) as error:
            raise InputError(f"'{directory / MANIFEST}' {DAMAGED}") from error
        failed = _failures(form)
        names = {failure.policy.name for failure in failed}
        return cls(
            directory=directory,
            manifest=manifest,
            scenario=form.scenario,
            policies=tuple(policy for policy in form.policies if policy.name not in names),
            seeds=tuple(form.seeds),
            keys={(run.policy, run.seed): run.key for run in form.runs},
            failed=failed,
        )

    @property
    def store(self) -> RunStore:
        """Where the runs are."""
        return RunStore(self.directory / self.manifest["store"])

    def record(self, policy: str, seed: int) -> RunRecord:
        """Read the run of one policy and seed from disk; InputError where it is missing or damaged."""
        if (policy, seed) not in self.keys:
            raise InputError(f"'{self.directory}' holds no run of policy '{policy}' with seed {seed}")
        return checked(named(self.store.read(self.keys[policy, seed]), self.scenario.name, policy))

    def tracebacks(self) -> dict[str, str]:
        """By policy that failed, the way through its plugin's code to its first failure, where that is known."""
        kept = Failures(self.store.directory)
        runs = sorted(self.manifest["failures"], key=lambda run: -run["seed"])
        found = {run["policy"]: kept.traceback(run["key"]) for run in runs}
        return {policy: way for policy, way in found.items() if way}

    def cells(self) -> list[Cell]:
        """Return every cell of the policies that did not fail: by policy, in their order, then seed."""
        return [
            Cell(self.scenario.name, policy.name, seed, self.keys.get((policy.name, seed), ""))
            for policy in self.policies
            for seed in sorted(self.seeds)
        ]

    def _check_runs(self) -> None:
        for policy in self.policies:
            for seed in self.seeds:
                key = self.keys.get((policy.name, seed), "")
                flaw = self.store.flaw(key)
                if flaw:
                    raise InputError(
                        f"'{self.store.folder(key)}' is missing or damaged (policy '{policy.name}', seed {seed}; "
                        f"{flaw}): the same compare command does this run again, and 'lastresort verify --repair' does"
                    )


def _failures(form: Manifest) -> tuple[Failure, ...]:
    reasons: dict[str, dict[int, str]] = {}
    for run in sorted(form.failures, key=lambda run: run.seed):
        reasons.setdefault(run.policy, {})[run.seed] = run.reason
    return tuple(
        Failure(policy, reasons[policy.name], len(form.seeds)) for policy in form.policies if policy.name in reasons
    )


def _read_manifest(directory: Path) -> dict[str, Any]:
    if not directory.is_dir():
        raise InputError(f"there is no folder '{directory}'")
    file = directory / MANIFEST
    if not file.is_file() and (directory / STORE).is_dir():
        raise InputError(f"'{directory}' holds an unfinished comparison: the same compare command resumes it")
    try:
        return read_sealed(file)
    except FileNotFoundError as error:
        raise InputError(f"'{directory}' holds no comparison: it has no {MANIFEST}") from error
    except OSError as error:
        raise InputError(f"'{file}' cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"'{file}' {DAMAGED}") from error
