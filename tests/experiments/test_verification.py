"""A folder is what it says it is, or what is wrong with it is found."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from lastresort.api.publication import table_files
from lastresort.cli.application import app
from lastresort.experiments import Results, RunStore
from lastresort.experiments.environment import machine
from lastresort.experiments.folders.cells import parts_of
from lastresort.experiments.folders.seals import digests
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.keys import all_versions, engine_version
from lastresort.experiments.store import HEADER, DamageWarning, RunLog, from_parquet, pack, read_sealed
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
    """Change the manifest and seal it again, as whoever wants to deceive does."""
    manifest = read_sealed(out / "manifest.json")
    change(manifest)
    write_json(out / "manifest.json", manifest)


def test_what_was_not_touched_is_the_same(out: Path) -> None:
    log = RunStore(out / "store").folder(key_of(out)) / "log.json"
    write_json(log, read_sealed(log) | {"cpu_seconds": 7.0})
    code, document = verified(out)
    assert set(verdicts(document).values()) == {"same bytes"}
    assert (code, document["runs"], len(document["cells"])) == (0, 4, 4)
    assert document["scores"] == [{"scenario": "small", "rows": 4, "problems": []}]
    assert (document["versions"], document["problems"]) == ([], [])
    assert document["comparisons"] == [{"scenario": "small", "runs": 4, "tolerance": 0.0, "elsewhere": []}]


def test_the_table_says_it_too(out: Path) -> None:
    done = CliRunner().invoke(app, ["study", "verify", str(out), "--sample", "1", "--jobs", "1"])
    assert (done.exit_code, done.stdout.count("same bytes")) == (0, 2)
    assert "1 of 1 runs that were looked at are what they should be" in done.stdout
    assert (
        "small: files are compared byte for byte, since the runs are of this platform and these versions" in done.stdout
    )


def off_by(out: Path, share: float, seed: int = 1) -> None:
    """Change a column of a run by a share of each number, with hashes that fit."""
    store, key = RunStore(out / "store"), key_of(out, seed=seed)
    record = store.read(key)
    assert (record.books["trough"] < 0).all()
    changed = replace(record, books=record.books.assign(trough=record.books["trough"] * (1 + share)))
    for name, content in pack(changed, key, RunLog(0.0, "", "")).items():
        (store.folder(key) / name).write_bytes(content)


ELSEWHERE = "Linux x86_64, Another Processor"
WHY = f"they were made with platform {ELSEWHERE}, here is {machine()}"


def done_elsewhere(out: Path, seed: int = 1, **more: Any) -> None:
    """A run was done on another processor."""
    header = RunStore(out / "store").folder(key_of(out, seed=seed)) / HEADER
    write_json(header, read_sealed(header) | {"platform": ELSEWHERE, **more})


def scored_elsewhere(manifest: dict[str, Any]) -> None:
    """The scores of a manifest were made on another processor."""
    manifest["scored"]["platform"] = ELSEWHERE


def test_last_digits_of_another_platform_may_differ_and_it_says_so(out: Path) -> None:
    off_by(out, 1e-12)
    done_elsewhere(out)
    rewrite(out, scored_elsewhere)
    code, document = verified(out, "--all")
    assert (code, document["scores"][0]["problems"]) == (0, [])
    assert verdicts(document)[QUEUE, 1] == "same numbers to 1e-09"
    assert verdicts(document)[QUEUE, 2] == "same bytes"
    here, there = document["comparisons"]
    assert here == {"scenario": "small", "runs": 3, "tolerance": 0.0, "elsewhere": []}
    assert there == {"scenario": "small", "runs": 1, "tolerance": 1e-9, "elsewhere": [WHY]}
    told = CliRunner().invoke(app, ["verify", str(out), "--all", "--jobs", "1"]).stdout
    assert told.count("same numbers to 1e-09") == 2, "a run, and the score table"
    assert f"small, 1 of 4 runs: numbers are compared to 1e-09 relative, since {WHY}" in told
    assert "small, 3 of 4 runs: files are compared byte for byte" in told


def test_runs_of_two_platforms_are_judged_one_by_one(out: Path) -> None:
    """What another machine's last digits may do, those of this one may not."""
    off_by(out, 1e-12)
    off_by(out, 1e-12, seed=2)
    done_elsewhere(out, seed=2)
    code, document = verified(out, "--all")
    assert code == 1
    assert verdicts(document)[QUEUE, 1] == "differs in books.parquet, run.json"
    assert verdicts(document)[QUEUE, 2] == "same numbers to 1e-09"


def test_no_more_than_the_last_digits_may_differ(out: Path) -> None:
    off_by(out, 1e-6)
    done_elsewhere(out)
    code, document = verified(out, "--all")
    assert code == 1
    where = "further apart than 1e-09, on another platform in books (trough by 1.0e-06)"
    assert verdicts(document)[QUEUE, 1] == where


