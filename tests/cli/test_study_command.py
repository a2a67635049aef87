"""Studies on the command line: what they print, what they leave behind, how they go on, and what they refuse."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from lastresort.cli.application import app
from lastresort.experiments import RunStore
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.store import Failures, read_sealed

SCENARIO = "small population.accounts="
PRIMARY = "{policy: fund+pro-rata-adl, against: fund+queue-adl, score: lc}"
PRECISION = "precision: {half_width: 1.0e-9, first_stage: 2, most_seeds: 3}"
STUDY = f"""
name: sizes
question: Does the number of accounts matter?
scenarios: [small.yaml]
policies: [fund+queue-adl, fund+pro-rata-adl]
seeds: 2
grid: {{scenarios.small.population.accounts: [400, 800]}}
primary: [{PRIMARY}]
{PRECISION}
"""


def study(*arguments: object) -> Result:
    """Invoke a command on studies."""
    return CliRunner().invoke(app, ["study", *map(str, arguments)])


def documented(*arguments: object) -> dict[str, Any]:
    """The document that a command prints."""
    result = study(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small: str) -> Path:
    """A folder with a study file, and in `out` what came of it; `printed.txt` is what was printed."""
    place = tmp_path_factory.mktemp("study")
    (place / "small.yaml").write_text(small)
    (place / "study.yaml").write_text(STUDY)
    result = study("run", place / "study.yaml", "--jobs", 1, "--out", place / "out")
    assert result.exit_code == 0, result.output
    (place / "stdout.txt").write_text(result.stdout)
    (place / "stderr.txt").write_text(result.stderr)
    return place


def tables(out: Path) -> dict[str, bytes]:
    """The score tables and answers of a study."""
    files = [*out.glob("scores.*"), *out.glob("scenarios/*/scores.*"), out / "primary.json"]
    return {str(file.relative_to(out)): file.read_bytes() for file in files}


def test_a_study_leaves_a_comparison_for_each_scenario_and_one_table_for_all(folder: Path) -> None:
    out = folder / "out"
    assert {entry.name for entry in out.iterdir()} == {
        "study.json",
        "store",
        "scenarios",
        "scores.csv",
        "scores.parquet",
        "primary.json",
    }
    joined = pd.read_parquet(out / "scores.parquet")
    assert list(joined.columns[:3]) == ["scenario", "policy", "seed"]
    assert len(joined) == 2 * 3 * 2
    for name, rows in joined.groupby("scenario"):
        place = out / "scenarios" / str(name)
        assert {entry.name for entry in place.iterdir()} == {
            "manifest.json",
            "scores.csv",
            "scores.parquet",
            "comparison.json",
        }
        own = pd.read_parquet(place / "scores.parquet")
        pd.testing.assert_frame_equal(rows.drop(columns="scenario").reset_index(drop=True), own)
        sealed = json.loads((place / "manifest.json").read_text())["files"]
        assert set(sealed) == {"scores.csv", "scores.parquet", "comparison.json"}
        assert sealed["scores.csv"] == sha256((place / "scores.csv").read_bytes()).hexdigest()


def test_the_primary_comparisons_are_printed_and_written(folder: Path) -> None:
    printed = (folder / "stdout.txt").read_text()
    document = json.loads((folder / "out" / "primary.json").read_text())
    table = pd.read_csv(folder / "out" / "scores.csv")
    assert [one["scenario"] for one in document["comparisons"]] == [SCENARIO + "400", SCENARIO + "800"]
    for one in document["comparisons"]:
        rows = table[table["scenario"] == one["scenario"]].set_index("policy")
        score = {name: _lc(rows.loc[name]) for name in ("fund+pro-rata-adl", "fund+queue-adl")}
        assert one["value"] == pytest.approx(score["fund+pro-rata-adl"] - score["fund+queue-adl"])
        assert f"{one['value']:+.3g}" in printed  # too few seeds for an interval
        assert one["verdict"] in printed
    assert printed.splitlines()[-1] == str(folder / "out")
    assert "12/12" in (folder / "stderr.txt").read_text()
    assert document["ranking"] is None


def _lc(rows: pd.DataFrame) -> float:
    return float((rows["loss"] * (1 + rows["beta"].fillna(0)) + 2 * rows["unpaid"]).mean())


def test_a_finished_study_is_told_again_and_not_touched(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("something was done")

    monkeypatch.setattr("lastresort.experiments.folders.study_folder.run_comparisons", refuse)
    again = study("run", copy / "study.yaml", "--jobs", 1, "--out", copy / "out")
    assert again.exit_code == 0, again.output
    expected = (copy / "stdout.txt").read_text().splitlines()[:-1]
    assert again.stdout.splitlines()[:-1] == expected
    assert again.stderr == ""
    (copy / "out" / "scores.csv").unlink()
    more = study("run", copy / "study.yaml", "--jobs", 1, "--out", copy / "out")
    assert isinstance(more.exception, AssertionError)


def test_what_is_lost_is_done_again_and_nothing_else(copy: Path) -> None:
    out = copy / "out"
    before = tables(out)
    store = RunStore(out / "store")
    lost = min(store.keys())
    store.remove(lost)
    standing = documented("status", out)
    assert sum(one["left"] for one in standing["scenarios"]) == 1
    assert sum(one["cpu_seconds_left"] for one in standing["scenarios"]) > 0
    resumed = study("resume", out, "--jobs", 1)
    assert resumed.exit_code == 0, resumed.output
    assert "12/12 runs, 11 kept from before" in resumed.stderr
    assert tables(out) == before
    assert resumed.stdout.splitlines()[:-1] == (copy / "stdout.txt").read_text().splitlines()[:-1]


def test_status_of_a_finished_study(folder: Path) -> None:
    standing = documented("status", folder / "out")
    assert standing["finished"]
    assert [(one["runs"], one["done"], one["left"]) for one in standing["scenarios"]] == [(6, 6, 0)] * 2
    printed = study("status", folder / "out").stdout
    assert "12 of 12 runs done, 0 failed, 0 left; finished" in printed


def test_seeds_are_added_until_the_budget_ends_and_a_resumed_study_comes_to_the_same(copy: Path) -> None:
    out = copy / "out"
    found = study("run", copy / "study.yaml", "--jobs", 1, "--out", out, "--until-precise")
    assert found.exit_code == 0, found.output
    assert "not reached" in found.stdout
    document = json.loads((out / "primary.json").read_text())
    assert document["seeds"] == [1, 2, 3]
    assert document["precision"]["needed"] > 3
    before = tables(out)
    RunStore(out / "store").remove(next(RunStore(out / "store").keys()))
    write_json(out / "study.json", read_sealed(out / "study.json") | {"seeds": [1, 2]})
    (out / "primary.json").unlink()
    assert study("resume", out, "--jobs", 1).exit_code == 0
    assert tables(out) == before


def test_another_plan_makes_garbage(copy: Path) -> None:
    out = copy / "out"
    arguments = ("run", copy / "study.yaml", "--jobs", 1, "--out", out)
    changed = study(*arguments, "--set", "policies.fund+queue-adl.insurance-fund.usable=0.4", "--quiet")
    assert (changed.exit_code, changed.stdout) == (0, f"{out}\n")
    stale = out / "store" / "scores" / "0123456789ab"
    stale.mkdir()
    (stale / "old.jsonl").write_text("{}\n")
    assert "would remove 4 runs, measurements by 1 other" in study("gc", out, "--dry-run").stdout
    assert stale.is_dir()
    set_aside = out / "store" / "set-aside"
    (set_aside / "a-run").mkdir(parents=True)
    (set_aside / "a-link").symlink_to(copy)
    told = study("gc", out).stdout
    assert "removed 4 runs, measurements by 1 other" in told
    assert "and 2 damaged files or runs that were set aside" in told
    assert (stale.exists(), list(set_aside.iterdir()), copy.is_dir()) == (False, [], True)
    assert len(list(RunStore(out / "store").keys())) == 12
    assert study(*arguments, "--set", "policies.fund+queue-adl.insurance-fund.usable=0.4").stderr == ""


def test_a_dry_run_writes_nothing(folder: Path, tmp_path: Path) -> None:
    new = documented("run", folder / "study.yaml", "--dry-run", "--out", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert [(one["runs"], one["done"]) for one in new["scenarios"]] == [(6, 0), (6, 0)]
    assert all(one["cpu_seconds"] > 0 and one["bytes"] > 0 for one in new["scenarios"])
    assert all(one["measured"]["what"].startswith("pilot: deep-pocket, seed 1 and") for one in new["scenarios"])
    before = tables(folder / "out")
    done = study("run", folder / "study.yaml", "--dry-run", "--out", folder / "out")
    assert "0 runs to do" in done.stdout
    assert "finished runs of this study (6)" in done.stdout
    assert tables(folder / "out") == before


def test_one_report_for_all_scenarios(copy: Path) -> None:
    out = copy / "out"
    result = CliRunner().invoke(app, ["report", str(out)])
    assert result.exit_code == 0, result.output
    files = [out / name for name in ("report.html", "report.md", "report.pdf")]
    assert result.stdout.splitlines() == [str(file) for file in files]
    page = files[0].read_text(encoding="utf-8")
    assert all(f'id="ranking-{number}"' in page for number in (1, 2))
    assert page.count('id="decision"') == 1
    assert files[2].read_bytes().startswith(b"%PDF")
    elsewhere = CliRunner().invoke(app, ["report", str(out), "--out", str(copy / "page.html")])
    assert elsewhere.stdout == f"{copy / 'page.html'}\n"
    assert (copy / "page.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "htm"], "--format: found 'htm'; allowed: html, md or pdf; did you mean 'html'?"),
        (["--out", "page.docx"], "found the ending '.docx'"),
        (["--sensitivity", "nowhere"], "holds no finished sensitivity analysis"),
    ],
)
def test_a_report_that_cannot_be_written_says_so(copy: Path, options: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["report", str(copy / "out"), *options])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert said in result.stderr


def test_a_policy_that_fails_is_told_and_the_others_are_finished(
    small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: Callable[[str], str]
) -> None:
    """What was measured while runs came in is not measured again for the score table."""

    def measure_again(*arguments: object) -> None:
        raise AssertionError("measured twice")

    monkeypatch.setattr("lastresort.scores.table.Measurement", measure_again)
    (tmp_path / "small.yaml").write_text(small)
    (tmp_path / "failing.py").write_text(failing("raise ZeroDivisionError('no such luck')"))
    text = "name: failing\nscenarios: [small.yaml]\npolicies: [fund+queue-adl, fund+failing]\nplugins: [failing.py]\n"
    primary = "{policy: fund+failing, against: fund+queue-adl, score: mnf}"
    (tmp_path / "study.yaml").write_text(f"{text}seeds: 1\nprimary: [{primary}]\n")
    out = tmp_path / "out"
    result = study("run", tmp_path / "study.yaml", "--jobs", 1, "--out", out)
    assert result.exit_code == 1
    assert "error: policy 'fund+failing' failed on 1 of 1 seed of scenario 'small'" in result.stderr
    assert "not known: a policy failed" in result.stdout
    assert "reference" in result.stdout
    assert Failures(out / "store").keys()
    told = documented("status", out, "--failures")
    assert [(one["policy"], one["seed"]) for one in told["failures"]] == [("fund+failing", 1)]
    assert "no such luck" in study("status", out, "--failures").stdout

    refused = study("resume", out)
    assert refused.exit_code == 2
    assert "give it with --plugin" in refused.stderr
    again = study("resume", out, "--plugin", tmp_path / "failing.py", "--jobs", 1, "--quiet")
    assert (again.exit_code, again.stdout) == (1, f"{out}\n")


@pytest.mark.parametrize(
    ("old", "new", "arguments", "sentence"),
    [
        (PRECISION, "", ("--until-precise",), "declares no precision"),
        ("score: lc}", "score: lcc}", (), "unknown score 'lcc'"),
        ("score: lc}", "score: lc_star}", (), "the score 'lc_star' is gone: 'lc' counts dollars"),
        ("name: sizes", "name: sizes", ("--jobs", "0"), "jobs must be at least 1"),
        ("name: sizes", "name: sizes", ("--set", "nonsense"), "allowed: path=value"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    folder: Path, tmp_path: Path, old: str, new: str, arguments: tuple[str, ...], sentence: str
) -> None:
    shutil.copy(folder / "small.yaml", tmp_path)
    (tmp_path / "study.yaml").write_text(STUDY.replace(old, new))
    result = study("run", tmp_path / "study.yaml", "--out", tmp_path / "out", *arguments)
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("error: ")
    assert sentence in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["status", "resume", "gc"])
def test_a_folder_without_a_study(tmp_path: Path, command: str) -> None:
    result = study(command, tmp_path)
    assert result.exit_code == 2
    assert result.stderr == f"error: '{tmp_path}' holds no study: it has no study.json\n"
