"""Files of profiles: the same columns back, the same bytes again, and nothing that a stranger could do with them."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lastresort.experiments.store import DamageWarning, Profiles
from lastresort.experiments.store.profiles import LARGEST, DamagedProfileError, packed, unpacked
from lastresort.plugins.errors import InputError

KEY = "0123456789abcdef" * 4

COLUMNS: dict[str, NDArray[Any]] = {
    "numbers": np.array([1.5, np.nan, -2.0]),
    "more": np.array([3.0]),
    "none": np.zeros(0),
    "series": np.array([1.0, 2.0], np.float32),
    "flags": np.array([True, False]),
    "texts": np.array(["makers", "züri"]),
    "no_texts": np.zeros(0, np.str_),
}


@pytest.fixture
def kept(tmp_path: Path) -> Profiles:
    """A folder of profiles."""
    return Profiles(tmp_path / "scores" / "version")


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def saved(array: NDArray[Any]) -> bytes:
    content = io.BytesIO()
    np.save(content, array, allow_pickle=True)
    return content.getvalue()


def test_columns_come_back_as_they_were(kept: Profiles) -> None:
    kept.write(KEY, COLUMNS)
    found = kept.read(KEY)
    assert found is not None
    assert found.keys() == COLUMNS.keys()
    for name, column in COLUMNS.items():
        np.testing.assert_array_equal(found[name], column)
        assert found[name].dtype.kind == column.dtype.kind
        assert not found[name].flags.writeable
    assert found["series"].dtype == np.float32


def test_the_same_columns_make_the_same_bytes() -> None:
    assert packed(COLUMNS) == packed(dict(COLUMNS))


def test_nothing_but_the_file_stays_behind_and_the_last_one_counts(kept: Profiles) -> None:
    kept.write(KEY, COLUMNS)
    kept.write(KEY, {"numbers": np.zeros(1)})
    found = kept.read(KEY)
    assert found is not None
    assert list(found) == ["numbers"]
    assert [file.name for file in kept.folder.iterdir()] == [f"{KEY}.npz"]


@pytest.mark.parametrize("column", [np.zeros(2, np.int64), np.zeros((2, 2)), np.array([None]), np.array(3.0)])
def test_other_columns_are_refused(column: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match="column 'x' holds"):
        packed({"x": column})


@pytest.mark.parametrize("key", ["", "../../escape", "A" * 64, KEY[:-1]])
def test_other_keys_are_refused(kept: Profiles, key: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        kept.write(key, COLUMNS)


def test_what_is_not_there_is_none(kept: Profiles) -> None:
    assert kept.read(KEY) is None


class Exploit:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.place),)


def test_a_pickle_is_never_opened(kept: Profiles, tmp_path: Path) -> None:
    trap = np.empty(1, dtype=object)
    trap[0] = Exploit(tmp_path / "trap")
    parts = members(packed(COLUMNS))
    for name in parts:
        with pytest.raises(DamagedProfileError, match="no column of numbers, flags or texts"):
            unpacked(archive_of(parts | {name: saved(trap)}))
    assert not (tmp_path / "trap").exists()


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(3, np.float32),
        np.zeros(3, np.complex128),
        np.zeros(3, np.int64),
        np.zeros((3, 1)),
        np.array(["a", "b", "c"]),
        np.zeros(3, [("x", np.float64)]),
        np.zeros(3, ">f8"),
        np.zeros(3, np.dtype("U0")),
        np.array(["2026-01-01"] * 3, "datetime64[D]"),
    ],
    ids=["single", "complex", "whole", "table", "texts", "records", "swapped", "no-width", "dates"],
)
def test_other_types_are_refused(array: NDArray[Any]) -> None:
    parts = members(packed({"x": np.zeros(3)}))
    with pytest.raises(DamagedProfileError):
        unpacked(archive_of(parts | {"numbers.npy": saved(array)}))


@pytest.mark.parametrize(
    "line", ["numbers 4 x", "numbers -1 x", f"numbers {2**70} x", "numbers x", "numbers 1e0 x", "pickles 3 x", ""]
)
def test_other_layouts_are_refused(line: str) -> None:
    parts = members(packed({"x": np.zeros(3)}))
    with pytest.raises(DamagedProfileError):
        unpacked(archive_of(parts | {"layout.npy": saved(np.array([line]))}))


@pytest.mark.parametrize("array", [np.zeros(1), np.array([True])], ids=["numbers", "flags"])
def test_a_layout_is_a_text(array: NDArray[Any]) -> None:
    parts = members(packed({"x": np.zeros(3)}))
    with pytest.raises(DamagedProfileError):
        unpacked(archive_of(parts | {"layout.npy": saved(array)}))


def test_a_header_that_claims_more_than_there_is_is_refused() -> None:
    parts = members(packed({"x": np.zeros(3)}))
    claims = parts["numbers.npy"].replace(b"(3,), }", b"(999999999,), }")
    with pytest.raises(DamagedProfileError):
        unpacked(archive_of(parts | {"numbers.npy": claims}))


def test_an_archive_that_unpacks_to_a_huge_one_is_refused_before_it_is_unpacked() -> None:
    parts = members(packed({"x": np.zeros(3)}))
    bomb = archive_of(parts | {"numbers.npy": bytes(10 * LARGEST)})
    assert len(bomb) < 100_000
    with pytest.raises(DamagedProfileError, match="it claims"):
        unpacked(bomb)


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive", bytes(LARGEST + 1)])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedProfileError):
        unpacked(content)


def test_every_torn_file_is_refused() -> None:
    content = packed(COLUMNS)
    for length in range(0, len(content), 97):
        with pytest.raises(DamagedProfileError):
            unpacked(content[:length])


def test_changed_bytes_are_refused_or_harmless() -> None:
    """Whatever a byte is changed to, columns come back or the file is refused."""
    content = bytearray(packed(COLUMNS))
    for place in range(0, len(content), 7):
        changed = bytes(content[:place]) + bytes([content[place] ^ 0xFF]) + bytes(content[place + 1 :])
        try:
            found = unpacked(changed)
        except DamagedProfileError:
            continue
        assert all(column.dtype.kind in "fbU" for column in found.values())


def test_links_are_refused(kept: Profiles, tmp_path: Path) -> None:
    kept.write(KEY, COLUMNS)
    file = kept.folder / f"{KEY}.npz"
    elsewhere = tmp_path / "elsewhere.npz"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    with pytest.warns(DamageWarning, match="it was set aside"):
        assert kept.read(KEY) is None
    assert elsewhere.is_file(), "where the link led to, nothing happens"
    assert not file.is_symlink()
    kept.folder.rmdir()
    (tmp_path / "folder").mkdir()
    kept.folder.symlink_to(tmp_path / "folder")
    with pytest.raises(InputError, match="is a link"):
        kept.read(KEY)
    with pytest.raises(InputError, match="is a link"):
        kept.write(KEY, COLUMNS)
