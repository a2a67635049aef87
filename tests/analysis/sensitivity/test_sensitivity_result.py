"""Results in folders: what was written comes back, and nothing that a stranger writes does harm."""

import json
import math
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from lastresort.analysis.sensitivity import Sensitivity
from lastresort.analysis.sensitivity.analysis_run import AnalysisRun
from lastresort.analysis.sensitivity.findings import FailedRun
from lastresort.analysis.sensitivity.folder import DECLARATION, SensitivityFolder
from lastresort.analysis.sensitivity.points import Point
from lastresort.analysis.sensitivity.result import RESULT, SAMPLES
from lastresort.analysis.sensitivity.sensitivity_plan import SensitivityPlan
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.store import DamageWarning, read_sealed
from lastresort.plugins.errors import InputError

REHEDGE = "scenarios.*.desks.rehedge_time"
DIFFERENCE = "mnf: fund+hedge-aware-adl - fund+queue-adl"


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory,
    plan_of: Callable[..., SensitivityPlan],
    analysis_of: Callable[[SensitivityPlan, Callable[[Point], float]], AnalysisRun],
) -> tuple[Path, Sensitivity]:
    """An analysis by both methods: its folder and its result."""
    plan = plan_of(method="both", samples=64, trajectories=6, confirm_seeds=2)
    folder = SensitivityFolder(tmp_path_factory.mktemp("finished"))
    folder.claim(plan)
    found = analysis_of(plan, lambda point: point.scenario.desks.rehedge_time - 0.5).run()
    return folder.directory, folder.finish(plan, found, (FailedRun("fund+queue-adl", 3, "no such luck"),), 12)


@pytest.fixture
def written(tmp_path: Path, finished: tuple[Path, Sensitivity]) -> Sensitivity:
    """The result of an analysis whose folder, where it may be changed, is `tmp_path`/out."""
    folder, result = finished
    shutil.copytree(folder, tmp_path / "out")
    return result


def test_what_was_written_comes_back(tmp_path: Path, written: Sensitivity) -> None:
    read = Sensitivity.read(tmp_path / "out")
    assert read.document() == written.document()
    assert read.factors[:-1] == written.factors[:-1]
    assert math.isnan(read.factor("replicate").nominal)
    assert read.sobol
    assert read.morris
    assert read.sobol.of(DIFFERENCE)[REHEDGE] == (written.sobol.of(DIFFERENCE)[REHEDGE] if written.sobol else None)
    assert read.morris.of(DIFFERENCE)[REHEDGE].mu == pytest.approx(1)
    assert read.sentence == written.sentence
    assert {entry.name for entry in (tmp_path / "out").iterdir()} == {
        *("declaration.json", "samples.parquet", "sensitivity.json"),
    }
    declared = json.loads((tmp_path / "out" / "declaration.json").read_bytes())
    assert declared["sha256"] == read.origins.plan


def test_the_sentence_names_what_flips(written: Sensitivity) -> None:
    assert written.sentence == "Of 3 assumptions and thresholds varied together, desks.rehedge_time flips a difference."


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, plan_of: Callable[..., SensitivityPlan]) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match=r"holds something else \('letter.txt'\): choose another --out"):
        SensitivityFolder(tmp_path).claim(plan_of())
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_another_analysis_is_left_alone(
    tmp_path: Path, written: Sensitivity, plan_of: Callable[..., SensitivityPlan]
) -> None:
    with pytest.raises(InputError, match="holds the analysis 'formula': choose another --out"):
        SensitivityFolder(tmp_path / "out").claim(plan_of(name="other"))
    assert Sensitivity.read(tmp_path / "out").name == written.name


END = {"output": DIFFERENCE, "factor": "x", "value": 1, "difference": 1, "low": 1, "high": 1}
CHANGES: list[dict[str, Any]] = [
    {"surprise": 1},
    {"runs": "many"},
    {"runs": math.inf},
    {"runs": math.nan},
    {"factors": []},
    {"outputs": []},
    {"outputs": {}},
    {"morris": [1]},
    {"ends": [END | {"p_adjusted": 1, "verdict": "better", "seeds": 2}]},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_changed_result_is_one_sentence(tmp_path: Path, written: Sensitivity, change: dict[str, Any]) -> None:
    file = tmp_path / "out" / RESULT
    write_json(file, read_sealed(file) | change)
    _check_refused(tmp_path / "out")


@pytest.mark.parametrize("text", ["", "[]", "null", "\x00", "[" * 100_000, '{"name": 1}'], ids=lambda text: text[:5])
def test_a_damaged_result_is_one_sentence(tmp_path: Path, written: Sensitivity, text: str) -> None:
    (tmp_path / "out" / RESULT).write_text(text)
    _check_refused(tmp_path / "out")


def test_a_number_without_end_is_refused(tmp_path: Path, written: Sensitivity) -> None:
    file = tmp_path / "out" / RESULT
    document = read_sealed(file)
    document["factors"][0]["high"] = math.inf
    write_json(file, document)
    _check_refused(tmp_path / "out")


def test_samples_that_were_damaged_are_one_sentence(tmp_path: Path, written: Sensitivity) -> None:
    file = tmp_path / "out" / SAMPLES
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(InputError, match=r"samples\.parquet' is not what was written: run it again"):
        Sensitivity.read(tmp_path / "out")


@pytest.mark.parametrize("name", [RESULT, SAMPLES, DECLARATION])
@pytest.mark.parametrize("harm", [lambda file: file.write_bytes(b"{"), os.mkfifo, Path.mkdir])
def test_what_was_damaged_is_set_aside_before_it_is_made_again(
    tmp_path: Path,
    written: Sensitivity,
    plan_of: Callable[..., SensitivityPlan],
    name: str,
    harm: Callable[[Path], object],
) -> None:
    file = tmp_path / "out" / name
    file.unlink()
    harm(file)
    with pytest.warns(DamageWarning, match=f"{name}' is .*: it was set aside"):
        SensitivityFolder(tmp_path / "out").claim(plan_of(method="both", samples=64, trajectories=6, confirm_seeds=2))
    assert len(list((tmp_path / "out" / "store" / "set-aside").iterdir())) == 1


def _check_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="is damaged or of another version of lastresort: run it again") as caught:
        Sensitivity.read(folder)
    assert "\n" not in str(caught.value)


def test_links_and_pipes_are_refused(tmp_path: Path, written: Sensitivity) -> None:
    file = tmp_path / "out" / RESULT
    file.rename(tmp_path / "elsewhere.json")
    file.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(InputError, match="is a link"):
        Sensitivity.read(tmp_path / "out")
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(InputError, match="cannot be read"):
        Sensitivity.read(tmp_path / "out")


def test_no_result_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no finished sensitivity analysis"):
        Sensitivity.read(tmp_path)
    with pytest.raises(InputError, match="holds no finished sensitivity analysis"):
        Sensitivity.read(tmp_path / "nowhere")


def test_a_document_holds_nothing_but_plain_values(written: Sensitivity) -> None:
    text = json.dumps(written.document(), allow_nan=False)
    assert json.loads(text)["factors"][0]["name"] == asdict(written.factors[0])["name"]
