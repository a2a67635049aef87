"""Where everything comes from: assumptions, mechanisms, and how to run the comparison again."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation
from lastresort.simulation.scenario import ASSUMPTION
from lastresort.simulation.waterfall.time_limit import PATIENCE
from lastresort.study import Results

NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the scenario, its value with unit, and where it comes from."""

    name: str
    value: str
    source: str

    @property
    def assumed(self) -> bool:
        """Whether it has no public source."""
        return ASSUMPTION in self.source


@dataclass(frozen=True, slots=True)
class Origin:
    """A mechanism that took part: in which policies, where its form comes from, how well known, which code it is."""

    name: str
    policies: str
    source: str
    evidence: str
    origin: str
    fingerprint: str


def parameters(results: Results) -> list[Parameter]:
    """Every number of the scenario."""
    return [Parameter(*row) for row in results.scenario.assumptions()]


def mechanisms(results: Results) -> list[Origin]:
    """Every mechanism with the policies that use it, in the order of the waterfalls."""
    users: dict[str, dict[str, None]] = {}
    for policy in _took_part(results):
        for step in policy.waterfall:
            users.setdefault(step.use, {})[policy.name] = None
    recorded = results.manifest.get("mechanisms", {})
    return [_origin(name, list(names), recorded.get(name, {})) for name, names in users.items()]


def command(results: Results) -> str:
    """The command that repeats the comparison; seeds are consecutive, as `lastresort compare` makes them."""
    words = ["lastresort", "compare", results.scenario.name]
    words += ["--policies", ",".join(policy.name for policy in _took_part(results))]
    words += ["--seeds", str(len(results.seeds)), "--first-seed", str(min(results.seeds))]
    for plugin in results.manifest.get("plugin_files", ()):
        words += ["--plugin", plugin["file"]]
    patience = results.manifest.get("patience", PATIENCE)
    if patience != PATIENCE:
        words += ["--patience", f"{patience:g}"]
    return shlex.join(words)


def facts(results: Results, table: pd.DataFrame) -> list[tuple[str, str]]:
    """What identifies the comparison: versions, plugins, seeds, hash of the score table, largest conservation error."""
    manifest = results.manifest
    return [
        ("lastresort", _recorded(manifest, "engine")),
        ("Python", _recorded(manifest, "python")),
        ("Platform", _recorded(manifest, "platform")),
        ("Libraries", _listed(manifest.get("libraries", {})) or NOT_RECORDED),
        ("Plugins", _plugins(manifest) or "none"),
        ("Seeds", notation.listed([str(seed) for seed in results.seeds])),
        ("SHA-256 of the score table (scores.csv)", table_hash(table)),
        ("Largest relative conservation error", _recorded(manifest, "conservation_error")),
    ]


def table_hash(table: pd.DataFrame) -> str:
    """SHA-256 (hex) of the score table as the CSV file that lies beside the report."""
    return hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def _took_part(results: Results) -> list[Policy]:
    return [*results.policies, *(failure.policy for failure in results.failed)]


def _origin(name: str, policies: Sequence[str], record: Mapping[str, Any]) -> Origin:
    return Origin(
        name=name,
        policies=", ".join(policies),
        source=_recorded(record, "source"),
        evidence=_recorded(record, "evidence"),
        origin=_recorded(record, "origin"),
        fingerprint=_recorded(record, "sha256")[:12],
    )


def _plugins(manifest: Mapping[str, Any]) -> str:
    """Distributions with version and plugin files, each with the beginning of the hash of its sources."""
    brought = [(f"{one['distribution']} {one['version']}", one) for one in manifest.get("plugins", ())]
    given = [(one["file"], one) for one in manifest.get("plugin_files", ())]
    return "; ".join(f"{name}, SHA-256 {one['sha256'][:12]}" for name, one in brought + given)


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _recorded(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return NOT_RECORDED if value is None else f"{value:.1e}" if isinstance(value, float) else str(value)
