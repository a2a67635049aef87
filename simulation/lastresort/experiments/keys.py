"""The identity of a run: two runs with the same key leave the same record."""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lastresort.experiments.environment import versions
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.scenario import Scenario

ENGINE = ("lastresort.mechanisms", "lastresort.simulation", "lastresort.plugins")


def canonical(document: Any) -> str:
    """Return `document` as JSON that is the same text for equal content: keys sorted, no spaces."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def digest(document: Any) -> str:
    """Return the sha256 (hex) of a document's canonical text."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def world_identity(scenario: Scenario) -> str:
    """Return the sha256 (hex) of a scenario, of the engine that simulates it, and of all versions that this needs."""
    return digest({"scenario": scenario.model_dump(mode="json"), "versions": all_versions()})


def waterfall_identity(policy: Policy, catalogue: Catalogue) -> str:
    """Return the sha256 (hex) of a policy's role, engine and rules: their order, all their parameters and their code.

    The role decides whether outside money is refused. What a policy is called, and what it says of its sources and
    their evidence, is prose.
    """
    rules = [[step.stage, step.parameters, catalogue.fingerprints[step.use]] for step in policy.waterfall]
    return digest([policy.role, policy.engine.parameters, rules])


def run_key(world: str, waterfall: str, seed: int, order: str = "", path: str = "") -> str:
    """Return the sha256 (hex) of everything that decides a run, given the identities of its two halves.

    `order` is the name of a variation of the order of things, and `path` the identity of the policy to whose price path
    the run is held; both are empty for usual runs.
    """
    return digest([world, waterfall, seed, *([order, path] if order or path else [])])


def all_versions() -> dict[str, str]:
    """Return what must agree wherever runs of one study are done: lastresort, Python and libraries."""
    return {"lastresort": engine_version()} | versions()


@cache
def engine_version() -> str:
    """Return the release and, after a plus sign, the start of the sha256 of the sources that decide a run."""
    return f"{version('lastresort')}+{fingerprint(*ENGINE)[:12]}"


@cache
def fingerprint(*packages: str) -> str:
    """Return the sha256 (hex) of all Python sources of some packages."""
    hashed = hashlib.sha256()
    for package in packages:
        for source in _sources(package):
            hashed.update(source.read_bytes())
    return hashed.hexdigest()


def _sources(package: str) -> list[Path]:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return sorted(Path(spec.origin).parent.rglob("*.py"))
