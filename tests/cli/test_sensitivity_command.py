"""`lastresort sensitivity`: what it runs, prints and writes, how it goes on, and how it fails."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from lastresort.analysis.sensitivity import Sensitivity
from lastresort.cli.application import app
from lastresort.experiments import RunStore

TEXT = """\
name: tiny
scenario: small.yaml
set:
  scenarios.*.population.accounts: 400
  scenarios.*.clock.duration: 150
  scenarios.*.news.1.time: 10
  scenarios.*.news.1.spread: 40
factors:
  scenarios.*.desks.rehedge_time: {low: 30, high: 600, scale: log}
thresholds:
  tau: [10, 120]
replicates: 2
trajectories: 2
confirm_factors: 1
"""
DIFFERENCE = "mnf: fund+hedge-aware-adl - fund+queue-adl"


def sensitivity(command: str, *arguments: object) -> Result:
    """Invoke a command."""
    return CliRunner().invoke(app, ["sensitivity", command, *map(str, arguments)])


def run(place: Path, *arguments: object) -> Result:
    """Run the file of a folder."""
    return sensitivity("run", place / "tiny.yaml", "--jobs", 1, "--out", place / "out", *arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small: str) -> Path:
    """A folder with a sensitivity file, and in `out` what came of its screening."""
    place = tmp_path_factory.mktemp("sensitivity")
    (place / "small.yaml").write_text(small)
    (place / "tiny.yaml").write_text(TEXT)
    result = run(place)
    assert result.exit_code == 0, result.output
    (place / "stdout.txt").write_text(result.stdout)
    return place


OWN = """\
import pluggy
from lastresort.plugins.score import Score

hookimpl = pluggy.HookimplMarker("lastresort")


@hookimpl
def lastresort_scores():
    words = {"title": "T", "meaning": "M.", "formula": "f", "unit": "fraction", "direction": "lower is better"}
    return [Score(name="twice_mine", measure=lambda run, reference: 2 * run.series["gap_btc"].max(), **words)]
