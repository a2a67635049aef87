"""A folder is what it says it is, or what is wrong with it is found."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.experiments import Results, RunStore
from lastresort.experiments.environment import machine
from lastresort.experiments.folders.cells import parts_of
from lastresort.experiments.store import RunLog, pack
from lastresort.experiments.verification import draw

QUEUE, REFERENCE = "fund+queue-adl", "deep-pocket"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, small: str) -> Path:
    """A comparison of two policies on two seeds, with scores and report."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "small.yaml").write_text(small.replace("1200", "300").replace("2000", "400"), encoding="utf-8")
    words = ["compare", str(folder / "small.yaml"), "--policies", QUEUE, "--seeds", "2", "--jobs", "1"]
    done = CliRunner().invoke(app, [*words, "--out", str(folder / "out"), "--quiet"])
    assert done.exit_code == 0, done.output
    return folder / "out"


@pytest.fixture
def out(published: Path, tmp_path: Path) -> Path:
    """A copy of it to do harm to."""
    return Path(shutil.copytree(published, tmp_path / "out"))


def verified(out: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and document of the command."""
    done = CliRunner().invoke(app, ["verify", str(out), "--jobs", "1", "--json", *more])
    return done.exit_code, json.loads(done.stdout)


def key_of(out: Path, policy: str = QUEUE, seed: int = 1) -> str:
    """Key of a run."""
    return Results.open(out).keys[policy, seed]


def verdicts(document: dict[str, Any]) -> dict[tuple[str, int], str]:
    """What is said of each cell, in one piece."""
    return {(one["policy"], one["seed"]): f"{one['verdict']} {one['detail']}".strip() for one in document["cells"]}


def rewrite(out: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest."""
    file = out / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(json.dumps(manifest))


def test_what_was_not_touched_is_the_same(out: Path) -> None:
    (RunStore(out / "store").folder(key_of(out)) / "log.json").write_text('{"cpu_seconds": 7.0}')
    code, document = verified(out)
    assert set(verdicts(document).values()) == {"same bytes"}
    assert (code, document["runs"], len(document["cells"])) == (0, 4, 4)
    assert document["scores"] == [{"scenario": "small", "rows": 4, "problems": []}]
    assert document["versions"] == []
    same = {"scenario": "small", "tolerance": 0.0, "recorded": True, "elsewhere": []}
    assert document["comparisons"] == [same]


def test_the_table_says_it_too(out: Path) -> None:
    done = CliRunner().invoke(app, ["study", "verify", str(out), "--sample", "1", "--jobs", "1"])
    assert (done.exit_code, done.stdout.count("same bytes")) == (0, 2)
    assert "1 of 1 runs that were looked at are what they should be" in done.stdout
    assert "small: files are compared byte for byte, since the runs are of this platform" in done.stdout


def off_by(out: Path, share: float) -> None:
    """Change a column of a run by a share of each number, with hashes that fit."""
    store, key = RunStore(out / "store"), key_of(out)
    record = store.read(key)
    assert (record.books["trough"] < 0).all()
    changed = replace(record, books=record.books.assign(trough=record.books["trough"] * (1 + share)))
    for name, content in pack(changed, key, RunLog(0.0, "", "")).items():
        (store.folder(key) / name).write_bytes(content)


def done_elsewhere(manifest: dict[str, Any]) -> None:
    """The runs of a manifest were done on another processor."""
    manifest["platform"] = "Linux x86_64, Another Processor"


def test_last_digits_of_another_platform_may_differ_and_it_says_so(out: Path) -> None:
    off_by(out, 1e-12)
    rewrite(out, done_elsewhere)
    code, document = verified(out, "--all")
    assert (code, document["scores"][0]["problems"]) == (0, [])
    assert verdicts(document)[QUEUE, 1] == "same numbers to 1e-09"
    assert verdicts(document)[QUEUE, 2] == "same bytes"
    (comparison,) = document["comparisons"]
    why = f"they were done with platform Linux x86_64, Another Processor, here is {machine()}"
    assert comparison == {"scenario": "small", "tolerance": 1e-9, "recorded": True, "elsewhere": [why]}
    told = CliRunner().invoke(app, ["verify", str(out), "--all", "--jobs", "1"]).stdout
    assert told.count("same numbers to 1e-09") == 2, "a run, and the score table"
    assert f"small: numbers are compared to 1e-09 relative, since {why}" in told


def test_no_more_than_the_last_digits_may_differ(out: Path) -> None:
    off_by(out, 1e-6)
    rewrite(out, done_elsewhere)
    code, document = verified(out, "--all")
    assert code == 1
    assert verdicts(document)[QUEUE, 1] == "differs in books (trough by 1.0e-06)"


def test_on_the_same_platform_last_digits_count(out: Path) -> None:
    off_by(out, 1e-12)
    code, document = verified(out, "--all")
    assert (code, verdicts(document)[QUEUE, 1]) == (1, "differs in books.parquet, run.json")


@pytest.mark.parametrize("library", ["numpy", "scipy"])
def test_another_library_is_another_platform(out: Path, library: str) -> None:
    rewrite(out, lambda manifest: manifest["libraries"].update({library: "0.1"}))
    comparison = verified(out, "--sample", "1")[1]["comparisons"][0]
    assert comparison["tolerance"] == 1e-9
    assert comparison["elsewhere"][0].startswith(f"they were done with {library} 0.1, here is ")


@pytest.mark.parametrize(("share", "problems"), [(1e-12, 0), (1e-6, 1)])
def test_scores_of_another_platform(out: Path, share: float, problems: int) -> None:
    """A score that differs in its last digits is the same, one that differs before them is not."""
    file = out / "scores.csv"
    header, *rows = file.read_text().splitlines()
    place, cells = header.split(",").index("lc"), rows[-1].split(",")
    assert float(cells[place]) > 0
    cells[place] = repr(float(cells[place]) * (1 + share))
    file.write_text("\n".join([header, *rows[:-1], ",".join(cells)]) + "\n")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    rewrite(out, lambda manifest: manifest.update(score_table=digest))
    assert len(verified(out, "--all")[1]["scores"][0]["problems"]) == 1
    rewrite(out, done_elsewhere)
    assert len(verified(out, "--all")[1]["scores"][0]["problems"]) == problems


def test_a_sample_is_drawn_by_its_seed(out: Path) -> None:
    parts = parts_of(out)
    samples = {seed: draw(parts, 2, seed).cells for seed in range(1, 9)}
    assert samples[1] == draw(parts, 2, 1).cells
    assert {len(sample) for sample in samples.values()} == {2}
    assert len(set(samples.values())) > 1
    assert draw(parts, None, 1).cells == parts[0].cells


def test_a_forged_run_differs_though_its_hashes_fit(out: Path) -> None:
    store, key = RunStore(out / "store"), key_of(out)
    record = store.read(key)
    forged = replace(record, books=record.books.assign(unpaid=record.books["unpaid"] + 1.0))
    for name, content in pack(forged, key, RunLog(0.0, "", "")).items():
        (store.folder(key) / name).write_bytes(content)
    code, document = verified(out, "--all")
    assert code == 1
    assert verdicts(document).pop((QUEUE, 1)) == "differs in books.parquet, run.json"
    assert sorted(verdicts(document).values())[1:] == ["same bytes"] * 3
    assert document["scores"][0]["problems"] == [f"the row of {QUEUE},1 is not what the runs say"]


def test_a_damaged_run_and_a_missing_one(out: Path) -> None:
    store = RunStore(out / "store")
    file = store.folder(key_of(out)) / "books.parquet"
    missing = store.folder(key_of(out, QUEUE, 2))
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    shutil.rmtree(missing)
    code, document = verified(out, "--all")
    assert code == 1
    assert "books.parquet is not what was stored" in verdicts(document)[QUEUE, 1]
    assert verdicts(document)[QUEUE, 2] == "missing or damaged"


def test_a_run_of_another_version_is_compared_by_its_tables(out: Path) -> None:
    store, key, other = RunStore(out / "store"), key_of(out), "f" * 64
    shutil.copytree(store.folder(key), store.folder(other))
    header = json.loads((store.folder(other) / "run.json").read_text())
    (store.folder(other) / "run.json").write_text(json.dumps(header | {"key": other}))

    def by_another(manifest: dict[str, Any]) -> None:
        manifest["engine"] = "0.0.9+abcdef"
        for run in manifest["runs"]:
            run["key"] = other if run["key"] == key else run["key"]

    rewrite(out, by_another)
    code, document = verified(out, "--all")
    assert verdicts(document)[QUEUE, 1] == "same tables, by another version"
    assert (code, len(document["versions"])) == (0, 1)
    assert document["versions"][0].startswith("the runs are of lastresort 0.0.9+abcdef, this is ")
    (store.folder(other) / "run.json").write_text(json.dumps(header | {"key": other, "totals": {}}))
    assert verified(out, "--all")[0] == 1


def test_a_rule_that_is_not_here(out: Path) -> None:
    def stranger(manifest: dict[str, Any]) -> None:
        manifest["policies"][1]["waterfall"][-1]["use"] = "their-own-rule"

    rewrite(out, stranger)
    code, document = verified(out, "--all")
    why = "cannot be run here mechanism 'their-own-rule' is not installed, and no --plugin brings it"
    assert (code, verdicts(document)[QUEUE, 1]) == (1, why)
    assert verdicts(document)[REFERENCE, 1] == "same bytes"


def test_a_run_passed_off_as_that_of_another_policy(out: Path) -> None:
    def passed_off(manifest: dict[str, Any]) -> None:
        step = manifest["policies"][1]["waterfall"]
        step[:] = [one for one in step if one["use"] != "insurance-fund"]

    rewrite(out, passed_off)
    code, document = verified(out, "--all")
    why = "differs in its key, which is not that of its scenario and policy"
    assert (code, verdicts(document)[QUEUE, 2]) == (1, why)


def test_an_embellished_score_table(out: Path) -> None:
    file = out / "scores.csv"
    header, *rows = file.read_text().splitlines()
    place = header.split(",").index("loss")
    cells = rows[-1].split(",")
    cells[place] = "0.125"
    file.write_text("\n".join([header, *rows[:-1], ",".join(cells)]) + "\n")
    code, document = verified(out, "--all")
    problems = [
        "scores.csv is not the table that the manifest speaks of",
        f"the row of {QUEUE},2 is not what the runs say",
    ]
    assert (code, document["scores"][0]["problems"]) == (1, problems)
    rewrite(out, lambda manifest: manifest.update(score_table=hashlib.sha256(file.read_bytes()).hexdigest()))
    assert verified(out, "--all")[1]["scores"][0]["problems"] == problems[1:]
