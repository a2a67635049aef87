"""Versions are part of a run's identity and stand in its files, with the processor: none is claimed for another."""

from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from lastresort import api
from lastresort.experiments import Progress, Results, RunStore, Study, run_study
from lastresort.experiments.environment import libraries, machine
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.keys import all_versions
from lastresort.experiments.store import read_sealed

NAMES = {"lastresort", "Python", "numpy", "numba", "scipy", "simpy", "pandas", "pyarrow", "pluggy", "pydantic"}


@pytest.fixture
def with_numpy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Pretend that another numpy is installed."""

    def pretend(number: str) -> None:
        told = {"numpy": number}
        monkeypatch.setattr("lastresort.experiments.environment.version", lambda name: told.get(name, version(name)))
        libraries.cache_clear()

    yield pretend
    monkeypatch.undo()
    libraries.cache_clear()


@pytest.fixture
def study(small_scenario: Path, tmp_path: Path) -> Study:
    """A comparison of two runs."""
    return Study(str(small_scenario), (1,), tmp_path / "out", ("warehouse",))


def header(out: Path, key: str) -> dict[str, Any]:
    return RunStore(out / "store").header(key)


def test_a_run_says_what_made_it(study: Study) -> None:
    results = run_study(study)
    for key in results.keys.values():
        said = header(study.out, key)
        assert said["versions"] == all_versions()
        assert said["versions"].keys() == NAMES
        assert said["platform"] == machine()


def test_runs_of_another_numpy_are_not_reused_and_say_so(study: Study, with_numpy: Callable[[str], None]) -> None:
    here = version("numpy")
    with_numpy("0.1")
    before = set(run_study(study).keys.values())
    with_numpy(here)
    seen: list[Progress] = []
    results = run_study(study, seen.append)
    assert [step.reused for step in seen if step.done] == [False, False]
    after = set(results.keys.values())
    assert before.isdisjoint(after)
    assert {header(study.out, key)["versions"]["numpy"] for key in before} == {"0.1"}
    assert {header(study.out, key)["versions"]["numpy"] for key in after} == {here}
    assert results.manifest["libraries"]["numpy"] == here


def test_runs_of_another_numpy_are_verified_as_those_of_another_version(
    study: Study, with_numpy: Callable[[str], None]
) -> None:
    here = version("numpy")
    with_numpy("0.1")
    run_study(study)
    with_numpy(here)
    found = api.verify(study.out, None, jobs=1)
    assert {str(one.verdict) for one in found.findings} == {"same tables, by another version"}
    assert found.passed
    assert "numpy 0.1" in " ".join(found.sentences)


def test_a_manifest_names_every_processor_that_did_its_runs(study: Study) -> None:
    key = run_study(study).keys["warehouse", 1]
    file = RunStore(study.out / "store").folder(key) / "run.json"
    write_json(file, read_sealed(file) | {"platform": "Linux x86_64, Another Processor"})
    platform = run_study(study).manifest["platform"]
    assert set(platform.split("; ")) == {machine(), "Linux x86_64, Another Processor"}
    found = api.verify(study.out, None, jobs=1)
    assert {str(one.verdict) for one in found.findings} == {"same bytes"}
    assert [bool(one.elsewhere) for one in found.exact] == [False, True]
    assert Results.open(study.out).manifest["platform"] == platform