def test_on_the_same_platform_last_digits_count(out: Path) -> None:
    off_by(out, 1e-12)
    code, document = verified(out, "--all")
    assert (code, verdicts(document)[QUEUE, 1]) == (1, "differs in books.parquet, run.json")


@pytest.mark.parametrize("library", ["numpy", "scipy"])
def test_another_library_is_another_platform(out: Path, library: str) -> None:
    done_elsewhere(out, platform=machine(), versions=all_versions() | {library: "0.1"})
    comparison = verified(out, "--sample", "1")[1]["comparisons"][1]
    assert comparison["tolerance"] == 1e-9
    assert comparison["elsewhere"][0].startswith(f"they were made with {library} 0.1, here is ")


@pytest.mark.parametrize(("share", "problems"), [(1e-12, 0), (1e-6, 1)])
def test_scores_of_another_platform(out: Path, share: float, problems: int) -> None:
    """A score that differs in its last digits is the same, one that differs before them is not."""
    table = from_parquet((out / "scores.parquet").read_bytes())
    assert table["lc"].iloc[-1] > 0
    table.loc[table.index[-1], "lc"] *= 1 + share
    plant(out, table)
    row = f"the row of {QUEUE},2 is not what the runs say"
    assert row in verified(out, "--all")[1]["scores"][0]["problems"]
    rewrite(out, scored_elsewhere)
    found = verified(out, "--all")[1]["scores"][0]["problems"]
    assert [row in found, bool(found)] == [bool(problems)] * 2


def plant(out: Path, table: pd.DataFrame) -> None:
    """Put another score table in place, with hashes that fit."""
    files = table_files(table)
    for name, content in files.items():
        (out / name).write_bytes(content)
    rewrite(out, lambda manifest: manifest["files"].update(digests(files)))


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
    assert verdicts(document)[QUEUE, 2] == "missing or damaged accounts.parquet: No such file or directory"


def test_a_run_of_another_version_is_compared_by_its_tables(out: Path) -> None:
    store, key, other = RunStore(out / "store"), key_of(out), "f" * 64
    shutil.copytree(store.folder(key), store.folder(other))
    header, log = (read_sealed(store.folder(other) / name) for name in (HEADER, "log.json"))
    versions = all_versions() | {"lastresort": "0.0.9+abcdef"}
    write_json(store.folder(other) / HEADER, header | {"key": other, "versions": versions})
    write_json(store.folder(other) / "log.json", log | {"key": other})

    def by_another(manifest: dict[str, Any]) -> None:
        manifest["engine"] = "0.0.9+abcdef"
        for run in manifest["runs"]:
            run["key"] = other if run["key"] == key else run["key"]

    rewrite(out, by_another)
    code, document = verified(out, "--all")
    assert verdicts(document)[QUEUE, 1] == "same tables, by another version"
    assert (code, len(document["versions"])) == (0, 1)
    assert document["versions"][0].startswith("the runs are of lastresort 0.0.9+abcdef, this is ")
    assert document["comparisons"][1]["elsewhere"] == [
        f"they were made with lastresort 0.0.9+abcdef, here is {engine_version()}"
    ]
    write_json(store.folder(other) / HEADER, header | {"key": other, "versions": versions, "totals": {}})
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
        "scores.csv is not what was written",
        f"the row of {QUEUE},2 is not what the runs say",
        "scores.parquet is not the table of scores.csv",
    ]
    assert (code, document["scores"][0]["problems"]) == (1, problems)
    rewrite(out, lambda manifest: manifest["files"].update(digests({file.name: file.read_bytes()})))
    assert verified(out, "--sample", "1")[1]["scores"][0]["problems"] == problems[1:], "always all rows"


def test_an_embellished_comparison(out: Path) -> None:
    """Sealed or not, what scores come to is reckoned again."""
    file = out / "comparison.json"
    told = read_sealed(file)
    told["estimates"][QUEUE]["lc"]["value"] *= 0.5
    write_json(file, told)
    rewrite(out, lambda manifest: manifest["files"].update(digests({file.name: file.read_bytes()})))
    code, document = verified(out, "--sample", "1")
    assert (code, document["scores"][0]["problems"]) == (
        1,
        ["estimates in comparison.json are not what the scores say"],
    )


def test_what_was_forged_is_made_again_on_purpose(out: Path) -> None:
    """A run and a table with seals that fit: `verify --repair` sets them aside, and the folder is what it was."""
    before = {name: (out / name).read_bytes() for name in ("scores.csv", "scores.parquet", "comparison.json")}
    off_by(out, 0.25)
    table = from_parquet((out / "scores.parquet").read_bytes())
    plant(out, table.assign(lc=0.5 * table["lc"]))
    with pytest.warns(DamageWarning, match="differs from what it comes to here: it was set aside"):
        code, document = verified(out, "--all", "--repair")
    assert code == 0, document
    assert {name: (out / name).read_bytes() for name in before} == before
    assert verified(out, "--all")[0] == 0
