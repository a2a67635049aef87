"""What is damaged among the files that commands leave beside the runs, and how it is cleared away to be made again."""

import stat
from collections.abc import Iterable
from pathlib import Path

from lastresort.experiments.folders.seals import digests
from lastresort.experiments.store import is_there, read_plain, read_sealed, set_aside
from lastresort.plugins.errors import InputError

FILES = "files"
"""Where a document says which tables it seals: their SHA-256 (hex), by name."""


def damages(directory: Path, document: str, tables: Iterable[str]) -> dict[str, str]:
    """Return what is wrong with a sealed document in a folder and with the tables that it seals, a clause by name.

    Where there is no document, a table only has to be a file: it is not known what it should hold.
    """
    files = dict.fromkeys(tables, "")
    found = {name: "is no plain file" for name in (document, *files) if _is_no_file(directory / name)}
    try:
        said = read_sealed(directory / document)[FILES]
        files |= {name: str(said[name]) for name in said if name in files}
    except FileNotFoundError:
        pass
    except (OSError, ValueError, LookupError, TypeError):
        found.setdefault(document, "is damaged or of another version of lastresort")
    for name, digest in files.items():
        if digest and name not in found and (flaw := _flaw(directory / name, digest)):
            found[name] = flaw
    return found


def clear_damages(directory: Path, document: str, tables: Iterable[str], store: Path) -> None:
    """Set what `damages` finds aside, with a warning for each."""
    for name, what in damages(directory, document, tables).items():
        set_aside(directory / name, store, what)


def refuse_damages(directory: Path, document: str, tables: Iterable[str]) -> None:
    """Raise InputError where `damages` finds something."""
    for name, what in damages(directory, document, tables).items():
        raise InputError(f"'{directory / name}' {what}; 'lastresort verify --repair' makes it again")


def _flaw(file: Path, digest: str) -> str:
    try:
        if digests({"": read_plain(file)})[""] != digest:
            return "is not what was written"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return ""


def _is_no_file(place: Path) -> bool:
    return is_there(place) and not stat.S_ISREG(place.lstat().st_mode)
