"""What was run, with what, and what came out: the file that makes a folder a finished comparison."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lastresort.experiments.design import Design
from lastresort.experiments.environment import libraries, machine
from lastresort.experiments.folders.seals import digests
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.keys import all_versions, engine_version
from lastresort.experiments.store import RunStore
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.installed import Installed
from lastresort.plugins.plugin_content import content_digest

MANIFEST = "manifest.json"


def describe(
    design: Design, reasons: Mapping[str, str], store: RunStore, directory: Path, elapsed: float
) -> dict[str, Any]:
    """Return the manifest of a comparison in `directory` of which every run is over; `elapsed` is in seconds.

    Versions are those of all its runs, which are part of their keys; `platform` names every system and processor that
    did some. `runs` are those that were finished, `failures` those whose keys are in `reasons`, which says why they
    were not. `files` are the sha256 of the scores and of what they come to, by name, `scored` says on which platform
    and with which versions they were made; empty and None until they are there.
    """
    used = sorted({step.use for policy in design.policies for step in policy.waterfall})
    keys = design.keys()
    logs = {key: store.log(key) for key in keys.values() if key not in reasons}
    headers = {key: store.header(key) for key in logs}
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "engine": engine_version(),
        "python": platform.python_version(),
        "platform": "; ".join(sorted({str(header.get("platform")) for header in headers.values()})),
        "libraries": dict(libraries()),
        "scenario": design.scenario.model_dump(mode="json"),
        "policies": [policy.model_dump(mode="json") for policy in design.policies],
        "seeds": list(design.seeds),
        "mechanisms": {name: _provenance(name, design.catalogue) for name in used},
        "plugins": [_plugin(plugin) for plugin in design.catalogue.installed],
        "plugin_files": [{"file": str(file), "sha256": content_digest(file)} for file in design.plugin_files],
        "patience": design.patience,
        "store": os.path.relpath(store.directory, directory),
        "runs": [
            {"policy": policy, "seed": seed, "key": key, "cpu_seconds": logs[key]["cpu_seconds"]}
            for (policy, seed), key in keys.items()
            if key in logs
        ],
        "failures": [
            {"policy": policy, "seed": seed, "key": key, "reason": reasons[key]}
            for (policy, seed), key in keys.items()
            if key in reasons
        ],
        "conservation_error": max(float(header["totals"]["conservation_error"]) for header in headers.values()),
        "cpu_seconds": sum(float(log["cpu_seconds"]) for log in logs.values()),
        "elapsed_seconds": elapsed,
        "scored": None,
        "files": {},
    }


def write_manifest(manifest: dict[str, Any], directory: Path) -> None:
    """Write manifest.json into `directory` in one step, so that it is there whole or not at all."""
    write_json(directory / MANIFEST, manifest)


def seal(manifest: dict[str, Any], directory: Path, files: Mapping[str, bytes]) -> None:
    """Write the manifest again, with the sha256 of files that this process has made of the runs, by name."""
    scored = {"platform": machine(), "versions": all_versions()}
    write_manifest({**manifest, "scored": scored, "files": digests(files)}, directory)


def sha256(file: Path) -> str:
    """Return the sha256 (hex) of a file's bytes."""
    return digests({"": file.read_bytes()})[""]


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
