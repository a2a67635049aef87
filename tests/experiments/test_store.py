"""A run is on disk completely or not at all, whoever writes, and claims end with their holders."""

import json
import math
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lastresort.experiments.folders.seals import sealed_line
from lastresort.experiments.store import DamageWarning, Failures, MeasurementLog, RunLog, RunStore, claim, pack
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import TABLES, RunRecord

KEY = "ab" * 32
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def record(seed: int = 7, loss: float = 1.5) -> RunRecord:
    """A record of which only the form matters."""
    frame = pd.DataFrame({"owner": [3, 4], "loss": [loss, 0.1 + 0.2], "cohort": ["basis", "retail"]})
    totals = {"deficit": np.float64(0.1 + 0.2), "ticks": np.int64(12), "cpu_seconds": 0.5}
    tables = (frame, frame, frame, frame, frame, frame.iloc[:0])
    return RunRecord("toy", "fund+queue-adl", seed, *tables, totals, pools=frame, fills=frame)


def files(loss: float = 1.5, key: str = KEY) -> dict[str, bytes]:
    """The same as files."""
    run = record(loss=loss)
    return pack(run, key, RunLog.of(run, NOON, "said something"))


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    """A store that holds one run."""
    store = RunStore(tmp_path)
    store.write(KEY, files())
    return store


def test_a_stored_run_comes_back_bit_by_bit(store: RunStore) -> None:
    found = store.read(KEY)
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(found, table), getattr(record(), table), check_exact=True)
    assert (found.scenario, found.policy, found.seed) == ("toy", "fund+queue-adl", 7)
    assert found.totals == {"deficit": 0.1 + 0.2, "ticks": 12, "cpu_seconds": 0.5}
    assert (KEY in store, store.sound(KEY), list(store.keys())) == (True, True, [KEY])
    assert (store.log(KEY)["printed"], store.log(KEY)["started"]) == ("said something", "2026-01-01T12:00:00+00:00")


def test_whoever_comes_second_leaves_a_sound_run_alone(store: RunStore) -> None:
    store.write(KEY, files(loss=2.0))
    assert store.read(KEY).accounts["loss"].iloc[0] == 1.5
    assert list(store.unfinished.iterdir()) == []


@pytest.mark.parametrize("file", [*(f"{table}.parquet" for table in TABLES), "run.json", "log.json"])
@pytest.mark.parametrize("harm", ["missing", "empty"])
def test_a_damaged_run_is_no_run_and_is_replaced(store: RunStore, file: str, harm: str) -> None:
    (store.folder(KEY) / file).write_bytes(b"")
    if harm == "missing":
        (store.folder(KEY) / file).unlink()
    assert not store.sound(KEY)
    with pytest.raises(InputError, match=f"{KEY}' is missing or damaged"):
        store.read(KEY)
    with pytest.warns(DamageWarning, match=f"{KEY}' is damaged .*: it was set aside as .* and is done again"):
        store.write(KEY, files(loss=2.0))
    assert store.sound(KEY)
    assert store.read(KEY).accounts["loss"].iloc[0] == 2.0
    assert len(list((store.directory / "set-aside").iterdir())) == 1


def test_a_run_that_cannot_be_written_leaves_nothing(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    other, write = "cd" * 32, Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "series.parquet":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        store.write(other, files(key=other))
    assert other not in store
    assert list(store.unfinished.iterdir()) == []


def test_leftovers_of_killed_processes_are_swept_and_those_of_living_ones_are_not(store: RunStore) -> None:
    dead, living = (store.unfinished / f"{letter * 32}-host-4711" for letter in ("ef", "fe"))
    for leftover in (dead, living):
        leftover.mkdir()
        (leftover / "accounts.parquet").write_bytes(b"PAR1")
    code = f"""
from pathlib import Path
from lastresort.experiments.store import claim
mine = claim(Path({str(store.directory)!r}), {"fe" * 32!r})
assert mine
print("mine", flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mine\n"
        store.sweep()
        assert (dead.exists(), living.exists()) == (False, True)
        assert claim(store.directory, "fe" * 32) is None
        holder.kill()
        holder.wait()
    store.sweep()
    assert not living.exists()
    assert store.sound(KEY)


def test_a_claim_is_free_again_after_its_release(tmp_path: Path) -> None:
    mine = claim(tmp_path, KEY)
    assert mine is not None
    assert claim(tmp_path, KEY) is None
    mine.release()
    assert claim(tmp_path, KEY) is not None


def test_a_run_can_be_removed_and_a_missing_one_too(store: RunStore) -> None:
    store.remove(KEY)
    store.remove(KEY)
    assert KEY not in store
    assert list(store.unfinished.iterdir()) == []


def test_measurements_come_back_exactly_whoever_wrote_them(tmp_path: Path) -> None:
    one, other = MeasurementLog(tmp_path, "v1"), MeasurementLog(tmp_path, "v1")
    one.append("a", {"gini": 0.1 + 0.2, "loss": math.nan})
    other.append("b", {"gini": math.nan, "loss": 1e-300})
    one.append("a", {"gini": 7.0, "loss": 7.0})
    table = MeasurementLog(tmp_path, "v1").read()
    assert table.index.tolist() == ["a", "b"] or table.index.tolist() == ["b", "a"]
    assert table.loc["a", "gini"] == 0.1 + 0.2
    assert table["gini"].isna().tolist() == [key == "b" for key in table.index]
    assert table.loc["b", "loss"] == 1e-300
    assert MeasurementLog(tmp_path, "v2").read().empty


def test_a_torn_line_is_not_read_and_told_like_a_damaged_one(tmp_path: Path) -> None:
    journal = MeasurementLog(tmp_path, "v1")
    journal.append("a", {"gini": 0.5})
    (file,) = journal.folder.iterdir()
    file.write_bytes(file.read_bytes() + b'{"key":"b","gi')
    with pytest.warns(DamageWarning, match="is damaged in 1 of 2 lines, the first is 2"):
        assert journal.read().index.tolist() == ["a"]
    (file,) = journal.folder.glob("*.jsonl")
    (first, *_), second = file.read_bytes().split(b"\n"), sealed_line({"key": "c", "gini": 0.25})
    file.write_bytes(first + b"\n" + second.replace(b"0.25", b"0.75"))
    assert len(list(journal.flaws())) == 1
    with pytest.warns(DamageWarning, match="is damaged in 1 of 2 lines, the first is 2"):
        assert journal.read().index.tolist() == ["a"]
    assert list(journal.flaws()) == []
    assert journal.read().loc["a", "gini"] == 0.5, "its sound lines are kept"


def test_why_a_run_failed_is_kept_until_it_is_done(tmp_path: Path) -> None:
    failures = Failures(tmp_path)
    failures.record(KEY, "fund+mine", 3, "raised ValueError")
    assert (failures.keys(), failures.reason(KEY)) == ({KEY}, "raised ValueError")
    assert json.loads((tmp_path / "failures" / f"{KEY}.json").read_text())["seed"] == 3
    failures.take_back(KEY)
    assert (failures.keys(), failures.reason(KEY)) == (set(), "")
