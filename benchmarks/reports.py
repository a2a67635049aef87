"""What a report costs: 12 policies on 3 scenarios with 50 seeds, from a finished store.

    python benchmarks/reports.py [--policies 12] [--scenarios 3] [--seeds 50] [--formats html]

Two runs of a whole day are simulated. Their record, and their measurements with noise, stand for all runs of the study,
so that the store is as large as a real one; then `lastresort report` is run on it as a user would. Wall clock, and the
largest resident memory of the command.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from lastresort.experiments.design import REFERENCE, Design
from lastresort.experiments.folders.declaration import Declaration, designs_of
from lastresort.experiments.folders.manifest import describe, write_manifest
from lastresort.experiments.folders.results import Cell
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.planning import Plan, StudyFile
from lastresort.experiments.run import run_policy
from lastresort.experiments.store import Profiles, RunLog, RunStore, pack
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.isolation.contained import contained
from lastresort.scores import registration
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.scores.table import journal_of, measurements
from lastresort.simulation import RunRecord

PROGRAM = (sys.executable, "-c", "from lastresort.cli import main; main()")
RULE = "fund+queue-adl"
STUDY = """
name: many
scenarios: [oct-2025]
policies: [core, okx, binance, bybit, hyperliquid, dydx-v4]
set: {{scenarios.*.population.accounts: 2000}}
grid: {{scenarios.*.volatility: [{volatilities}]}}
seeds: {seeds}
"""


def plan_of(folder: Path, policies: int, scenarios: int, seeds: int) -> tuple[Plan, Catalogue]:
    """A study of this size; policies are those of the core suite and some of venues."""
    file = folder / "many.yaml"
    volatilities = ", ".join(f"{0.02 + place / 1000:.3f}" for place in range(scenarios))
    file.write_text(STUDY.format(volatilities=volatilities, seeds=seeds), encoding="utf-8")
    catalogue = contained((), (registration,))
    plan = StudyFile.read(file).plan(catalogue, list(catalogue.scores), ())
    return replace(plan, policies=plan.policies[:policies]), catalogue


def two_runs(plan: Plan, catalogue: Catalogue) -> dict[bool, RunRecord]:
    """A run of the reference, and one of a rule."""
    by_name = {policy.name: policy for policy in plan.policies}
    return {name == REFERENCE: run_policy(plan.scenarios[0], by_name[name], 1, catalogue) for name in (REFERENCE, RULE)}


def fill(folder: StudyFolder, plan: Plan, catalogue: Catalogue) -> None:
    """Make the folder that of a finished study."""
    runs = two_runs(plan, catalogue)
    found = {which: Measurement(run, Yardstick(runs[True])) for which, run in runs.items()}
    folder.directory.mkdir()
    designs = designs_of(plan, catalogue)
    Declaration.of(plan, designs, False).write(folder.directory)
    for name, design in designs.items():
        _store(folder.store, design, runs)
        _measure(folder.store, design, found)
        place = folder.scenario(name)
        place.mkdir(parents=True)
        write_manifest(describe(design, {}, folder.store, place, 1.0), place)


def _cells(design: Design) -> Iterator[Cell]:
    return (Cell(design.scenario.name, policy, seed, key) for (policy, seed), key in design.keys().items())


def _store(store: RunStore, design: Design, runs: Mapping[bool, RunRecord]) -> None:
    for cell in _cells(design):
        record = replace(runs[cell.policy == REFERENCE], scenario=cell.scenario, policy=cell.policy, seed=cell.seed)
        store.write(cell.key, pack(record, cell.key, RunLog(1.0, datetime.now(UTC).isoformat(), "benchmark")))


def _measure(store: RunStore, design: Design, found: Mapping[bool, Measurement]) -> None:
    """Measurements with noise, so that no interval is degenerate; zeros stay zeros."""
    cells, journal, random = list(_cells(design)), journal_of(store), np.random.default_rng(1)
    for name, cell in zip(measurements(cells), cells, strict=True):
        own = found[cell.policy == REFERENCE]
        numbers = {key: value * float(random.uniform(0.9, 1.1)) for key, value in own.numbers.items()}
        Profiles(journal.folder).write(name, own.profile)
        journal.append(name, numbers)


def main() -> None:
    """Measure as asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policies", type=int, default=12)
    parser.add_argument("--scenarios", type=int, default=3)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--formats", default="html")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        plan, catalogue = plan_of(Path(name), asked.policies, asked.scenarios, asked.seeds)
        folder = StudyFolder(Path(name) / "many")
        fill(folder, plan, catalogue)
        started = time.perf_counter()
        command = ["report", str(folder.directory), "--format", asked.formats]
        subprocess.run([*PROGRAM, *command], check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        size = (folder.directory / "report.html").stat().st_size / 1e6
    runs = len(plan.policies) * len(plan.scenarios) * len(plan.seeds)
    print(f"{runs} runs: {wall:.1f} s, {memory:.0f} MiB, report.html {size:.2f} MB")


if __name__ == "__main__":
    main()
