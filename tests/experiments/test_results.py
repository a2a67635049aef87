"""Opening a folder: what is wrong with it is said at once, in one sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lastresort.experiments import Results, RunStore, Study, run_study
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.store import read_sealed
from lastresort.plugins.errors import InputError


def drop_manifest(out: Path) -> None:
    """As after a killed comparison."""
    (out / "manifest.json").unlink()


def cut_manifest(out: Path) -> None:
    """As after a full disk."""
    (out / "manifest.json").write_text('{"engine":')


def empty_manifest(out: Path) -> None:
    """As from another program."""
    write_json(out / "manifest.json", {"engine": "1"})


def reference_run(out: Path) -> Path:
    """Folder of the only run."""
    (key,) = Results.open(out).keys.values()
    return RunStore(out / "store").folder(key)


def drop_table(out: Path) -> None:
    """As after somebody tidied up."""
    (reference_run(out) / "books.parquet").unlink()


def empty_table(out: Path) -> None:
    """As after a power cut."""
    (reference_run(out) / "books.parquet").write_bytes(b"")


def swap_run(out: Path) -> None:
    """As after copying a run from elsewhere."""
    file = reference_run(out) / "run.json"
    write_json(file, {**read_sealed(file), "key": "another"})


def lead_elsewhere(out: Path) -> None:
    """As from somebody who wants another folder read."""
    write_json(out / "manifest.json", {**read_sealed(out / "manifest.json"), "store": "../../../etc"})


def climb(out: Path) -> None:
    """The same with a key."""
    manifest = read_sealed(out / "manifest.json")
    manifest["runs"][0]["key"] = "../../secret"
    write_json(out / "manifest.json", manifest)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (drop_manifest, "holds an unfinished comparison: the same compare command resumes it"),
        (cut_manifest, "is damaged or of another version"),
        (empty_manifest, "is damaged or of another version"),
        (drop_table, r"\(policy 'deep-pocket', seed 1; books\.parquet: No such file or directory\)"),
        (empty_table, r"\(policy 'deep-pocket', seed 1; books\.parquet is not what was stored\)"),
        (swap_run, r"\(policy 'deep-pocket', seed 1; run\.json is that of another run\)"),
        (lead_elsewhere, "is damaged or of another version"),
        (climb, "is damaged or of another version"),
    ],
)
def test_a_damaged_folder(small_scenario: Path, tmp_path: Path, harm: Callable[[Path], None], sentence: str) -> None:
    out = tmp_path / "out"
    run_study(Study(str(small_scenario), (1,), out, ("deep-pocket",)))
    assert Results.open(out).seeds == (1,)
    harm(out)
    with pytest.raises(InputError, match=sentence):
        Results.open(out)


def test_no_folder_and_a_strange_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder"):
        Results.open(tmp_path / "nowhere")
    with pytest.raises(InputError, match="holds no comparison: it has no manifest"):
        Results.open(tmp_path)


def test_a_table_that_was_changed_is_noticed_when_it_is_read(small_scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    results = run_study(Study(str(small_scenario), (1,), out, ("deep-pocket",)))
    file = reference_run(out) / "books.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(InputError, match=r"books\.parquet is not what was stored"):
        results.record("deep-pocket", 1)
