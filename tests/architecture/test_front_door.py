"""Commands parse, call `lastresort.api` and print: nothing else of ours is imported there, and each module is short."""

import ast
from inspect import signature
from pathlib import Path

import pytest

from lastresort import api

FOLDER = Path(__file__).parents[2] / "reports" / "lastresort" / "cli"
ALLOWED = ("lastresort.api", "lastresort.cli")
LONGEST = 120

MODULES = sorted(FOLDER.rglob("*.py"))


def strange(source: str) -> list[str]:
    """What a module imports of ours beside the front door and the rooms of the commands."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in found if f"{name}.".startswith("lastresort.") and not _allowed(name)]


def _allowed(name: str) -> bool:
    return any(f"{name}.".startswith(f"{room}.") for room in ALLOWED)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(FOLDER)))
def test_a_command_calls_the_front_door_and_is_short(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert strange(source) == []
    assert len(source.splitlines()) < LONGEST


@pytest.mark.parametrize(
    "source",
    [
        "from lastresort.experiments import Study",
        "import lastresort.scores",
        "def late():\n    from lastresort.plugins.errors import InputError",
        "from lastresort import study",
    ],
)
def test_the_checker_sees_another_door(source: str) -> None:
    assert len(strange(source)) == 1


def test_every_name_of_the_front_door_is_there() -> None:
    assert {name for name in api.__all__ if getattr(api, name) is None} == set()
    assert sorted(name for names in api.HOMES.values() for name in names) == sorted({*api.__all__} - {"CORES"})
    assert set(dir(api)) == set(api.__all__)


def test_every_command_has_a_function() -> None:
    commands = {"compare", "run", "report", "validate", "explain", "check", "axioms", "audit", "decompose", "new"}
    assert commands | {"study", "select", "resume", "status", "export", "verify", "sensitivity"} < set(api.__all__)
    assert [name for name in commands if not getattr(api, name).__doc__] == []


def test_everything_that_keeps_runs_does_them_afresh_on_request() -> None:
    keeping = (api.compare, api.study, api.resume, api.select, api.sensitivity, api.decompose)
    assert [one.__name__ for one in keeping if "fresh" not in signature(one).parameters] == []
