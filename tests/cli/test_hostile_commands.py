"""Every command that runs plugin code: a rule that ends its process is told in a sentence, and the exit code is 1."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

RULE = """
import os, signal
from itertools import count
from lastresort.mechanisms.contract import LossEvent, Mechanism

class Hostile(Mechanism):
    "Nobody should have it."
    name = "hostile"
    def allocate(self, event: LossEvent) -> None:
        {deed}
"""
EXIT = "os._exit(0)"
LOOP = "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); sum(count())"
PATIENCE = 2.0


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    """A plugin file."""
    file = tmp_path / "hostile.py"
    file.write_text(RULE.format(deed=EXIT), encoding="utf-8")
    return file


def lastresort(words: Sequence[object], folder: Path) -> subprocess.CompletedProcess[str]:
    """The program, in a process of its own."""
    command = [sys.executable, "-c", "from lastresort.cli import main; main()", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def compared(scenario: Path, out: Path, *more: object, jobs: int) -> list[object]:
    """A comparison of one seed."""
    usual = ["compare", scenario, "--seeds", 1, "--jobs", jobs, "--out", out, "--patience", PATIENCE, "--quiet"]
    return [*usual, *more]


@pytest.mark.parametrize("command", ["run", "check", "axioms", "explain"])
def test_an_exit_is_a_failure_in_every_command(command: str, rule: Path, small_scenario: Path, tmp_path: Path) -> None:
    words = {
        "run": ["run", small_scenario, "fund+hostile", "--plugin", rule],
        "check": ["check", rule, "--examples", 1],
        "axioms": ["axioms", "hostile", "--plugin", rule, "--cases", 5],
        "explain": ["explain", "hostile", "--plugin", rule],
    }
    done = lastresort(words[command], tmp_path)
    told = done.stdout + done.stderr
    assert "its process ended unexpectedly (exit code 0)" in " ".join(told.split())
    assert "Traceback" not in told
    assert done.returncode == (0 if command == "axioms" else 1)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_comparison_ends_though_a_rule_does_not(rule: Path, small_scenario: Path, tmp_path: Path, jobs: int) -> None:
    """Within twice the patience and what starting and comparing takes anyway, and others are compared as ever."""
    policies = ["--policies", "fund+queue-adl,fund+hostile"]
    began = time.monotonic()
    clean = lastresort(
        compared(small_scenario, tmp_path / "clean", "--policies", "fund+queue-adl", jobs=jobs), tmp_path
    )
    assert clean.returncode == 0, clean.stderr
    usual = time.monotonic() - began

    rule.write_text(RULE.format(deed=LOOP), encoding="utf-8")
    began = time.monotonic()
    done = lastresort(compared(small_scenario, tmp_path / "out", *policies, "--plugin", rule, jobs=jobs), tmp_path)
    took = time.monotonic() - began
    assert done.returncode == 1
    assert "policy 'fund+hostile' failed on 1 of 1 seed" in done.stderr
    assert f"took more than {PATIENCE:g} s" in done.stderr
    assert took < 2 * PATIENCE + 3 * usual + 10  # a busy machine starts slowly
    same = ("scores.csv", "scores.parquet")
    rows, others = ((tmp_path / place / same[0]).read_bytes() for place in ("out", "clean"))
    assert rows == others
