"""Scores of finished runs as files, and everything there is to publish as an RO-Crate."""

import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from pyarrow import csv
from rocrate.rocrate import ROCrate
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.experiments.folders.declaration import Declaration
from lastresort.experiments.folders.results import Results
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.scores import score_results

STUDY = """\
name: halves
question: Does half a fund do?
scenarios: [small.yaml]
policies: [fund+queue-adl]
seeds: 2
grid: {scenarios.small.news.1.size: [-0.1, -0.12]}
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, run_short: Callable[[Path, str], Path]) -> Path:
    """The folder of a study of two scenarios, two policies and two seeds."""
    return run_short(tmp_path_factory.mktemp("halves"), STUDY)


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(finished, tmp_path / "out"))


def exported(folder: Path, to: Path) -> bytes:
    """What the command writes."""
    done = CliRunner().invoke(app, ["study", "export", str(folder), "--to", str(to)])
    assert (done.exit_code, done.stdout) == (0, f"{to}\n"), done.output
    return to.read_bytes()


READ: dict[str, Callable[[bytes], pd.DataFrame]] = {
    ".csv": lambda content: csv.read_csv(io.BytesIO(content)).to_pandas(),
    ".parquet": lambda content: pd.read_parquet(io.BytesIO(content)),
    ".json": lambda content: pd.DataFrame(json.loads(content)),
}


@pytest.mark.parametrize("suffix", READ)
def test_every_format_holds_the_same_numbers(out: Path, tmp_path: Path, suffix: str) -> None:
    found = READ[suffix](exported(out, tmp_path / f"to{suffix}"))
    tables = []
    for name, keys in ((name, Declaration.read(out).keys(name)) for name in Declaration.read(out).worlds):
        table = score_results(Results.open(StudyFolder(out).scenario(name)))
        table.insert(0, "scenario", name)
        table.insert(3, "key", [keys[cell] for cell in zip(table["policy"], table["seed"], strict=True)])
        tables.append(table)
    expected = pd.concat(tables, ignore_index=True)
    assert len(expected) == 8
    numbers = expected.select_dtypes("number").columns
    found = found.astype(dict.fromkeys(numbers.drop("seed"), float))
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_what_is_there_of_an_unfinished_study(out: Path, tmp_path: Path) -> None:
    """Of eight runs one is missing, and a reference, without which its seed says nothing."""
    folder = StudyFolder(out)
    (first, second), keys = folder.declaration.worlds, folder.declaration.keys
    for name in (first, second):
        (folder.scenario(name) / "manifest.json").unlink()
    folder.store.remove(keys(first)["fund+queue-adl", 1])
    folder.store.remove(keys(second)["deep-pocket", 2])
    found = READ[".csv"](exported(out, tmp_path / "to.csv"))
    assert list(zip(found["scenario"], found["policy"], found["seed"], strict=True)) == [
        (first, "deep-pocket", 1),
        (first, "deep-pocket", 2),
        (first, "fund+queue-adl", 2),
        (second, "deep-pocket", 1),
        (second, "fund+queue-adl", 1),
    ]


def test_a_comparison_can_be_exported_too(out: Path, tmp_path: Path) -> None:
    scenario, _ = Declaration.read(out).worlds
    content = exported(StudyFolder(out).scenario(scenario), tmp_path / "to.csv")
    assert exported(out, tmp_path / "all.csv").startswith(content)


def test_a_crate_can_be_read_back(out: Path, tmp_path: Path) -> None:
    exported(out, tmp_path / "to.zip")
    crate = ROCrate(tmp_path / "to.zip")
    assert (crate.name, crate.description) == ("halves", "Does half a fund do?")
    assert crate.metadata["conformsTo"] == "https://w3id.org/ro/crate/1.1"
    (software,) = crate.get_by_type("SoftwareApplication")
    assert software["softwareVersion"] == Declaration.read(out).engine
    first, second = Declaration.read(out).worlds
    manifests = [f"scenarios/{name}/manifest.json" for name in (first, second)]
    assert {file["name"] for file in crate.get_by_type("File")} == {"scores.csv", "study.json", *manifests}
    assert {file["generator"] for file in crate.get_by_type("File")} == {software}
    crate.write(tmp_path / "unpacked")
    assert (tmp_path / "unpacked" / manifests[0]).read_bytes() == (out / manifests[0]).read_bytes()
    assert (tmp_path / "unpacked" / "scores.csv").read_bytes() == exported(out, tmp_path / "to.csv")


def test_without_the_library_there_is_a_sentence(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rocrate.rocrate", None)
    done = CliRunner().invoke(app, ["study", "export", str(out), "--to", str(tmp_path / "to.zip")])
    assert (done.exit_code, (tmp_path / "to.zip").exists()) == (2, False)
    assert "needs the library rocrate: pip install 'lastresort[crate]'" in done.stderr


@pytest.mark.parametrize(
    ("to", "sentence"),
    [("to.xlsx", "allowed: a file that ends in .csv, .parquet, .json or .zip"), ("no/to.csv", "there is no folder")],
)
def test_places_that_cannot_be_written(out: Path, tmp_path: Path, to: str, sentence: str) -> None:
    done = CliRunner().invoke(app, ["study", "export", str(out), "--to", str(tmp_path / to)])
    assert (done.exit_code, sentence in done.stderr) == (2, True), done.stderr
