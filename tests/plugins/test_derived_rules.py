"""`lastresort new mechanism --from RULE`: a copy of a built-in rule that says what the rule says, to change."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.answers import check_answers
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.errors import InputError
from lastresort.plugins.plugin_file import DefinedMechanisms, load_plugin_file
from lastresort.plugins.scaffold import new_derived, new_mechanism, new_package
from lastresort.plugins.testing import transcript

GOLDEN = Path(__file__).parents[1] / "golden"
OF_REFERENCES = ("deep-pocket", "warehouse")
AWKWARD = {
    "queue-adl": "a shared frame with an abstract method",
    "min-max-program": "functions of its own module",
    "dynamic-mirror-descent": "a second class in its module",
    "krx-ladder": "another rule as its parent",
    "deep-pocket": "money of a reference",
    "random-lottery": "an exemption",
}


def derived(origin: str, folder: Path) -> type[Mechanism]:
    """The rule of a new file that was copied from a built-in one."""
    path, _ = new_derived("other-rule", origin, folder)
    (plugin,) = load_plugin_file(path)
    assert isinstance(plugin, DefinedMechanisms)
    (rule,) = plugin.lastresort_mechanisms()
    check_answers(rule, str(path))
    return rule


@pytest.mark.parametrize("origin", lastresort_mechanisms(), ids=lambda rule: str(rule.name))
def test_a_copy_says_what_the_original_says(origin: type[Mechanism], tmp_path: Path) -> None:
    rule = derived(str(origin.name), tmp_path)
    told = (tmp_path / "other_rule.txt").read_text(encoding="utf-8")
    assert transcript(rule) == told
    crash = (GOLDEN / f"{origin.name}.txt").read_text(encoding="utf-8").partition("\n\n")[2]
    assert told.startswith("other-rule: ")
    assert told.partition("\n\n")[2] == crash
    assert check_mechanism(rule(), reference=origin.name in OF_REFERENCES) == []


def test_a_copy_keeps_source_and_evidence_and_says_where_it_is_from(tmp_path: Path) -> None:
    rule, origin = derived("queue-adl", tmp_path), "BitMEX, Auto-Deleveraging Explained (support 18589621443357)"
    assert (rule.__name__, rule.source) == ("OtherRule", f"derived from queue-adl: {origin}")
    assert rule.evidence == "venue documentation"
    text = (tmp_path / "other_rule.py").read_text(encoding="utf-8")
    assert (ast.get_docstring(ast.parse(text)) or "").startswith("Other rule, derived from queue-adl. ")
    assert "QueueAdl" not in text
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    ("name", "origin", "sentence"),
    [
        ("My_Rule", "queue-adl", "name 'My_Rule': not a name for a mechanism; .* did you mean 'my-rule'"),
        ("queue-adl", "queue-adl", "plugin built-in has a mechanism of that name"),
        ("memory", "dynamic-mirror-descent", "'dynamic-mirror-descent' uses 'Memory'; allowed: a name of its own"),
        ("my-rule", "queue-ad", "--from: unknown mechanism 'queue-ad'; .* did you mean 'queue-adl'"),
    ],
)
def test_a_bad_name_is_refused_and_nothing_is_written(name: str, origin: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=sentence):
        new_derived(name, origin, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("taken", ["other_rule.py", "other_rule.txt", "test_other_rule.py"])
def test_no_file_is_overwritten_and_none_is_left(taken: str, tmp_path: Path) -> None:
    (tmp_path / taken).write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=f"cannot write '.*{taken}': it exists already"):
        new_derived("other-rule", "queue-adl", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_text(encoding="utf-8") == "mine"


def test_what_could_be_written_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Path.open

    def full(self: Path, *how: str, **ways: str) -> object:
        if self.name.startswith("test_"):
            raise OSError("No space left on device")
        return written(self, *how, **ways)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(InputError, match=r"cannot write '.*test_other_rule.py': OSError: No space left on device"):
        new_derived("other-rule", "queue-adl", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_its_own_tests_pass_until_it_says_something_else(tmp_path: Path) -> None:
    path, _ = new_derived("other-rule", "queue-adl", tmp_path)
    test = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_other_rule.py"]
    own = [*test, "-k", "transcript or valid"]
    assert subprocess.run(own, cwd=tmp_path, check=False).returncode == 0
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("abs(event.contracts)", "0.5 * abs(event.contracts)"), encoding="utf-8")
    changed = subprocess.run(own, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert "1 failed, 1 passed" in changed.stdout
    subprocess.run([sys.executable, "test_other_rule.py"], cwd=tmp_path, check=True)
    assert subprocess.run(own, cwd=tmp_path, check=False).returncode == 0


def test_the_command_copies_and_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["new", "mechanism", "other-rule", "--from", "queue-adl"])
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("wrote other_rule.py\n")
    assert "  python -m pytest test_other_rule.py\n" in result.stdout
    refused = CliRunner().invoke(app, ["new", "mechanism", "third-rule", "--from", "queue-adl", "--tier", "full"])
    assert (refused.exit_code, refused.stderr) == (
        2,
        "error: form: found 'full' of a copy of 'queue-adl'; allowed: 'simple'\n",
    )


def test_a_copy_of_a_reference_is_not_sent_into_a_comparison(tmp_path: Path) -> None:
    _, steps = new_derived("other-pocket", "deep-pocket", tmp_path)
    assert not any(step.startswith(("lastresort compare", "lastresort check")) for step in steps)
    assert "    reference = True" in (tmp_path / "test_other_pocket.py").read_text(encoding="utf-8")


def test_mypy_finds_nothing_in_any_scaffold(tmp_path: Path) -> None:
    """As a new author runs it: strict, without settings or plugins of ours."""
    new_mechanism("plain-rule", "simple", tmp_path)
    new_mechanism("full-rule", "full", tmp_path)
    for origin in AWKWARD:
        new_derived(f"my-{origin}", origin, tmp_path)
    new_package("fair-share", tmp_path)
    places = [*sorted(file.name for file in tmp_path.glob("*.py")), "fair-share/src", "fair-share/tests"]
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", *places]
    result = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": "fair-share/src"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout.startswith("Success: no issues found"), result.stdout + result.stderr
