"""How to run the comparison again, and what identifies it."""

import hashlib
import shlex
from collections.abc import Mapping
from typing import Any

import pandas as pd

from lastresort.experiments import Results
from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation
from lastresort.reports.document import Block, Cell, Column, Listing, Note, Row, Section, Table
from lastresort.reports.scenario_results import ReportInput
from lastresort.simulation.waterfall.time_limit import PATIENCE

NOT_RECORDED = "not recorded"


def reproduction(report: ReportInput) -> Section:
    """Commands, and versions and hashes of every scenario."""
    blocks: list[Block] = [Listing("\n".join(report.commands))]
    for results in report.scenarios:
        rows = [Row((name,), [Cell(value)]) for name, value in facts(results.runs, results.table)]
        caption = f"What identifies the comparison on “{results.runs.scenario.title}”."
        columns = [Column("Value", align="left")]
        blocks.append(Table(results.anchor("identity"), caption, columns, [("", rows)], "text", "What"))
    words = (
        "The same version, command and plugin files give the same score table, byte for byte, on the same processor "
        "with the same libraries; elsewhere the last digits may differ, which a crash amplifies."
    )
    return Section("reproduction", "How to reproduce this report", [*blocks, Note((words,))])


def command(results: Results) -> str:
    """The command that repeats the comparison; seeds are consecutive, as `lastresort compare` makes them."""
    words = ["lastresort", "compare", results.scenario.name]
    words += ["--policies", ",".join(policy.name for policy in took_part(results))]
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
        ("lastresort", recorded(manifest, "engine")),
        ("Python", recorded(manifest, "python")),
        ("Platform and processor", recorded(manifest, "platform")),
        ("Libraries", _listed(manifest.get("libraries", {})) or NOT_RECORDED),
        ("Plugins", _plugins(manifest) or "none"),
        ("Seeds", notation.listed([str(seed) for seed in results.seeds])),
        ("SHA-256 of the score table (scores.csv)", table_hash(table)),
        ("Largest relative conservation error", recorded(manifest, "conservation_error")),
    ]


def table_hash(table: pd.DataFrame) -> str:
    """SHA-256 (hex) of the score table as the CSV file that lies beside the report."""
    return hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def took_part(results: Results) -> list[Policy]:
    return [*results.policies, *(failure.policy for failure in results.failed)]


def _plugins(manifest: Mapping[str, Any]) -> str:
    """Distributions with version and plugin files, each with the beginning of the hash of its sources."""
    brought = [(f"{one['distribution']} {one['version']}", one) for one in manifest.get("plugins", ())]
    given = [(one["file"], one) for one in manifest.get("plugin_files", ())]
    return "; ".join(f"{name}, SHA-256 {one['sha256'][:12]}" for name, one in brought + given)


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def recorded(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return NOT_RECORDED if value is None else f"{value:.1e}" if isinstance(value, float) else str(value)
