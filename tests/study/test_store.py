"""A run is on disk completely or not at all."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord
from lastresort.study.store import TABLES, RunStore


def record(seed: int = 7, loss: float = 1.5) -> RunRecord:
    """A record of which only the form matters."""
    frame = pd.DataFrame({"owner": [3, 4], "loss": [loss, 0.1 + 0.2], "cohort": ["basis", "retail"]})
    totals = {"deficit": np.float64(0.1 + 0.2), "ticks": np.int64(12), "cpu_seconds": 0.5}
    return RunRecord("toy", "fund+queue-adl", seed, frame, frame, frame, frame, frame.iloc[:0], totals)


def test_a_stored_run_comes_back_bit_by_bit(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.write(record(), "a-key")
    found = store.read("fund+queue-adl", 7)
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(found, table), getattr(record(), table), check_exact=True)
    assert (found.scenario, found.policy, found.seed) == ("toy", "fund+queue-adl", 7)
    assert found.totals == {"deficit": 0.1 + 0.2, "ticks": 12, "cpu_seconds": 0.5}
    assert store.key("fund+queue-adl", 7) == "a-key"


def test_a_later_run_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.write(record(loss=1.0), "old")
    store.write(record(loss=2.0), "new")
    assert store.key("fund+queue-adl", 7) == "new"
    assert store.read("fund+queue-adl", 7).accounts["loss"].iloc[0] == 2.0
    assert [folder.name for folder in (tmp_path / "runs" / "fund+queue-adl").iterdir()] == ["7"]


@pytest.mark.parametrize("file", [*(f"{table}.parquet" for table in TABLES), "totals.json"])
def test_a_run_with_a_file_missing_is_no_run(tmp_path: Path, file: str) -> None:
    store = RunStore(tmp_path)
    store.write(record(), "a-key")
    (store.folder("fund+queue-adl", 7) / file).unlink()
    assert store.key("fund+queue-adl", 7) is None
    with pytest.raises(InputError, match=r"fund\+queue-adl/7' is missing or damaged"):
        store.read("fund+queue-adl", 7)


def test_leftovers_of_killed_processes_are_swept_and_runs_are_not(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.write(record(), "a-key")
    leftover = store.folder("fund+queue-adl", 8).with_name(".8-4711")
    leftover.mkdir()
    (leftover / "accounts.parquet").write_bytes(b"PAR1")
    store.sweep()
    assert not leftover.exists()
    assert store.key("fund+queue-adl", 7) == "a-key"