"""


def test_a_score_of_a_plugin_is_looked_at_like_any_other(tmp_path: Path, small: str) -> None:
    (tmp_path / "small.yaml").write_text(small)
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "tiny.yaml").write_text(TEXT + "scores: [gap_btc, twice_mine]\nplugins: [own.py]\n")
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    table = pd.read_parquet(tmp_path / "out" / "samples.parquet")
    mine, theirs = (table[f"{name}: fund+queue-adl"] for name in ("twice_mine", "gap_btc"))
    assert mine.tolist() == pytest.approx((2 * theirs).tolist())
    assert (theirs > 0).all()


def test_a_screening_is_printed_and_written(folder: Path) -> None:
    out, printed = folder / "out", (folder / "stdout.txt").read_text()
    assert {entry.name for entry in out.iterdir()} == {
        *("declaration.json", "store", "samples.parquet", "sensitivity.json"),
    }
    found = Sensitivity.read(out)
    assert found.morris
    assert (found.morris.trajectories, found.morris.points, found.sobol, found.ends) == (2, 8, None, ())
    assert found.runs == len(set(RunStore(out / "store").keys()))
    assert found.runs % 3 == 0
    assert found.runs < 3 * 8  # thresholds take no runs
    table = pd.read_parquet(out / "samples.parquet")
    assert table["block"].tolist() == [1] * 4 + [2] * 4
    scores = table["mnf: fund+hedge-aware-adl"] - table["mnf: fund+queue-adl"]
    assert scores.tolist() == pytest.approx(table[DIFFERENCE].tolist())
    assert set(table["replicate"]) == {1.0, 2.0}
    assert "desks.rehedge_time" in printed
    assert "chance (seeds)" in printed
    assert printed.splitlines()[-1] == str(out)


def test_show_prints_the_same_without_salib(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    assert sensitivity("show", folder / "out").stdout == (folder / "stdout.txt").read_text()
    document = json.loads(sensitivity("show", folder / "out", "--json").stdout)
    assert document["origins"]["libraries"]["SALib"]


def test_the_same_command_does_what_is_left_and_comes_to_the_same_end(copy: Path) -> None:
    out = copy / "out"
    before = {name: (out / name).read_bytes() for name in ("sensitivity.json", "samples.parquet")}
    lost = sorted(RunStore(out / "store").keys())[0]
    RunStore(out / "store").remove(lost)
    (out / "sensitivity.json").unlink()
    again = run(copy)
    assert again.exit_code == 0, again.output
    told = re.findall(r"(\d+)/\1 runs(?:, (\d+) kept from before)?", again.stderr)
    assert sum(int(total) - int(kept or 0) for total, kept in told) == 1
    assert {name: (out / name).read_bytes() for name in before} == before


def test_sobol_and_the_ends_take_only_new_runs(copy: Path) -> None:
    before = set(RunStore(copy / "out" / "store").keys())
    result = run(copy, "--method", "both", "--samples", 2, "--confirm", 2, "--json", "--quiet")
    assert result.exit_code == 0, result.output
    assert set(RunStore(copy / "out" / "store").keys()) > before
    document = json.loads(result.stdout)
    assert document["sobol"]["factors"] == ["scenarios.*.desks.rehedge_time", "thresholds.tau", "replicate"]
    assert {end["seeds"] for end in document["ends"]} == {2}
    found = Sensitivity.read(copy / "out")
    assert len(found.ends) == 2 * (1 + 2)
    assert len(found.confirmations) == 2
    printed = sensitivity("show", copy / "out").stdout
    assert "one at a time, all else as it is" in printed
    assert "ST" in printed


def test_a_dry_run_writes_nothing(folder: Path, tmp_path: Path) -> None:
    for name in ("tiny.yaml", "small.yaml"):
        shutil.copy(folder / name, tmp_path)
    result = run(tmp_path, "--dry-run", "--method", "both", "--samples", 2, "--confirm", 2, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert {stage["stage"]: stage["points"] for stage in document["stages"]} == {"morris": 8, "sobol": 10, "ends": 3}
    assert document["to_do"] == document["runs"] > 0
    assert not (tmp_path / "out").exists()
    done = json.loads(run(folder, "--dry-run", "--json").stdout)
    assert (done["to_do"], done["runs"]) == (0, len(set(RunStore(folder / "out" / "store").keys())))


def test_a_policy_that_fails_leaves_its_blocks_out(copy: Path, failing: Callable[[str], str]) -> None:
    (copy / "failing.py").write_text(failing("raise ZeroDivisionError('no such luck')"))
    (copy / "tiny.yaml").write_text(
        f"{TEXT}plugins: [failing.py]\npolicies: [fund+queue-adl, fund+failing]\n".replace(
            "accounts: 400", "accounts: 2000"
        )
    )
    result = run(copy)
    assert result.exit_code == 1
    assert "runs failed, and their blocks of points are left out; policy 'fund+failing', seed " in result.stderr
    assert "no such luck" in result.stderr
    found = Sensitivity.read(copy / "out")
    assert found.morris
    assert found.morris.left_out > 0


def test_a_scenario_has_built_in_assumptions(tmp_path: Path) -> None:
    setting = ["--set", "scenarios.*.population.accounts=400", "--set", "scenarios.*.clock.duration=60"]
    arguments = ["oct-2025", *setting, "--trajectories", 2, "--out", tmp_path / "out", "--dry-run", "--json"]
    result = sensitivity("run", *arguments)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["analysis"] == "oct-2025-sensitivity"


def test_without_salib_there_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    for name in [name for name in sys.modules if name.startswith("SALib.")]:
        monkeypatch.delitem(sys.modules, name)
    result = run(folder)
    assert result.exit_code == 2
    assert result.stderr == (
        "error: sensitivity analysis needs the library SALib: pip install 'lastresort[sensitivity]'\n"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--method", "moris"), "command line: key 'method': found 'moris'; allowed: 'morris', 'sobol' or 'both'"),
        (("--samples", 100), "command line: key 'samples': found 100; allowed: a power of two"),
        (("--trajectories", 1), "found 1; allowed: greater than or equal to 2"),
        (("--policies", "fund+queue-adl"), "allowed: two policies or more beside the reference"),
        (("--set", "scenarios.*.clock.duratoin=9"), "did you mean 'duration'?"),
        (("--jobs", 0), "the number of jobs must be at least 1"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    folder: Path, tmp_path: Path, arguments: tuple[object, ...], sentence: str
) -> None:
    for name in ("tiny.yaml", "small.yaml"):
        shutil.copy(folder / name, tmp_path)
    result = run(tmp_path, *arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert sentence in result.stderr
    assert not (tmp_path / "out").exists()


def test_an_unknown_scenario_is_one_sentence() -> None:
    result = sensitivity("run", "oct-2052")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "found 'oct-2052'; allowed: a YAML file, or a scenario: " in result.stderr
