"""A comparison: resumable, the same on any number of processes, and without a trace where it is refused."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from lastresort.experiments import Progress, Results, Study, run_study
from lastresort.plugins.errors import InputError

IDLE = """
from lastresort.mechanisms.contract import EventView, Mechanism

class Idle(Mechanism):
    "Do nothing, attentively."
    name = "idle"

    def observe(self, view: EventView) -> None:
        return None
"""


def traces(out: Path) -> dict[str, str]:
    """Hash of every file of every run but the log, which says how long it took."""
    files = [file for file in sorted((out / "store" / "runs").rglob("*.*")) if file.name != "log.json"]
    return {file.relative_to(out).as_posix(): sha256(file.read_bytes()).hexdigest() for file in files}


def test_runs_are_the_same_bytes_for_one_job_and_two(small_scenario: Path, tmp_path: Path) -> None:
    for jobs in (1, 2):
        run_study(Study(str(small_scenario), (1, 2), tmp_path / str(jobs), ("fund+queue-adl",), jobs=jobs))
    assert len(traces(tmp_path / "1")) == 2 * 2 * 9
    assert traces(tmp_path / "1") == traces(tmp_path / "2")


def test_the_reference_is_added_and_comes_first(small_scenario: Path, tmp_path: Path) -> None:
    results = run_study(Study(str(small_scenario), (3,), tmp_path / "out", ("warehouse",)))
    assert [policy.name for policy in results.policies] == ["deep-pocket", "warehouse"]
    assert results.seeds == (3,)
    assert results.record("warehouse", 3).policy == "warehouse"


def test_finished_runs_are_reused_and_outdated_ones_are_not(small_scenario: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    first = Study(str(small_scenario), (1,), tmp_path / "out", ("warehouse",))
    run_study(first)
    run_study(Study(first.scenario, (1, 2), first.out, first.policies), seen.append)
    assert [(step.seed, step.reused) for step in seen] == [(1, True), (1, True), (2, False), (2, False)]
    assert [step.done for step in seen] == [1, 2, 3, 4]

    small_scenario.write_text(small_scenario.read_text().replace("-0.12", "-0.13"))
    seen.clear()
    run_study(first, seen.append)
    assert [step.done for step in seen if not step.reused] == [0, 1, 2]


def test_the_manifest_holds_what_repeats_the_comparison(small_scenario: Path, tmp_path: Path) -> None:
    rule = tmp_path / "idle.py"
    rule.write_text(IDLE)
    study = Study(str(small_scenario), (1,), tmp_path / "out", ("fund+idle",), plugin_files=(rule,))
    manifest = run_study(study).manifest
    assert manifest["plugin_files"] == [{"file": str(rule), "sha256": sha256(rule.read_bytes()).hexdigest()}]
    assert manifest["mechanisms"]["idle"]["origin"] == str(rule)
    assert manifest["mechanisms"]["insurance-fund"]["origin"] == "built-in"
    assert manifest["scenario"]["news"] == [{"time": 120.0, "size": -0.12, "spread": 240.0, "shape": 1}]
    assert 0 <= manifest["conservation_error"] < 1e-9
    assert (manifest["patience"], manifest["failures"]) == (10.0, [])
    assert [(run["policy"], run["seed"]) for run in manifest["runs"]] == [("deep-pocket", 1), ("fund+idle", 1)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seeds": ()}, "number of seeds must be at least 1"),
        ({"seeds": (2, 0)}, "seeds must be positive, found 0"),
        ({"seeds": (2, 2)}, "seeds must differ"),
        ({"jobs": 0}, "number of jobs must be at least 1, found 0"),
        ({"patience": 0.0}, "patience must be a number of seconds above 0, found 0"),
        ({"patience": float("nan")}, "patience must be a number of seconds above 0, found nan"),
        ({"patience": float("inf")}, "patience must be a number of seconds above 0, found inf"),
        ({"policies": ("warehouse", "warehouse")}, "--policies: 'warehouse' is named twice"),
        ({"policies": ("warehose",)}, "did you mean 'warehouse'"),
        ({"scenario": "oct-2052"}, "did you mean 'oct-2025'"),
        ({"plugin_files": (Path("nowhere.py"),)}, "nowhere.py"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    study = replace(Study("calm-day", (1,), tmp_path / "out"), **change)
    with pytest.raises(InputError, match=sentence):
        run_study(study)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_else_is_refused(small_scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").touch()
    with pytest.raises(InputError, match=r"holds something else \('thesis.tex'\)"):
        run_study(Study(str(small_scenario), (1,), out, ("warehouse",)))
    assert [entry.name for entry in out.iterdir()] == ["thesis.tex"]


def test_a_folder_with_another_scenario_is_refused(small_scenario: Path, tmp_path: Path) -> None:
    study = Study(str(small_scenario), (1,), tmp_path / "out", ("deep-pocket",))
    run_study(study)
    small_scenario.write_text(small_scenario.read_text().replace("name: small\ntitle", "name: tiny\ntitle"))
    with pytest.raises(InputError, match="holds a comparison on scenario 'small'"):
        run_study(study)
    assert Results.open(tmp_path / "out").scenario.name == "small"
