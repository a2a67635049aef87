"""What `lastresort new` writes runs at once; what it says to type exists; what is there already stays as it is."""

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.mechanisms.contract import QUESTIONS, EventKind, Mechanism
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.documents import read_document
from lastresort.plugins.errors import InputError
from lastresort.plugins.plugin_file import load_plugin_file
from lastresort.plugins.scaffold import new_mechanism, new_package
from lastresort.simulation.scenario import Scenario


def written(tier: str, folder: Path) -> type[Mechanism]:
    """The class in a new file of one tier, through the door of plugin files."""
    path, _ = new_mechanism("step-queue", tier, folder)
    return Catalogue.load([path]).mechanisms["step-queue"]


@pytest.mark.parametrize("tier", ["simple", "full"])
def test_a_new_mechanism_keeps_the_contract(tier: str, tmp_path: Path) -> None:
    assert check_mechanism(written(tier, tmp_path)()) == []


def test_the_simple_tier_is_one_answer_in_fifteen_lines(tmp_path: Path) -> None:
    assert answered(written("simple", tmp_path)) == ("allocate",)
    assert len((tmp_path / "step_queue.py").read_text(encoding="utf-8").splitlines()) <= 15


def test_the_full_tier_has_parameters_and_several_answers_and_names_every_question(tmp_path: Path) -> None:
    rule = written("full", tmp_path)
    assert set(answered(rule)) == {"share_loss", "allocate", "observe"}
    assert all(field.description for field in rule.model_fields.values())
    text = (tmp_path / "step_queue.py").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^    #   (\w+) ", text, flags=re.MULTILINE)) == QUESTIONS


def residual(time: float, final: bool = False) -> Any:
    """As much of a view as severity looks at: two markets with everything to be placed."""
    return SimpleNamespace(
        time=time, market=np.array([0, 1]), contracts=np.ones(2), dollars=np.zeros(2), deficit=np.ones(2), final=final
    )


def test_the_full_tier_waits_after_a_step_in_its_market(tmp_path: Path) -> None:
    rule: Any = written("full", tmp_path).model_validate({"step": 0.5, "pause": 30.0})
    assert rule.share_loss(residual(100.0)).contracts.tolist() == [0.5, 0.5]
    kinds = np.array([EventKind.DELEVERAGING, EventKind.TAKEOVER])
    rule.observe(SimpleNamespace(time=100.0, market=np.array([1, 0]), kind=kinds))
    assert rule.share_loss(residual(120.0)).contracts.tolist() == [0.5, 0.0]
    assert rule.share_loss(residual(130.0)).contracts.tolist() == [0.5, 0.5]
    assert rule.share_loss(residual(120.0, final=True)).contracts.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("My_Rule", "name 'My_Rule': not a name for a mechanism; .* did you mean 'my-rule'"),
        ("FairShare", "did you mean 'fair-share'"),
        ("", "name '': not a name"),
        ("3-queues", "a letter first"),
        ("../rule", "did you mean 'rule'"),
        ("a" * 41, "at most 40 characters"),
        ("queue-adl", "plugin built-in has a mechanism of that name"),
        ("yield", "'yield' is a word of Python or an installed module"),
        ("random", "'random' is a word of Python or an installed module"),
        ("pydantic", "'pydantic' is a word of Python or an installed module"),
        ("lastresort", "'lastresort' is a word of Python or an installed module"),
        ("mechanism", "'Mechanism' is a class of the contract"),
        ("true", "'True' is a class of the contract or a word of Python"),
    ],
)
def test_a_bad_name_is_refused_in_one_sentence(name: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=sentence):
        new_mechanism(name, "simple", tmp_path)
    with pytest.raises(InputError, match=sentence):
        new_package(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fair_share.py").write_text("mine\n", encoding="utf-8")
    Path("fair-share").mkdir()
    for kind, path in (("mechanism", "fair_share.py"), ("package", "fair-share")):
        result = CliRunner().invoke(app, ["new", kind, "fair-share"])
        assert result.exit_code == 2
        assert (
            result.stderr
            == f"error: cannot write '{path}': it exists already; allowed: a new name, or another folder\n"
        )
    assert Path("fair_share.py").read_text(encoding="utf-8") == "mine\n"
    assert list(Path("fair-share").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"cannot write '.*file/fair_share.py': \w+Error"):
        new_mechanism("fair-share", "simple", tmp_path / "file")


def test_a_new_package_is_whole(tmp_path: Path) -> None:
    root, steps = new_package("fair-share", tmp_path)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == "fair-share"
    assert project["entry-points"]["lastresort"] == {"fair-share": "fair_share.registration"}
    assert project["dependencies"][0].startswith("lastresort>=")
    registration: Any = load_plugin_file(root / "src" / "fair_share" / "registration.py")[0]
    (policy,) = registration.lastresort_policies()
    assert [step.use for step in read_document(policy, Policy).waterfall][-1] == "fair-share"
    assert read_document(root / "small-crash.yaml", Scenario).name == "small-crash"
    assert steps[1] == "cd fair-share"
    for file in ("README.md", ".github/workflows/tests.yml"):
        text = (root / file).read_text(encoding="utf-8")
        assert [step for step in steps[2:] if not step.startswith("#") and step not in text] == []


def test_the_mechanism_of_a_new_package_is_that_of_the_simple_tier(tmp_path: Path) -> None:
    path, _ = new_mechanism("fair-share", "simple", tmp_path)
    root, _ = new_package("fair-share", tmp_path)
    assert (root / "src" / "fair_share" / "rule.py").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("arguments", [["mechanism", "fair-share", "--tier", "full"], ["package", "fair-share"]])
def test_what_is_printed_can_be_typed(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["new", *arguments])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("wrote fair")
    commands = re.findall(r"^  lastresort (\w+)", result.stdout, flags=re.MULTILINE)
    assert set(commands) <= {command.name for command in app.registered_commands}
    assert {"explain", "check", "compare"} <= set(commands)


def test_a_new_file_is_compared_at_once(small_scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    new = CliRunner().invoke(app, ["new", "mechanism", "fair-share"])
    (line,) = re.findall(r"^  lastresort (compare .*--policies.*)$", new.stdout, flags=re.MULTILINE)
    arguments = line.replace("oct-2025", str(small_scenario)).replace("--seeds 2", "--seeds 1").split()
    result = CliRunner().invoke(app, [*arguments, "--jobs", "1"])
    assert result.exit_code == 0, result.output
    assert "fund+fair-share" in result.stdout
