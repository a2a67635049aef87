"""The identity of a run: two runs with the same key leave the same record."""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.scenario import Scenario

ENGINE = ("lastresort.mechanisms", "lastresort.simulation", "lastresort.plugins")


def canonical(document: Any) -> str:
    """Return `document` as JSON that is the same text for equal content: keys sorted, no spaces."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def run_key(scenario: Scenario, policy: Policy, seed: int, catalogue: Catalogue) -> str:
    """Return the sha256 (hex) of everything that decides a run.

    That is the scenario, the policy with all its parameters, the code of its mechanisms, the engine and the seed. What
    a policy says of its sources and their evidence is prose.
    """
    document = {
        "scenario": scenario.model_dump(mode="json"),
        "policy": policy.name,
        "waterfall": [[step.use, step.parameters] for step in policy.waterfall],
        "mechanisms": {step.use: catalogue.fingerprints[step.use] for step in policy.waterfall},
        "engine": engine_version(),
        "seed": seed,
    }
    return hashlib.sha256(canonical(document).encode()).hexdigest()


@cache
def engine_version() -> str:
    """Return the release and, after a plus sign, the start of the sha256 of the sources that decide a run."""
    digest = hashlib.sha256()
    for package in ENGINE:
        for source in _sources(package):
            digest.update(source.read_bytes())
    return f"{version('lastresort')}+{digest.hexdigest()[:12]}"


def _sources(package: str) -> list[Path]:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return sorted(Path(spec.origin).parent.rglob("*.py"))
