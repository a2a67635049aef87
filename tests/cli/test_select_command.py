"""`lastresort study select`: what it runs, prints and writes, how it goes on, and what it leaves alone."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from lastresort.cli.application import app
from lastresort.experiments import RunStore

STUDY = """
name: best
scenarios: [small.yaml]
policies: [fund+queue-adl, fund+pro-rata-adl, warehouse]
seeds: 3
set: {scenarios.small.population.accounts: 400}
"""


def study(command: str, place: Path, *arguments: object) -> Result:
    """Invoke a command on the study file of a folder."""
    words = ["study", command, place / "study.yaml", "--jobs", 1, "--out", place / "out", *arguments]
    return CliRunner().invoke(app, list(map(str, words)))


def selected(place: Path) -> dict[str, Any]:
    """What came of the only scenario."""
    (race,) = json.loads((place / "out" / "selection.json").read_bytes())["scenarios"]
    assert isinstance(race, dict)
    return race


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small: str) -> Path:
    """A folder with a study file, and in `out` what came of a search that any difference would decide."""
    place = tmp_path_factory.mktemp("select")
    (place / "small.yaml").write_text(small)
    (place / "study.yaml").write_text(STUDY)
    result = study("select", place, "--score", "mnf", "--first-stage", 3, "--difference", 9)
    assert result.exit_code == 0, result.output
    (place / "stdout.txt").write_text(result.stdout)
    return place


def test_the_first_stage_decides_and_the_lower_mean_wins(folder: Path) -> None:
    """With a difference that no score has, the first look decides; a yardstick does not take part."""
    race = selected(folder)
    assert {entry.name for entry in (folder / "out").iterdir()} == {"store", "selection.json"}
    assert (race["seeds"], race["runs"], race["failed"]) == (3, 9, [])
    assert race["survivors"][0] == race["best"]
    assert race["guarantee"] == "0.95 or more, if the best leads by 9 or more"
    assert {race["best"], *(lost["policy"] for lost in race["dropped"])} == {"fund+queue-adl", "fund+pro-rata-adl"}
    printed = (folder / "stdout.txt").read_text()
    assert race["best"] in printed
    assert printed.splitlines()[-1] == str(folder / "out")


def kept(said: str) -> int:
    """Number of runs that were not done again, in all lines of progress."""
    return sum(map(int, re.findall(r"(\d+) kept from before", said)))


def test_the_study_reuses_the_runs_and_agrees(copy: Path) -> None:
    before = (copy / "out" / "selection.json").read_bytes()
    result = study("run", copy)
    assert result.exit_code == 0, result.output
    assert kept(result.stderr) == 9
    table = pd.read_parquet(copy / "out" / "scores.parquet")
    contenders = table[~table["policy"].isin(["deep-pocket", "warehouse"])]
    assert contenders.groupby("policy")["mnf"].mean().idxmin() == selected(copy)["best"]
    assert (copy / "out" / "selection.json").read_bytes() == before


def test_an_interrupted_search_comes_to_the_same_end_and_a_finished_study_is_left_alone(copy: Path) -> None:
    out = copy / "out"
    assert study("run", copy).exit_code == 0
    told = {file: file.read_bytes() for file in [*out.glob("*.*"), *out.glob("scenarios/*/*")]}
    (out / "selection.json").unlink()
    lost = selected_key(out)
    RunStore(out / "store").remove(lost)
    again = study("select", copy, "--score", "mnf", "--first-stage", 3, "--difference", 9)
    assert again.exit_code == 0, again.output
    assert kept(again.stderr) == 8
    assert {file: file.read_bytes() for file in told} == told
    (copy / "study.yaml").write_text(STUDY.replace("name: best", "name: other"))
    refused = study("select", copy, "--score", "mnf")
    assert refused.exit_code == 2
    assert "holds the study 'best': choose another --out" in refused.stderr


def selected_key(out: Path) -> str:
    """Key of a run that the search needs."""
    (manifest,) = out.glob("scenarios/*/manifest.json")
    runs = json.loads(manifest.read_bytes())["runs"]
    return next(str(run["key"]) for run in runs if run["policy"] == "fund+queue-adl")


def test_an_open_race_ends_with_the_budget(copy: Path) -> None:
    arguments = ("--score", "mnf", "--first-stage", 3, "--most-seeds", 4, "--difference", 1e-6)
    result = study("select", copy, *arguments, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["score"], document["difference"], document["most_seeds"]) == ("mnf", 1e-6, 4)
    (race,) = document["scenarios"]
    assert (race["best"], race["seeds"], len(race["survivors"])) == (None, 4, 2)
    assert race["guarantee"].startswith("none: it may take ")
    assert "undecided" in study("select", copy, *arguments).stdout


def test_a_policy_that_fails_is_told_and_out(copy: Path, failing: Callable[[str], str]) -> None:
    (copy / "failing.py").write_text(failing("raise ZeroDivisionError('no such luck')"))
    text = STUDY.replace("warehouse", "fund+failing").replace("accounts: 400", "accounts: 2000")
    (copy / "study.yaml").write_text(f"{text}plugins: [failing.py]\n")
    result = study("select", copy, "--score", "mnf", "--first-stage", 2, "--difference", 9)
    assert result.exit_code == 1
    assert "policy 'fund+failing' failed on seed 1 of scenario 'small' and is out of the race" in result.stderr
    assert "no such luck" in result.stderr
    assert selected(copy)["best"] in ("fund+queue-adl", "fund+pro-rata-adl")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--score", "mfn"), "unknown score 'mfn'; allowed: lc, mnf, "),
        (
            ("--score", "unpaid"),
            "the score 'unpaid' has no smallest difference that is known beforehand",
        ),
        (("--score", "liquidated", "--difference", 1), "unknown score 'liquidated'; allowed: "),
        (("--score", "mnf", "--first-stage", 1), "first stage of 1 seeds; allowed: at least 2"),
        (("--score", "mnf", "--most-seeds", 19), "found 19 seeds at most; allowed: at least the first stage, 20"),
        (("--score", "mnf", "--confidence", 1), "allowed: between 0.5 and 1"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    folder: Path, tmp_path: Path, arguments: tuple[object, ...], sentence: str
) -> None:
    for name in ("study.yaml", "small.yaml"):
        shutil.copy(folder / name, tmp_path)
    result = study("select", tmp_path, *arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert sentence in result.stderr
    assert not (tmp_path / "out").exists()
