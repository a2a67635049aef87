"""A real process, killed or interrupted in the middle of a comparison: whole runs stay, and the rerun does the rest."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lastresort.experiments import RunStore

AS_IN_FRONT = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""A process that is started in the background inherits that interrupts are ignored."""

PROGRAM = [sys.executable, "-c", f"{AS_IN_FRONT}; from lastresort.cli import main; main()"]
SEEDS = 4


def arguments(scenario: Path, out: Path, jobs: int) -> list[str]:
    """A comparison of eight runs."""
    study = ["compare", str(scenario), "--policies", "warehouse", "--seeds", str(SEEDS)]
    return [*PROGRAM, *study, "--jobs", str(jobs), "--out", str(out)]


def stored(out: Path) -> list[str]:
    """Keys of the runs that are there as a reader sees them."""
    return sorted(RunStore(out / "store").keys())


def stop_after_two_runs(scenario: Path, out: Path, jobs: int, number: signal.Signals) -> subprocess.Popen[str]:
    """Start a program, wait until two runs are stored, send it a signal and wait for its end."""
    command = arguments(scenario, out, jobs)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while len(stored(out)) < 2 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    process.wait(timeout=60)
    return process


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_killed_comparison_leaves_whole_runs_and_the_rerun_completes(
    small_scenario: Path, tmp_path: Path, jobs: int
) -> None:
    out = tmp_path / "out"
    stop_after_two_runs(small_scenario, out, jobs, signal.SIGKILL)
    time.sleep(1.0)  # workers notice that their parent is gone
    store = RunStore(out / "store")
    left = stored(out)
    assert 2 <= len(left) < 2 * SEEDS
    for key in left:
        assert store.read(key).policy in ("deep-pocket", "warehouse")
    assert not (out / "manifest.json").exists()

    done = subprocess.run(arguments(small_scenario, out, jobs), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == f"8/8 runs, {len(left)} kept from before, {out}"
    assert len(stored(out)) == 2 * SEEDS
    assert not list(store.unfinished.iterdir())


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_ends_the_program_with_one_line(small_scenario: Path, tmp_path: Path, jobs: int) -> None:
    process = stop_after_two_runs(small_scenario, tmp_path / "out", jobs, signal.SIGINT)
    assert process.returncode == 130
    assert process.stderr is not None
    last = process.stderr.read().splitlines()[-1]
    assert last == "interrupted: finished runs are kept, and the same command resumes"
    assert not (tmp_path / "out" / "manifest.json").exists()
