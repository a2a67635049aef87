"""A policy that fails is told on the terminal, on stderr, in the document, in the manifest and in the report."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.cli.options import PATIENCE
from lastresort.simulation.waterfall import time_limit

RAISES = "raise ZeroDivisionError('no such [/thing] as <b>')"
SENTENCE = "raised ZeroDivisionError: no such [/thing] as <b>"


@pytest.fixture
def command(small_scenario: Path, tmp_path: Path, failing: Callable[[str], str]) -> list[str]:
    """A comparison of which one policy fails."""
    (tmp_path / "failing.py").write_text(failing(RAISES))
    policies = ["--policies", "fund+queue-adl,fund+failing", "--plugin", str(tmp_path / "failing.py")]
    return ["compare", str(small_scenario), *policies, "--seeds", "1", "--jobs", "1", "--out", str(tmp_path / "out")]


def test_the_others_are_ranked_and_the_failure_is_told(command: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1
    ranking, _, failures = result.stdout.partition("out of the ranking")
    assert "fund+queue-adl" in ranking
    assert "fund+failing" not in ranking
    assert "failed on 1 of 1 seed" in failures
    assert SENTENCE in failures
    assert result.stdout.splitlines()[-1] == str(out / "report.html")
    last = result.stderr.splitlines()[-1]
    assert last.startswith("error: policy 'fund+failing' failed on 1 of 1 seed and is out of the ranking; seed 1: mech")
    assert last.endswith(SENTENCE)
    assert "3/3 runs, 1 failed, " in result.stderr

    assert set(pd.read_parquet(out / "scores.parquet")["policy"]) == {"deep-pocket", "fund+queue-adl"}
    (failure,) = json.loads((out / "manifest.json").read_text())["failures"]
    assert (failure["policy"], failure["seed"]) == ("fund+failing", 1)
    assert failure["reason"].endswith(SENTENCE)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert '<section id="failures"' in page
    assert "raised ZeroDivisionError: no such [/thing] as &lt;b&gt;" in page
    assert "no such [/thing] as <b>" not in page


def test_the_traceback_is_kept_and_shown_where_it_is_wanted(command: list[str], tmp_path: Path) -> None:
    way = f'  File "{tmp_path}/failing.py", line 11, in allocate\n    {RAISES}\nZeroDivisionError: no such'
    shown = CliRunner().invoke(app, [*command, "--quiet", "--traceback"])
    assert shown.stderr.startswith(f"the way through the plugin's code, the innermost call last:\n{way}")
    (kept,) = (tmp_path / "out" / "store" / "failures").glob("*.json")
    assert json.loads(kept.read_text())["traceback"].startswith(way)
    document = json.loads(CliRunner().invoke(app, [*command, "--json"]).stdout)
    assert document["failed"][0]["traceback"].startswith(way)

    one = CliRunner().invoke(app, ["run", command[1], "fund+failing", *command[4:6], "--traceback"])
    assert way in one.stderr
    assert one.stderr.splitlines()[-1].endswith(f"s: failing.py, line 11, {SENTENCE}")


def test_checks_show_the_traceback(tmp_path: Path, failing: Callable[[str], str]) -> None:
    (tmp_path / "failing.py").write_text(failing(RAISES))
    found = CliRunner().invoke(app, ["check", str(tmp_path / "failing.py"), "--examples", "1", "--traceback"])
    assert found.stderr.count("in allocate\n    raise ZeroDivisionError") == 1
    told = CliRunner().invoke(app, ["check", str(tmp_path / "failing.py"), "--examples", "1"])
    assert (told.stdout, told.stderr) == (found.stdout, "")


def test_a_script_notices(command: list[str]) -> None:
    quiet = CliRunner().invoke(app, [*command, "--quiet"])
    assert (quiet.exit_code, len(quiet.stdout.splitlines()), len(quiet.stderr.splitlines())) == (1, 1, 1)
    document = CliRunner().invoke(app, [*command, "--json"])
    assert document.exit_code == 1
    (failure,) = json.loads(document.stdout)["failed"]
    assert failure["policy"] == "fund+failing"
    assert SENTENCE in failure["what happened"]


def test_the_report_of_a_failure_can_be_made_again(command: list[str], tmp_path: Path) -> None:
    CliRunner().invoke(app, command)
    page = (tmp_path / "out" / "report.html").read_bytes()
    again = CliRunner().invoke(app, ["report", str(tmp_path / "out")])
    assert again.exit_code == 0, again.output
    assert (tmp_path / "out" / "report.html").read_bytes() == page


@pytest.mark.parametrize("seconds", ["0.2", "7"])
def test_patience_is_as_long_as_it_is_said_to_be(
    small_scenario: Path, tmp_path: Path, failing: Callable[[str], str], seconds: str
) -> None:
    rule = tmp_path / "failing.py"
    rule.write_text(failing(f"import time; time.sleep(0.4); {RAISES}"))
    arguments = ["run", str(small_scenario), "fund+failing", "--plugin", str(rule), "--patience", seconds]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    assert result.stderr.endswith("took more than 0.2 s\n" if seconds == "0.2" else f"{SENTENCE}\n")


def test_the_usual_patience_is_that_of_the_engine() -> None:
    assert PATIENCE == time_limit.PATIENCE


def test_where_every_rule_fails_there_is_still_a_report(command: list[str], tmp_path: Path) -> None:
    alone = [word.replace("fund+queue-adl,", "") for word in command]
    result = CliRunner().invoke(app, alone)
    assert result.exit_code == 1
    assert "reference" in result.stdout
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "0 rules · 1 reference · 1 simulated crash · 1 failed" in page
    assert "there is nothing to rank" in page
    assert "--policies deep-pocket,fund+failing" in page
