"""Columns measured of runs, one file per measurement beside the journal: there completely or not at all, no pickles.

A file is a NumPy archive of a few arrays, however many columns it holds, and its seal: reading one takes under a
millisecond, and the same columns make the same bytes.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lastresort.experiments.folders.seals import opened_bytes, sealed_bytes
from lastresort.experiments.folders.writing import write_whole
from lastresort.experiments.store.plain_files import read_plain, refuse_links
from lastresort.experiments.store.setting_aside import set_aside

Columns = Mapping[str, NDArray[Any]]

FOLDER = "profiles"
LAYOUT, TEXTS = "layout", "texts"
KINDS: Mapping[str, np.dtype[Any]] = {
    "numbers": np.dtype(np.float64),
    "singles": np.dtype(np.float32),
    "flags": np.dtype(np.bool_),
    TEXTS: np.dtype("U1"),
}
"""Kinds of columns; texts may be longer."""

LARGEST = 4_000_000
"""Bytes of a file that is read, and twice that of what it unpacks to; the profile of a day takes some 50,000."""

KEY = re.compile(r"[0-9a-f]{64}")
HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(?P<type><f8|<f4|\|b1|<U[1-9]\d{0,3})', 'fortran_order': False, "
    rb"'shape': \((?P<count>\d{1,9}),\), \} *\n",
    re.DOTALL,
)
"""How an array in an archive begins."""


class DamagedProfileError(ValueError):
    """A file holds no profile."""


class Profiles:
    """Profiles by key, in the folder `folder`/profiles; several processes may write there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER

    def read(self, key: str) -> dict[str, NDArray[Any]] | None:
        """Return the columns of a measurement; None where there is no sound file of it.

        A damaged file is set aside, with a warning. The folder may come from a stranger: links are refused
        (InputError), and nothing but columns is read.
        """
        self._refuse_links()
        try:
            return self._read(key)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            set_aside(self._file(key), self._store, f"is damaged ({error})")
            return None

    def flaws(self) -> Iterator[str]:
        """Yield a sentence for each damaged file; nothing is changed."""
        self._refuse_links()
        for key in self.stored:
            try:
                self._read(key)
            except (OSError, ValueError) as error:
                yield f"'{self._file(key)}' is damaged ({error})"

    @property
    def stored(self) -> list[str]:
        """Keys of all measurements that have a file, sound or not."""
        return sorted(file.stem for file in self.folder.glob("*.npz") if KEY.fullmatch(file.stem))

    def write(self, key: str, columns: Columns) -> None:
        """Store the columns of a measurement, in place of what is there; OSError where they cannot be written."""
        self._refuse_links()
        write_whole(self._file(key), sealed_bytes(key, packed(columns)))

    @property
    def _store(self) -> Path:
        return self.folder.parent.parent.parent

    def _read(self, key: str) -> dict[str, NDArray[Any]]:
        return unpacked(opened_bytes(key, read_plain(self._file(key))))

    def _refuse_links(self) -> None:
        refuse_links(self._store, self._store / "scores", self.folder.parent)

    def _file(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"found the key {key!r}; allowed: 64 hexadecimal digits")
        return self.folder / f"{key}.npz"


def packed(columns: Columns) -> bytes:
    """Return columns `[n]` of float64, float32, flags or texts as the bytes of an archive; ValueError for others."""
    kinds: dict[str, list[NDArray[Any]]] = {kind: [np.zeros(0, dtype)] for kind, dtype in KINDS.items()}
    layout = []
    for name, column in columns.items():
        kind = _kind(name, column)
        kinds[kind].append(column)
        layout.append(f"{kind} {len(column)} {name}")
    content = io.BytesIO()
    arrays = {kind: np.concatenate(mine) for kind, mine in kinds.items()}
    np.savez_compressed(content, allow_pickle=False, **{LAYOUT: np.array(layout, np.str_)}, **arrays)
    return content.getvalue()


def unpacked(content: bytes) -> dict[str, NDArray[Any]]:
    """Return the columns that some bytes hold; DamagedProfileError where they are no profile."""
    if len(content) > LARGEST:
        raise DamagedProfileError(f"it has {len(content):,} bytes; allowed: {LARGEST:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(archive)
            layout = _array(archive, LAYOUT)
            return _columns(layout, {kind: _array(archive, kind) for kind in KINDS})
    except (ValueError, LookupError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise DamagedProfileError(str(error)) from error


def _kind(name: str, column: NDArray[Any]) -> str:
    for kind, dtype in KINDS.items():
        if column.ndim == 1 and (column.dtype == dtype or column.dtype.kind == dtype.kind == "U"):
            return kind
    raise ValueError(f"column '{name}' holds {column.dtype} in {column.ndim} dimensions")


def _check_size(archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks to more than a profile may hold; no part gives more than it claims."""
    size = sum(part.file_size for part in archive.infolist())
    if size > 2 * LARGEST:
        raise DamagedProfileError(f"it claims {size:,} bytes; allowed: {2 * LARGEST:,}")


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """One array of an archive; refused where its header is none that `packed` writes, or claims more than there is."""
    content = archive.read(f"{name}.npy")
    header = HEADER.match(content)
    if not header:
        raise DamagedProfileError(f"{name} is no column of numbers, flags or texts")
    return np.frombuffer(content, np.dtype(header["type"].decode()), int(header["count"]), header.end())


def _columns(layout: NDArray[Any], arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The parts of the arrays that the layout names, each line of which is a kind, a length and a name."""
    for kind, values in arrays.items():
        if values.dtype.kind != KINDS[kind].kind or (values.dtype != KINDS[kind] and kind != TEXTS):
            raise DamagedProfileError(f"its {kind} are of another type")
    ends = dict.fromkeys(arrays, 0)
    columns = {}
    for line in layout.tolist():
        kind, length, name = str(line).split(" ", 2)
        start = ends[kind]
        ends[kind] += int(length)
        if not start <= ends[kind] <= len(arrays[kind]):
            raise DamagedProfileError(f"its {kind} are of another length")
        columns[name] = arrays[kind][start : ends[kind]]
    return columns
