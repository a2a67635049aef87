"""`lastresort axioms`: the matrix, one rule in full, and bad input."""

import json

from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.plugins.testing.axioms import AXIOMS


def told(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["axioms", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_matrix_names_what_it_does_not_apply_to() -> None:
    shown = told("queue-adl", "profit-pro-rata", "full-takeover", "--cases", "10")
    queue = next(line for line in shown.splitlines() if "queue-adl" in line)
    assert "fails" in queue
    assert any(cell.strip().isdigit() for cell in queue.split("\N{BOX DRAWINGS LIGHT VERTICAL}"))
    assert "not applicable, does not answer allocate: full-takeover" in shown


def test_one_rule_is_told_with_its_counterexamples() -> None:
    shown = told("pair-preserving", "--cases", "10")
    for name in AXIOMS:
        assert name in shown
    assert "Violated: account" in shown
    assert "equity after" in shown


def test_json_is_one_document() -> None:
    document = json.loads(told("profit-pro-rata", "--json", "--cases", "10"))
    said = document["mechanisms"]["profit-pro-rata"]
    assert set(said) == set(document["axioms"]) == set(AXIOMS)
    assert said["sybil-resistance"]["outcome"] == "holds"
    assert said["no-run-incentive"]["counterexample"]["tables"]
    assert "counterexample" not in said["monotonicity"]


def test_json_of_several_has_no_counterexamples() -> None:
    document = json.loads(told("queue-adl", "circuit-breaker", "--json", "--cases", "10"))
    assert document["not applicable"] == {"circuit-breaker": "does not answer allocate"}
    assert "counterexample" not in document["mechanisms"]["queue-adl"]["monotonicity"]


def test_an_unknown_name_is_one_sentence() -> None:
    result = CliRunner().invoke(app, ["axioms", "queue-ald"])
    assert result.exit_code == 2
    assert "unknown mechanism 'queue-ald'" in result.stderr
    assert "did you mean 'queue-adl'?" in result.stderr


def test_the_matrix_fits_a_terminal_of_120_columns() -> None:
    shown = told("--cases", "2")
    assert max(map(len, shown.splitlines())) <= 120
    for name in AXIOMS:
        assert name.replace("-", " ") in " ".join(shown.split())


def test_an_installed_plugin_can_be_left_out() -> None:
    result = CliRunner().invoke(app, ["axioms", "queue-adl", "--without", "no-such-plugin"])
    assert result.exit_code == 2
    assert "no plugin 'no-such-plugin' is installed" in result.stderr
