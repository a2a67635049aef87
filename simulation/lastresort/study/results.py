"""A finished comparison, as it lies in its folder."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario
from lastresort.study.failure import Failure
from lastresort.study.folder import STORE
from lastresort.study.manifest import MANIFEST
from lastresort.study.store import RunStore, named

KEY = re.compile("[0-9a-f]{64}")


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
    def open(cls, directory: Path) -> Self:
        """Open a comparison's folder; InputError where it is missing, unfinished or damaged."""
        manifest = _read_manifest(directory)
        try:
            failed = _failures(manifest)
            names = {failure.policy.name for failure in failed}
            results = cls(
                directory=directory,
                manifest=manifest,
                scenario=Scenario.model_validate(manifest["scenario"]),
                policies=tuple(policy for policy in _policies(manifest) if policy.name not in names),
                seeds=tuple(manifest["seeds"]),
                keys=_keys(manifest),
                failed=failed,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"'{directory / MANIFEST}' is damaged or of another version of lastresort: run the comparison again"
            ) from error
        results._check_runs()
        return results

    @property
    def store(self) -> RunStore:
        """Where the runs are."""
        return RunStore(self.directory / self.manifest["store"])

    def record(self, policy: str, seed: int) -> RunRecord:
        """Read the run of one policy and seed from disk; InputError where it is missing or damaged."""
        if (policy, seed) not in self.keys:
            raise InputError(f"'{self.directory}' holds no run of policy '{policy}' with seed {seed}")
        return named(self.store.read(self.keys[policy, seed]), self.scenario.name, policy)

    def _check_runs(self) -> None:
        for policy in self.policies:
            for seed in self.seeds:
                key = self.keys.get((policy.name, seed), "")
                if not self.store.sound(key):
                    raise InputError(
                        f"'{self.store.folder(key)}' is missing or damaged (policy '{policy.name}', seed {seed}): "
                        "the same compare command does this run again"
                    )


def _keys(manifest: dict[str, Any]) -> dict[tuple[str, int], str]:
    """Keys of the finished runs; a folder may come from a stranger, so paths lead nowhere but to its own store."""
    if manifest["store"] not in (STORE, f"../../{STORE}"):
        raise ValueError(f"store at {manifest['store']}")
    keys = {(run["policy"], run["seed"]): str(run["key"]) for run in manifest["runs"]}
    if not all(KEY.fullmatch(key) for key in keys.values()):
        raise ValueError("keys are sha256 in hex")
    return keys


def _policies(manifest: dict[str, Any]) -> list[Policy]:
    return [Policy.model_validate(policy) for policy in manifest["policies"]]


def _failures(manifest: dict[str, Any]) -> tuple[Failure, ...]:
    reasons: dict[str, dict[int, str]] = {}
    for run in sorted(manifest.get("failures", ()), key=lambda run: int(run["seed"])):
        reasons.setdefault(run["policy"], {})[run["seed"]] = run["reason"]
    seeds = len(manifest["seeds"])
    return tuple(
        Failure(policy, reasons[policy.name], seeds) for policy in _policies(manifest) if policy.name in reasons
    )


def _read_manifest(directory: Path) -> dict[str, Any]:
    if not directory.is_dir():
        raise InputError(f"there is no folder '{directory}'")
    file = directory / MANIFEST
    if not file.is_file() and (directory / STORE).is_dir():
        raise InputError(f"'{directory}' holds an unfinished comparison: the same compare command resumes it")
    try:
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"'{directory}' holds no comparison: it has no {MANIFEST}") from error
    except ValueError as error:
        raise InputError(f"'{file}' is not valid JSON: {error}") from error
    return manifest
