"""Killed processes, a full disk and a second process: what comes out is the same bytes, and nothing is damaged."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.experiments import RunStore
from lastresort.experiments.folders.writing import meant, write_whole
from lastresort.experiments.store import claim

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TINY = BENCHMARKS / "tiny.yaml"
WRITTEN = ("run.json", ".manifest.json", ".scores.csv", ".report.html")


def compare(out: Path) -> tuple[int, str]:
    """Exit code and stderr of a comparison of four runs."""
    done = CliRunner().invoke(
        app, ["compare", str(TINY), "--policies", "warehouse", "--seeds", "2", "--jobs", "1", "--out", str(out)]
    )
    return done.exit_code, done.stderr


@pytest.fixture(scope="module")
def peaceful(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The score table where nothing goes wrong."""
    out = tmp_path_factory.mktemp("peace") / "out"
    assert compare(out)[0] == 0
    return (out / "scores.csv").read_bytes()


def test_killed_processes_and_a_second_one_change_nothing() -> None:
    program = [sys.executable, str(BENCHMARKS / "survival.py"), "--runs", "20", "--kills", "3", "--parts"]
    done = subprocess.run([*program, "kills", "twins"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("same bytes, none repeated, none damaged") == 2


@pytest.mark.parametrize("file", WRITTEN)
def test_a_disk_that_is_full_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peaceful: bytes, file: str
) -> None:
    out, write = tmp_path / "out", Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == file:
            write(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        code, said = compare(out)
    assert code == 1
    assert said.splitlines()[-1].startswith("error: cannot write to")
    assert said.count("No space left on device; finished runs are kept, and the same command resumes") == 1
    store = RunStore(out / "store")
    done = sorted(store.keys())
    assert len(done) == (0 if file == "run.json" else 4)
    assert [entry.name for entry in out.iterdir() if entry.name.startswith(".")] == []

    code, said = compare(out)
    assert (code, f", {len(done)} kept from before" in said) == (0, bool(done))
    assert (out / "scores.csv").read_bytes() == peaceful
    assert [*store.unfinished.iterdir(), *(store.directory / "claims").iterdir()] == []


def test_what_a_killed_writer_leaves_is_taken_over(tmp_path: Path) -> None:
    for left in (".scores.csv", ".scores.csv.lock"):
        (tmp_path / left).write_text("half a ta")
        assert meant(left) == "scores.csv"
    write_whole(tmp_path / "scores.csv", b"table\n")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("scores.csv", b"table\n")]


def test_claims_of_killed_processes_are_swept_and_those_of_living_ones_are_not(tmp_path: Path) -> None:
    mine, left = claim(tmp_path, "living"), tmp_path / "claims" / "dead"
    assert mine is not None
    left.touch()
    RunStore(tmp_path).sweep()
    assert (left.exists(), claim(tmp_path, "living")) == (False, None)
    mine.release()
