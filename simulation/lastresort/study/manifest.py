"""What was run, with what, and what came out: the file that makes a folder a finished comparison."""

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.installed import Installed
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.waterfall.time_limit import PATIENCE
from lastresort.study.executor import Task
from lastresort.study.keys import engine_version
from lastresort.study.store import RunStore

MANIFEST = "manifest.json"
LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow", "simpy", "pluggy", "pydantic")


@dataclass(frozen=True)
class Design:
    """What is crossed with what: a scenario, policies with all parameters, seeds, and the files of given plugins.

    `patience` is how many seconds an answer may take.
    """

    scenario: Scenario
    policies: tuple[Policy, ...]
    seeds: tuple[int, ...]
    plugin_files: tuple[Path, ...]
    catalogue: Catalogue
    patience: float = PATIENCE


def describe(
    design: Design, tasks: Sequence[Task], reasons: Mapping[Task, str], store: RunStore, elapsed: float
) -> dict[str, Any]:
    """Return the manifest of a comparison of which every run is over; `elapsed` is in seconds.

    `runs` are those that were finished, `failures` those in `reasons`, which says why they were not. `score_table` is
    the sha256 of the score table, None until it has been computed.
    """
    used = sorted({step.use for policy in design.policies for step in policy.waterfall})
    totals = {task: store.totals(task.policy, task.seed) for task in tasks if task not in reasons}
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": engine_version(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "libraries": {library: version(library) for library in LIBRARIES},
        "scenario": design.scenario.model_dump(mode="json"),
        "policies": [policy.model_dump(mode="json") for policy in design.policies],
        "seeds": list(design.seeds),
        "mechanisms": {name: _provenance(name, design.catalogue) for name in used},
        "plugins": [_plugin(plugin) for plugin in design.catalogue.installed],
        "plugin_files": [{"file": str(file), "sha256": sha256(file)} for file in design.plugin_files],
        "patience": design.patience,
        "runs": [{**_identity(task), "cpu_seconds": total["cpu_seconds"]} for task, total in totals.items()],
        "failures": [{**_identity(task), "reason": reasons[task]} for task in tasks if task in reasons],
        "conservation_error": max(float(total["conservation_error"]) for total in totals.values()),
        "cpu_seconds": sum(float(total["cpu_seconds"]) for total in totals.values()),
        "elapsed_seconds": elapsed,
        "score_table": None,
    }


def write_manifest(manifest: dict[str, Any], directory: Path) -> None:
    """Write manifest.json into `directory` in one step, so that it is there whole or not at all."""
    unfinished = directory / f".{MANIFEST}"
    unfinished.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    os.replace(unfinished, directory / MANIFEST)


def seal(manifest: dict[str, Any], directory: Path, score_table: Path) -> None:
    """Write the manifest again, with the sha256 of the score table's file."""
    write_manifest({**manifest, "score_table": sha256(score_table)}, directory)


def sha256(file: Path) -> str:
    """Return the sha256 (hex) of a file's bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _plugin(plugin: Installed) -> dict[str, str]:
    return {
        "plugin": plugin.entry_point.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "sha256": plugin.fingerprint(),
    }


def _provenance(name: str, catalogue: Catalogue) -> dict[str, str]:
    mechanism = catalogue.mechanisms[name]
    return {
        "source": mechanism.source,
        "evidence": str(mechanism.evidence),
        "origin": catalogue.origins[name],
        "sha256": catalogue.fingerprints[name],
    }


def _identity(task: Task) -> dict[str, Any]:
    return {"policy": task.policy, "seed": task.seed, "key": task.key}
