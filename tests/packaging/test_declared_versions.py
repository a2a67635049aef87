"""Every requirement has a lowest version, and continuous integration tries the lowest and the newest of all."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def test_every_requirement_has_a_lowest_version_and_no_highest() -> None:
    declared = [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
    for requirement in map(Requirement, declared):
        assert [bound.operator for bound in requirement.specifier] == [">="], requirement


def test_an_extra_asks_for_the_same_version_as_the_test_extra() -> None:
    lowest = {Requirement(line).name: line for line in EXTRAS["test"]}
    for extra in ("cluster", "crate", "kit", "pdf", "sensitivity"):
        for line in EXTRAS[extra]:
            assert lowest[Requirement(line).name] == line


def test_continuous_integration_tries_the_lowest_and_the_newest() -> None:
    (step,) = [line for line in _lines("run") if ".ci/with-versions" in line]
    assert "lowest-direct highest" in step
    (install,) = [line for line in _lines("with-versions") if "pip install" in line]
    assert ".[cluster,crate,kit,pdf,sensitivity]" in install


def _lines(script: str) -> list[str]:
    """The lines of a script of continuous integration."""
    return (ROOT / ".ci" / script).read_text(encoding="utf-8").splitlines()
