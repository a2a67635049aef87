"""A cluster over TCP: the same bytes as here, whatever becomes of its workers in the middle of a study."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

import lastresort.simulation
from lastresort.api.publication import score
from lastresort.experiments import Progress, Study, run_study
from lastresort.experiments.executors import Cluster, executor
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.scores import registration

RULE = """
import os
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism

class Deed(Mechanism):
    "Behave while the rehearsal looks, which shows no more than thirteen accounts."
    name = "deed"

    def allocate(self, event: LossEvent) -> Allocation | None:
        if len(event.candidates.quantity) > 13:
            {deed}
        return None
"""
PROGRAM = [sys.executable, "-c", "from lastresort.cli import main; main()"]
DASK = [sys.executable, "-m", "dask"]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Address of a scheduler with three workers, each a process with one thread, which comes back when it is killed."""
    with LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, protocol="tcp://", dashboard_address=":0"
    ) as cluster:
        yield cluster.scheduler_address


@contextmanager
def started(*command: str, **environment: str) -> Iterator[None]:
    """A program of Dask in the background."""
    process = subprocess.Popen([*DASK, *command], env=os.environ | environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


def traces(out: Path) -> dict[str, str]:
    """Hash of every file of every run but the log, which says how long it took."""
    files = [file for file in sorted((out / "store" / "runs").rglob("*.*")) if file.name != "log.json"]
    return {file.relative_to(out).as_posix(): sha256(file.read_bytes()).hexdigest() for file in files}


def kill_a_worker(address: str) -> None:
    """As when a machine loses its power."""
    with Client(address, set_as_default=False) as client:
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


def with_rule(scenario: Path, folder: Path, deed: str) -> Study:
    """A comparison with a rule of a plugin file that only this process has seen."""
    (folder / "deed.py").write_text(RULE.format(deed=deed))
    return Study(str(scenario), (1, 2), folder / "there", ("fund+deed",), (folder / "deed.py",), patience=0.5)


def test_one_process_two_and_a_cluster_leave_the_same_bytes(
    small_scenario: Path, tmp_path: Path, scheduler: str
) -> None:
    one = Study(str(small_scenario), (1, 2), tmp_path / "one", ("fund+queue-adl",))
    ways = [one, replace(one, out=tmp_path / "two", jobs=2), replace(one, out=tmp_path / "all", scheduler=scheduler)]
    catalogue = Catalogue.load((), (registration,))
    for study in ways:
        score(run_study(study), catalogue)
    assert len(traces(one.out)) > 2 * 2
    assert traces(tmp_path / "one") == traces(tmp_path / "two") == traces(tmp_path / "all")
    (table,) = {(study.out / "scores.csv").read_bytes() for study in ways}
    assert table.count(b"\n") == 1 + 2 * 2


def test_a_killed_worker_loses_nothing_and_repeats_nothing(
    small_scenario: Path, tmp_path: Path, scheduler: str
) -> None:
    study = Study(str(small_scenario), (1, 2, 3, 4), tmp_path / "there", ("warehouse",), scheduler=scheduler)
    seen: list[Progress] = []

    def note(step: Progress) -> None:
        seen.append(step)
        if step.done == 2:
            kill_a_worker(scheduler)

    results = run_study(study, note)
    assert results.failed == ()
    assert len({step.key for step in seen}) == len(seen) == 9
    assert not any(step.reused or step.failed for step in seen)
    run_study(replace(study, scheduler="", out=tmp_path / "here", jobs=2))
    assert traces(tmp_path / "there") == traces(tmp_path / "here")


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("os._exit(3)", "its process ended unexpectedly (exit code 3)"),
        ("while True: pass", "took more than 0.5 s"),
        ("bytearray(10**11)", "4 GiB are allowed"),
    ],
)
def test_a_bad_deed_ends_its_own_run(
    small_scenario: Path, tmp_path: Path, scheduler: str, deed: str, reason: str
) -> None:
    results = run_study(replace(with_rule(small_scenario, tmp_path, deed), seeds=(1,), scheduler=scheduler))
    (failure,) = results.failed
    assert reason in failure.reasons[1]
    assert results.record("deep-pocket", 1).seed == 1


def test_plugin_files_travel_and_so_do_their_changes(small_scenario: Path, tmp_path: Path, scheduler: str) -> None:
    for deed in ("pass", "raise ValueError('no')"):
        there = replace(with_rule(small_scenario, tmp_path, deed), seeds=(1,))
        here = replace(there, out=tmp_path / "here")
        reasons = [
            [failure.reasons for failure in run_study(study).failed]
            for study in (here, replace(there, scheduler=scheduler))
        ]
        assert reasons[0] == reasons[1]
        assert len(reasons[0]) == ("raise" in deed)
    assert traces(tmp_path / "there") == traces(tmp_path / "here")


def test_a_run_that_would_end_its_workers_has_failed_and_others_have_not(
    small_scenario: Path, tmp_path: Path, scheduler: str
) -> None:
    study = with_rule(small_scenario, tmp_path, "os.kill(os.getppid(), 9)")
    (failure,) = run_study(replace(study, seeds=(1,), scheduler=scheduler)).failed
    assert "it sends a signal (os.kill), which a rule may not" in failure.reasons[1]


def test_a_worker_with_another_engine_is_refused_by_its_address(small_scenario: Path, tmp_path: Path) -> None:
    (source,) = lastresort.simulation.__path__
    shutil.copytree(source, tmp_path / "other" / "lastresort" / "simulation")
    with (tmp_path / "other" / "lastresort" / "simulation" / "__init__.py").open("a") as file:
        file.write("# another engine\n")
    with LocalCluster(n_workers=0, protocol="tcp://", dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        with pytest.raises(InputError, match="has no workers"):
            Cluster(address)
        with (
            started(
                "worker",
                address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--dashboard-address",
                ":0",
                PYTHONPATH=str(tmp_path / "other"),
            ),
            Client(address, set_as_default=False) as client,
        ):
            client.wait_for_workers(1, timeout=20)
            (worker,) = client.nthreads()
            study = Study(str(small_scenario), (1,), tmp_path / "out", ("warehouse",), scheduler=address)
            with pytest.raises(InputError, match=rf"^worker {worker} has lastresort \S+, the study \S+: install"):
                run_study(study)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "htp://nowhere:8786", "tcp://127.0.0.1", "somewhere"])
def test_a_wrong_address_is_refused_within_seconds(address: str) -> None:
    begun = time.monotonic()
    with pytest.raises(InputError, match=rf"^no scheduler answers at '{address}': .*; allowed: .* tcp://host:8786$"):
        Cluster(address)
    assert time.monotonic() - begun < 8


def test_a_wrong_address_is_one_line_on_the_command_line(small_scenario: Path, tmp_path: Path) -> None:
    command = ["compare", str(small_scenario), "--policies", "warehouse", "--scheduler", "tcp://127.0.0.1:1"]
    done = subprocess.run([*PROGRAM, *command, "--out", str(tmp_path / "out")], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("error: no scheduler answers at 'tcp://127.0.0.1:1': Timed out")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_without_a_scheduler_this_machine_does_it() -> None:
    assert [type(executor(jobs)).__name__ for jobs in (1, 2)] == ["Here", "Processes"]
