"""A finished comparison in the hand: the page on reports does what it says, and everything shows itself."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lastresort.api import Results, open_results
from lastresort.api.results import FIGURES
from lastresort.cli.application import app
from lastresort.experiments import Results as Runs
from lastresort.plugins.errors import InputError
from lastresort.reports import timeline_of_run, waterfall_of_run

PAGE = Path(__file__).parents[2] / "docs" / "reports.md"
SCENARIO = """
name: oct-2025
title: A small crash
summary: A small market.
open_interest: 10.0e9
news:
  - {time: 60, size: -0.12, spread: 60}
clock: {duration: 1200, stress_tick: 20}
population: {accounts: 400}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the results of a small comparison in results/oct-2025."""
    place = tmp_path_factory.mktemp("notebook")
    (place / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    out = place / "results" / "oct-2025"
    command = ["compare", str(place / "small.yaml"), "--policies", "fund+queue-adl,fund+socialized-loss"]
    done = CliRunner().invoke(app, [*command, "--seeds", "2", "--jobs", "1", "--out", str(out), "--quiet"])
    assert done.exit_code == 0, done.output
    return place


@pytest.fixture(scope="module")
def opened(folder: Path) -> Results:
    return open_results(folder / "results" / "oct-2025")


def test_the_blocks_of_the_page_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    blocks = re.findall(r"^```py\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, PAGE, "exec"), names)
    assert Path("timeline.svg").read_bytes().startswith(b"<svg")
    assert Path("report.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", sorted(FIGURES.keys() - {"tail"}))
def test_every_figure_is_one_call(opened: Results, name: str) -> None:
    assert "<svg" in opened.figure(name)._repr_svg_()


def test_the_report_shows_itself(opened: Results) -> None:
    shown = opened._repr_html_()
    assert shown == opened.comparison()._repr_html_()
    assert "fund+queue-adl" in shown


def test_frames_hold_every_estimate(opened: Results) -> None:
    frame = opened.to_pandas()
    assert opened.to_arrow().num_rows == len(frame)
    estimates = opened.comparison().estimates
    assert len(frame) == sum(len(own) for own in estimates.values())
    found = frame.query("policy == 'fund+queue-adl' and score == 'mnf'")["value"].item()
    assert found == estimates["fund+queue-adl"]["mnf"].value


def test_it_says_what_it_is_in_a_few_lines_and_has_the_verdicts_as_a_frame(opened: Results) -> None:
    assert len(repr(opened).splitlines()) <= 5
    assert "fund+queue-adl" in repr(opened)
    frame = opened.differences
    assert set(frame["score"]) == {"lc", "mnf"}
    assert set(frame["scenario"]) == {"oct-2025"}
    assert (frame["margin"] > 0).all()
    assert frame["verdict"].isin(["better", "worse", "equivalent", "inconclusive"]).all()


def test_opening_changes_nothing(folder: Path) -> None:
    place = folder / "results" / "oct-2025"
    before = {file: file.read_bytes() for file in place.rglob("*") if file.is_file()}
    open_results(place)
    assert {file: file.read_bytes() for file in place.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda opened: opened.figure("forrest"), "did you mean 'forest'"),
        (lambda opened: opened.figure("morris"), "needs a sensitivity analysis"),
        (lambda opened: opened.figure("tail"), "it needs 20"),
        (lambda opened: opened.figure("regret"), "found the figure 'regret'; allowed: "),
        (lambda opened: opened.scenario("oct-2026"), "allowed: oct-2025"),
    ],
)
def test_what_is_not_there_is_said(opened: Results, call: Any, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        call(opened)


def test_a_run_shows_itself_and_gives_its_tables(folder: Path) -> None:
    run = Runs.open(folder / "results" / "oct-2025").record("fund+queue-adl", 1)
    assert "fund+queue-adl on oct-2025, seed 1" in run._repr_html_()
    frames, tables = run.to_pandas(), run.to_arrow()
    assert frames.keys() == tables.keys()
    assert {name: len(frame) for name, frame in frames.items()} == {name: one.num_rows for name, one in tables.items()}
    assert "<svg" in timeline_of_run(run)._repr_svg_()
    assert "<svg" in waterfall_of_run(run)._repr_svg_()


def test_names_from_strangers_are_text_in_a_notebook(folder: Path) -> None:
    from dataclasses import replace

    run = Runs.open(folder / "results" / "oct-2025").record("fund+queue-adl", 1)
    shown = replace(run, policy="<script>x</script>")._repr_html_()
    assert "<script>" not in shown
