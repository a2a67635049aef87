"""A full device, the environment of a notebook, files that nest without end: a sentence, and never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-c", "from lastresort.cli import main; main()"]
FULL = Path("/dev/full")
DEPTH = 20_000

SCENARIO = "name: deep\ntitle: Deep\nsummary: Deep.\nvolatility: {}\n"
POLICY = "name: deep\ntitle: Deep\nsummary: Deep.\nwaterfall:\n  - use: full-takeover\n    with: {}\n"
STUDY = "name: deep\nscenarios: [calm-day]\nset: {{scenarios.*.volatility: {}}}\n"
SENSITIVITY = "name: deep\nscenario: calm-day\nset: {{scenarios.*.volatility: {}}}\n"
NESTED = {
    "lists": "[" * DEPTH + "]" * DEPTH,
    "mappings": "{a: " * DEPTH + "1" + "}" * DEPTH,
    "lists without an end": "[" * DEPTH,
}
FILES = {
    "a scenario": (SCENARIO, ["compare", "deep.yaml"]),
    "a scenario of one run": (SCENARIO, ["run", "deep.yaml", "warehouse"]),
    "a policy": (POLICY, ["compare", "calm-day", "--policies", "deep.yaml"]),
    "a study": (STUDY, ["study", "run", "deep.yaml"]),
    "an analysis": (SENSITIVITY, ["sensitivity", "run", "deep.yaml"]),
}


def call(
    words: list[str], folder: Path, stdout: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """What a process of its own says."""
    return subprocess.run(
        [*PROGRAM, *words],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE if stdout is None else stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("nested", NESTED.values(), ids=NESTED.keys())
@pytest.mark.parametrize(("text", "words"), FILES.values(), ids=FILES.keys())
def test_a_file_that_nests_without_end_is_one_sentence(
    tmp_path: Path, nested: str, text: str, words: list[str]
) -> None:
    (tmp_path / "deep.yaml").write_text(text.format(nested))
    done = call(words, tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr[-2000:]
    assert done.stderr.startswith("error: ")
    assert "deep.yaml" in done.stderr
    assert len(done.stderr) < 500
    assert [file.name for file in tmp_path.iterdir()] == ["deep.yaml"]


def test_a_setting_that_nests_without_end_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text("name: flat\nscenarios: [calm-day]\n")
    done = call(["study", "run", "study.yaml", "--set", f"scenarios.*.volatility={NESTED['lists']}"], tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr[-2000:]
    assert done.stderr.startswith("error: --set, 'scenarios.*.volatility': found ")


@pytest.mark.parametrize(
    "command", ["list", "list scores --json", "--help", "compare --help", "--version", "explain queue-adl"]
)
def test_a_full_device_is_one_sentence(tmp_path: Path, command: str) -> None:
    with FULL.open("w") as full:
        done = call(command.split(), tmp_path, full.fileno())
    assert (done.returncode, done.stderr) == (2, "error: cannot write the output: No space left on device\n")


@pytest.mark.parametrize("backend", ["module://matplotlib_inline.backend_inline", "module://nowhere", "nonsense"])
def test_reports_do_not_depend_on_the_backend_of_a_notebook(small_scenario: Path, tmp_path: Path, backend: str) -> None:
    words = ["compare", str(small_scenario), "--policies", "warehouse", "--seeds", "1", "--jobs", "1", "--out", "out"]
    done = call(words, tmp_path, MPLBACKEND=backend)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "report.html").is_file()
