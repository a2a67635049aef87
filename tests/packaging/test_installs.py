"""Wheel, sdist and editable install, each in a fresh environment, used from a folder with modules of the same names."""

import json
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
ROOMS = {
    "mechanisms": "mechanisms",
    "simulation": "simulation",
    "experiments": "simulation",
    "plugins": "plugins",
    "analysis": "reports",
    "scores": "reports",
    "reports": "reports",
    "cli": "reports",
}
PROBE = """
import importlib, json, pathlib, sys
import simulation, plugins.mine
assert (simulation.OWNER, plugins.mine.OWNER) == ("user", "user")
rooms = {room: importlib.import_module(f"lastresort.{room}") for room in sys.argv[1:]}
print(json.dumps({room: str(pathlib.Path(module.__file__).parent) for room, module in rooms.items()}))
"""


@pytest.fixture(scope="session", params=["wheel", "sdist", "editable"])
def environment(request: pytest.FixtureRequest, install: Callable[..., Path], distributions: Path) -> Path:
    """The `bin` folder of a fresh environment with the project installed in one of three ways."""
    ways: dict[str, list[str | Path]] = {
        "wheel": [next(distributions.glob("*.whl"))],
        "sdist": [next(distributions.glob("*.tar.gz"))],
        "editable": ["--editable", ROOT],
    }
    return install(*ways[request.param])


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A user's working folder whose own modules have the names of our source folders."""
    (tmp_path / "plugins").mkdir()
    for file in ("simulation.py", "plugins/__init__.py", "plugins/mine.py"):
        (tmp_path / file).write_text('OWNER = "user"\n', encoding="utf-8")
    return tmp_path


def test_every_room_is_whole_and_shadows_nobody(environment: Path, workplace: Path, run: Callable[..., str]) -> None:
    installed = json.loads(run(environment / "python", "-c", PROBE, *ROOMS, cwd=workplace))
    for room, root in ROOMS.items():
        source = ROOT / root / "lastresort" / room
        assert _files(Path(installed[room])) == _files(source)


def test_the_command_works_beside_modules_of_the_same_names(
    environment: Path, workplace: Path, run: Callable[..., str]
) -> None:
    assert run(environment / "lastresort", "--version", cwd=workplace).split()[-1] == VERSION
    policies = json.loads(run(environment / "lastresort", "list", "policies", "--json", cwd=workplace))
    assert {"deep-pocket", "fund+queue-adl"} <= {policy["name"] for policy in policies}


def test_the_wheel_holds_the_namespace_and_nothing_else(distributions: Path) -> None:
    with zipfile.ZipFile(next(distributions.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    assert {name.split("/")[0] for name in names} == {"lastresort", f"lastresort-{VERSION}.dist-info"}
    assert "lastresort/__init__.py" not in names


def _files(room: Path) -> dict[str, bytes]:
    """Every file of a package, code and data, by its path inside it."""
    found = (file for file in room.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {str(file.relative_to(room)): file.read_bytes() for file in found}
