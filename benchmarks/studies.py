"""What studies cost beside their runs: overhead per run, two processes against one, and a store of 100,000 runs.

    python benchmarks/studies.py [--parts overhead width store] [--runs 300] [--cells 100000]

Processor time where that is what counts, ratios of things done side by side elsewhere. The load average is printed:
where other programs want the processors too, two processes do not get two of them.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from lastresort.experiments import Study, run_study
from lastresort.experiments.design import Design
from lastresort.experiments.executors import Executor, executor
from lastresort.experiments.folders.declaration import Declaration, designs_of
from lastresort.experiments.folders.seals import sealed, sealed_line
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.planning import StudyFile
from lastresort.experiments.runner import run_tasks
from lastresort.experiments.store import HEADER, PARTS, RunStore, read_sealed
from lastresort.experiments.store.measurement_log import KEY
from lastresort.experiments.store.packing import LOG
from lastresort.plugins.isolation.contained import contained
from lastresort.scores import score_results
from lastresort.scores.table import journal_of, measurement_keys

PROGRAM = (sys.executable, "-c", "from lastresort.cli import main; main()")
TINY = Path(__file__).with_name("tiny.yaml")
LONGER: Mapping[str, Mapping[str, float]] = {
    "population": {"accounts": 4000},
    "clock": {"duration": 3600.0, "stress_tick": 10.0, "calm_tick": 20.0},
}
ROUNDS = 3
VARIANTS, POLICIES = 10, ("fund+queue-adl", "fund+pro-rata-adl", "warehouse", "fund+socialized-loss")


def cpu_seconds() -> float:
    """Processor time of this process and of those that it waited for."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def tiny(runs: int, **settings: Mapping[str, float]) -> Design:
    """Half of the runs under the reference, half under warehousing."""
    design = Study(str(TINY), tuple(range(1, runs // 2 + 1)), Path(), ("warehouse",)).design()
    scenario = design.scenario.model_validate(design.scenario.model_dump() | settings)
    return Design(scenario, design.policies, design.seeds, design.catalogue)


def costs(design: Design, workers: Executor) -> tuple[float, float, float]:
    """Wall clock and processor time of a study, and what of the latter the simulations took; seconds."""
    with tempfile.TemporaryDirectory() as name:
        store, wall, cpu = RunStore(Path(name)), time.perf_counter(), cpu_seconds()
        run_tasks(design.tasks(), store, workers, lambda step: None)
        wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
        return wall, cpu, sum(store.log(key)["cpu_seconds"] for key in design.keys().values())


def overhead(runs: int) -> None:
    """Processor time per run that is not `simulate`, of all processes together, without starting the workers.

    The difference of a long and a short study: starting workers costs the same in both. Waterfalls, tables, hashes,
    claims, files and talk between processes are counted.
    """
    for jobs in (1, 2):
        beyond = []
        for size in (20, runs):
            _, cpu, simulated = costs(tiny(size), executor(jobs))
            beyond.append(cpu - simulated)
        each = 1e3 * (beyond[1] - beyond[0]) / (runs - 20)
        print(f"overhead, {jobs} processes: {each:.1f} ms per run; starting: {beyond[0]:.1f} s of processor time")


def width(runs: int) -> None:
    """Throughput of two processes against one, in turn, on the same runs; starting them is counted."""
    design = tiny(runs, **LONGER)
    ratios = []
    for _ in range(ROUNDS):
        (one, _, simulated), (two, _, _) = (costs(design, executor(jobs)) for jobs in (1, 2))
        ratios.append(one / two)
    each, load = simulated / runs, os.getloadavg()[0]
    middle = sorted(ratios)[ROUNDS // 2]
    print(f"2 processes against 1: {middle:.2f} times the runs per second, each {each:.2f} s; load {load:.1f}")


def store(cells: int) -> None:
    """Status and export of a finished study; its runs are made up and share the tables of one, which export reads."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        start = time.perf_counter()
        folder = _made_up(base, cells)
        print(f"made up {cells} cells in {time.perf_counter() - start:.0f} s")
        _measured("status", "study", "status", str(folder))
        _measured("export", "study", "export", str(folder), "--to", str(base / "scores.csv"))


def _measured(title: str, *arguments: str) -> None:
    start = time.perf_counter()
    process = subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.DEVNULL)
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    wall, cpu, peak = time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(f"{title}: {wall:.1f} s, {cpu:.1f} s of processor time, {peak:.0f} MiB; exit code {process.returncode}")


def _made_up(base: Path, cells: int) -> Path:
    """A study with so many cells, each with a log, a header, the tables of an example and a measurement."""
    file, out = base / "many.yaml", base / "many"
    sizes = [1e8 * (1 + step) for step in range(VARIANTS)]
    described = {
        "name": "many",
        "scenarios": [str(TINY)],
        "policies": list(POLICIES),
        "seeds": cells // VARIANTS // (1 + len(POLICIES)),
        "grid": {"scenarios.*.venues.big.fund": sizes},
    }
    file.write_text(json.dumps(described), encoding="utf-8")
    catalogue = contained()
    plan = StudyFile.read(file).plan(catalogue, known_scores=())
    folder, declared = StudyFolder(out), Declaration.of(plan, designs_of(plan, catalogue))
    out.mkdir()
    declared.write(out)
    example, numbers = _example(base / "example")
    header, log = (read_sealed(example / name) for name in (HEADER, LOG))
    noise = np.random.default_rng(1)
    for scenario in declared.worlds:
        keys = declared.keys(scenario)
        for key in keys.values():
            place = folder.store.folder(key)
            place.mkdir(parents=True)
            (place / HEADER).write_bytes(sealed(header | {"key": key}))
            (place / LOG).write_bytes(sealed(log | {"key": key}))
            for name in PARTS:
                (place / name).hardlink_to(example / name)
        _write_down(folder, measurement_keys(keys, keys), numbers, noise)
    return out


def _example(out: Path) -> tuple[Path, dict[str, float]]:
    """Folder of a run that was done, and its measures."""
    results = run_study(Study(str(TINY), (1,), out, ("warehouse",)))
    measures = score_results(results).drop(columns=["policy", "seed"]).iloc[1]
    numbers = {str(name): float(value) for name, value in measures.items()}
    return results.store.folder(results.keys["warehouse", 1]), numbers


def _write_down(folder: StudyFolder, names: list[str], numbers: dict[str, float], noise: np.random.Generator) -> None:
    """One measurement as the journal writes it, and copies of it with other numbers."""
    journal = journal_of(folder.store)
    journal.append(names[0], numbers)
    (file,) = sorted(journal.folder.iterdir())[-1:]
    shown = json.loads(file.read_bytes())
    shown.pop("crc32")
    with file.open("ab") as lines:
        for name in names[1:]:
            factor = 1 + float(noise.random())
            drawn = {key: value and value * factor for key, value in shown.items() if key != KEY}
            lines.write(sealed_line({KEY: name} | drawn))


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--parts", nargs="+", choices=("overhead", "width", "store"), default=["overhead", "width", "store"]
    )
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--cells", type=int, default=100_000)
    asked = parser.parse_args()
    parts: dict[str, Callable[[], None]] = {
        "overhead": lambda: overhead(asked.runs),
        "width": lambda: width(asked.runs // 5),
        "store": lambda: store(asked.cells),
    }
    for part in asked.parts:
        parts[part]()


if __name__ == "__main__":
    main()
