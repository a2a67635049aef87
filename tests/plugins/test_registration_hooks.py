"""The hooks for scores and report sections, from a plugin file to the catalogue, the command line and the report."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginWarning
from lastresort.scores import SCORES, registration

PluginWriter = Callable[[str], Path]

BOTH = """
from lastresort.plugins.report_section import ReportSection
from lastresort.plugins.score import Score

def measure(run, reference):
    return run.books["halted"].max()

def broken(run, reference):
    raise ValueError("no <b>idea</b>")

def write(findings):
    yield "Longest halts of " + findings.scenario.title + "."
    yield findings.table[["policy", "seed", "longest_halt"]]

TEXTS = {"meaning": "M.", "formula": "max", "unit": "seconds", "direction": "lower is better"}

@hookimpl
def lastresort_scores():
    return [
        Score(name="longest_halt", title="Longest <halt>", measure=measure, **TEXTS),
        Score(name="broken", title="Broken", measure=broken, **TEXTS),
    ]

@hookimpl
def lastresort_report_sections():
    return [ReportSection(name="halts", title="Halts & <i>more</i>", write=write)]
"""


@pytest.fixture
def both(write_plugin: PluginWriter) -> Path:
    """A plugin file with two scores, one of which fails, and a section, with names like markup."""
    return write_plugin(BOTH)


def test_the_built_in_scores_enter_by_the_same_hook() -> None:
    catalogue = Catalogue.load(rooms=(registration,))
    assert tuple(score for _, score in catalogue.scores.values()) == SCORES
    assert {origin for origin, _ in catalogue.scores.values()} == {"built-in scores"}
    assert Catalogue.load().scores == {}


def test_a_plugin_file_brings_scores_and_sections(both: Path) -> None:
    catalogue = Catalogue.load([both], (registration,))
    assert list(catalogue.scores)[len(SCORES) :] == ["longest_halt", "broken"]
    assert catalogue.scores["longest_halt"][0] == catalogue.sections["halts"][0] == str(both)


def test_a_plugins_score_is_listed(both: Path) -> None:
    result = CliRunner().invoke(app, ["list", "scores", "--plugin", str(both), "--json"])
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert rows["lc"]["origin"] == "built-in scores"
    assert (rows["longest_halt"]["origin"], rows["longest_halt"]["unit"]) == (str(both), "seconds")
    assert "longest_halt" in CliRunner().invoke(app, ["list", "scores", "--plugin", str(both)]).stdout


def test_a_comparison_shows_both_and_says_what_failed(both: Path, small_scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["compare", str(small_scenario), "--policies", "fund+queue-adl", "--seeds", "2", "--jobs", "1"]
    where = "policy 'deep-pocket', seed 1: rule.py, line 16"
    failure = f"plugin {both}, score 'broken': no value in 4 of 4 runs; {where}: ValueError: no"
    with pytest.warns(PluginWarning, match=re.escape(failure)):
        result = CliRunner().invoke(app, [*arguments, "--plugin", str(both), "--out", str(out), "--quiet"])
    assert result.exit_code == 0, result.output
    with (out / "scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(float(row["longest_halt"]) >= 0, row["broken"]) for row in rows] == [(True, "")] * 4
    estimates = json.loads((out / "comparison.json").read_text())["estimates"]["fund+queue-adl"]
    assert estimates["longest_halt"]["value"] == pytest.approx(sum(float(r["longest_halt"]) for r in rows[2:]) / 2)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Longest &lt;halt&gt;" in page
    assert "ValueError: no &lt;b&gt;idea&lt;/b&gt;" in page
    assert "Halts &amp; &lt;i&gt;more&lt;/i&gt;</h2>" in page
    assert "<p>Longest halts of A small market.</p>" in page

    with pytest.warns(PluginWarning, match=re.escape(failure)):
        again = CliRunner().invoke(
            app, ["report", str(out), "--plugin", str(both), "--out", str(tmp_path / "again.html")]
        )
    assert again.exit_code == 0, again.output
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page


SCORE = "Score(name={name!r}, title='T', meaning='M.', formula='f', unit='USD', direction={direction!r}{more})"


@pytest.mark.parametrize(
    ("hook", "item", "message"),
    [
        ("scores", "42", "hook 'lastresort_scores': found 42; allowed: instances of Score"),
        (
            "scores",
            SCORE.format(name="My score", direction="descriptive", more=", measure=max"),
            "score 'My score': found this name; allowed: lower-case letters, digits and underscores",
        ),
        (
            "scores",
            SCORE.format(name="mine", direction="smaller", more=", measure=max"),
            "score 'mine': found the direction 'smaller'; allowed: lower is better, higher is better or descriptive",
        ),
        (
            "scores",
            SCORE.format(name="mine", direction="descriptive", more=""),
            "hook 'lastresort_scores', rule.py, line 14: TypeError: Score.__init__() missing 1 required keyword-only "
            "argument: 'measure'",
        ),
        (
            "scores",
            SCORE.format(name="mine", direction="descriptive", more=", measure='loss'"),
            "score 'mine': found 'loss' as 'measure'; allowed: a function of a run and its reference",
        ),
        (
            "scores",
            SCORE.format(name="mine", direction="descriptive", more=", measure=max, column='loss'"),
            "hook 'lastresort_scores', rule.py, line 14: TypeError: Score.__init__() got an unexpected keyword "
            "argument 'column'",
        ),
        (
            "scores",
            SCORE.format(name="mnf", direction="descriptive", more=", measure=max"),
            "score 'mnf': the name is taken by plugin built-in scores; allowed: a name of its own",
        ),
        ("report_sections", "'text'", "found 'text'; allowed: instances of ReportSection"),
        (
            "report_sections",
            "ReportSection(name='<b>', title='T', write=print)",
            "report section '<b>': found this name; allowed: lower-case letters, digits, dots and hyphens",
        ),
        (
            "report_sections",
            "ReportSection(name='mine', title='T', write='text')",
            "report section 'mine': found 'text' for 'write'; allowed: a function of the findings",
        ),
    ],
)
def test_what_does_not_keep_to_the_form_is_refused_before_anything_runs(
    write_plugin: PluginWriter, hook: str, item: str, message: str
) -> None:
    path = write_plugin(f"""
        from lastresort.plugins.report_section import ReportSection
        from lastresort.plugins.score import Score

        @hookimpl
        def lastresort_{hook}():
            return [{item}]
    """)
    with pytest.raises(InputError) as error:
        Catalogue.load([path], (registration,))
    assert str(error.value).startswith(f"plugin {path}, ")
    assert str(error.value).endswith(message)
