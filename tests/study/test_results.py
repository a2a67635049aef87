"""Opening a folder: what is wrong with it is said at once, in one sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lastresort.plugins.errors import InputError
from lastresort.study import Results, Study, run_study


def drop_manifest(out: Path) -> None:
    """As after a killed comparison."""
    (out / "manifest.json").unlink()


def cut_manifest(out: Path) -> None:
    """As after a full disk."""
    (out / "manifest.json").write_text('{"engine":')


def empty_manifest(out: Path) -> None:
    """As from another program."""
    (out / "manifest.json").write_text("{}")


def drop_table(out: Path) -> None:
    """As after somebody tidied up."""
    (out / "runs" / "deep-pocket" / "1" / "books.parquet").unlink()


def swap_run(out: Path) -> None:
    """As after copying a run from elsewhere."""
    file = out / "runs" / "deep-pocket" / "1" / "totals.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "key": "another"}))


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (drop_manifest, "holds an unfinished comparison: the same compare command resumes it"),
        (cut_manifest, "is not valid JSON"),
        (empty_manifest, "is damaged or of another version"),
        (drop_table, "deep-pocket/1' is missing or damaged"),
        (swap_run, "deep-pocket/1' belongs to another comparison"),
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
