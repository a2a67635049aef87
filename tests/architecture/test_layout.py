"""The shape of the tree: a namespace package without `__init__.py`, typed sub-packages, files named after ideas."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = {
    "mechanisms": {"mechanisms"},
    "simulation": {"simulation", "experiments"},
    "plugins": {"plugins"},
    "reports": {"reports", "scores", "analysis", "books", "api", "cli"},
}
VAGUE = re.compile(r"^_*(utils?|helpers?|common|misc|base)\d*$")


def is_vague(name: str) -> bool:
    """Whether a module's name says nothing about what is in it."""
    return VAGUE.match(name) is not None


def test_the_namespace_has_no_module_of_its_own() -> None:
    strays = [file for root in ROOMS for file in (ROOT / root / "lastresort").iterdir() if file.is_file()]
    assert strays == []


def test_each_source_root_holds_its_rooms() -> None:
    found = {root: {room.parent.name for room in (ROOT / root / "lastresort").glob("*/__init__.py")} for root in ROOMS}
    assert found == ROOMS


def test_every_room_is_typed() -> None:
    untyped = [room for root, rooms in ROOMS.items() for room in rooms if not _marker(root, room).is_file()]
    assert untyped == []


def _marker(root: str, room: str) -> Path:
    return ROOT / root / "lastresort" / room / "py.typed"


def test_every_folder_of_modules_is_a_package() -> None:
    folders = {file.parent for root in ROOMS for file in (ROOT / root / "lastresort").rglob("*.py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_no_module_is_named_after_nothing() -> None:
    sources = [file for root in (*ROOMS, "tests") for file in (ROOT / root).rglob("*.py")]
    assert [file for file in sources if is_vague(file.stem) or is_vague(file.parent.name)] == []


def test_vague_names_are_recognised() -> None:
    assert all(map(is_vague, ("utils", "util", "helpers", "_helpers", "common", "misc", "base2")))
    assert not any(map(is_vague, ("ledger", "basis", "commonality", "conftest")))


def test_files_that_start_first_are_there(pytestconfig: pytest.Config) -> None:
    conftest = pytestconfig.pluginmanager.get_plugin(str(ROOT / "tests" / "conftest.py"))
    assert conftest is not None
    assert set(conftest.HEAVY) <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}
