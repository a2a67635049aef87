"""The commands on a small market: what they print, what they write, how they exit."""

import csv
import json
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from lastresort.cli.application import app
from lastresort.experiments import Results, acceptance, magnitudes
from lastresort.experiments.store import read_sealed
from lastresort.experiments.validation import Target
from lastresort.simulation.recording.record import RunRecord

POLICIES = "fund+queue-adl,fund+pro-rata-adl"
GOLDEN = Path(__file__).parents[1] / "golden"
OWN_RULE = """
import numpy as np
from pydantic import Field
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism
from lastresort.mechanisms.building_blocks.pricing import capacity


class OneLot(Mechanism):
    name = "one-lot"
    lots: int = Field(1, gt=0, description="lots to close")

    def allocate(self, event: LossEvent) -> Allocation:
        close = np.minimum(capacity(event, event.mark), self.lots * event.lot)
        return Allocation(close, 0 * close, event.mark, event.mark)
"""


def comparison(scenario: Path, out: Path) -> list[str]:
    """Arguments of a comparison of six runs."""
    study = ["compare", str(scenario), "--policies", POLICIES, "--seeds", "2"]
    return [*study, "--jobs", "1", "--out", str(out)]


def test_compare_ranks_and_ends_with_the_report(small_scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [
        "compare",
        str(small_scenario),
        "--policies",
        POLICIES,
        "--seeds",
        "2",
        "--jobs",
        "1",
        "--out",
        str(out),
    ]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == str(out / "report.html")
    assert "6/6" in result.stderr
    for policy in (*POLICIES.split(","), "deep-pocket"):
        assert policy in result.stdout
    written = {"comparison.json", "manifest.json", "report.html", "store", "scores.csv", "scores.parquet"}
    assert {entry.name for entry in out.iterdir()} == written
    assert '<section id="axioms"' in (out / "report.html").read_text(encoding="utf-8")
    table = pd.read_parquet(out / "scores.parquet")
    assert len(table) == 6
    with (out / "scores.csv").open(encoding="utf-8") as file:
        assert [row["policy"] for row in csv.DictReader(file)] == list(table["policy"])
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["files"]["scores.csv"] == sha256((out / "scores.csv").read_bytes()).hexdigest()

    scores = (out / "scores.csv").read_bytes()
    (out / "scores.csv").unlink()
    elsewhere = tmp_path / "again.html"
    again = CliRunner().invoke(app, ["report", str(out), "--out", str(elsewhere)])
    assert (again.exit_code, again.stdout) == (0, f"{elsewhere}\n")
    assert (out / "scores.csv").read_bytes() == scores
    assert elsewhere.read_bytes() == (out / "report.html").read_bytes()


def test_compare_as_json_is_one_document(small_scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = [
        "compare",
        str(small_scenario),
        "--policies",
        POLICIES,
        "--seeds",
        "2",
        "--jobs",
        "1",
        "--out",
        str(out),
    ]
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["report"] == str(out / "report.html")
    assert document["comparison"] == read_sealed(out / "comparison.json")
    assert document["comparison"]["policies"] == ["deep-pocket", *POLICIES.split(",")]
    quiet = CliRunner().invoke(app, [*arguments, "--quiet"])
    assert (quiet.stdout, quiet.stderr) == (f"{out / 'report.html'}\n", "")


def test_run_prints_what_it_writes(small_scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "record"
    arguments = ["run", str(small_scenario), "fund+queue-adl", "--seed", "3", "--out", str(out), "--json"]
    document = json.loads(CliRunner().invoke(app, arguments).stdout)
    written = json.loads((out / "run.json").read_text())
    assert {**written["totals"], "cpu_seconds": document["totals"]["cpu_seconds"]} == document["totals"]
    assert (document["seed"], [row["tier"] for row in document["crash"]]) == (3, ["btc", "eth", "large", "small"])
    table = CliRunner().invoke(app, arguments[:5])
    assert table.exit_code == 0
    assert f"{written['totals']['fund_paid']:,.0f}" in table.stdout


def test_a_profile_tells_where_time_went_and_leaves_the_same_bytes(small_scenario: Path, tmp_path: Path) -> None:
    arguments = ["run", str(small_scenario), "fund+queue-adl"]
    plain, profiled = tmp_path / "plain", tmp_path / "profiled"
    told = json.loads(CliRunner().invoke(app, [*arguments, "--out", str(plain), "--json"]).stdout)
    document = json.loads(CliRunner().invoke(app, [*arguments, "--out", str(profiled), "--profile", "--json"]).stdout)
    assert "profile" not in told
    assert sum(stage["cpu_seconds"] for stage in document["profile"]) == pytest.approx(
        document["totals"]["cpu_seconds"]
    )
    assert document["profile"][-1]["stage"] == "the rest"
    for file in sorted(plain.iterdir()):
        assert file.name == "log.json" or file.read_bytes() == (profiled / file.name).read_bytes()
    table = CliRunner().invoke(app, [*arguments, "--profile"]).stdout
    assert all(stage["stage"] in table for stage in document["profile"])


def test_a_run_in_a_comparison_is_the_same_run(small_scenario: Path, tmp_path: Path) -> None:
    CliRunner().invoke(app, ["run", str(small_scenario), "deep-pocket", "--out", str(tmp_path / "alone")])
    study = [
        "compare",
        str(small_scenario),
        "--policies",
        "deep-pocket",
        "--seeds",
        "1",
        "--out",
        str(tmp_path / "out"),
    ]
    CliRunner().invoke(app, [*study, "--jobs", "1"])
    results = Results.open(tmp_path / "out")
    folder = results.store.folder(results.keys["deep-pocket", 1])
    assert {file.name for file in folder.iterdir()} == {file.name for file in (tmp_path / "alone").iterdir()}
    for file in folder.iterdir():
        assert file.name == "log.json" or file.read_bytes() == (tmp_path / "alone" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("kind", "member"),
    [("mechanisms", "queue-adl"), ("policies", "deep-pocket"), ("scenarios", "oct-2025"), ("scores", "lc")],
)
def test_list(kind: str, member: str) -> None:
    document = json.loads(CliRunner().invoke(app, ["list", kind, "--json"]).stdout)
    assert member in [row["name"] for row in document]
    table = CliRunner().invoke(app, ["list", kind])
    assert table.exit_code == 0
    assert all(row["name"] in table.stdout for row in document)


def test_without_a_kind_list_counts_what_there_is() -> None:
    kinds = json.loads(CliRunner().invoke(app, ["list", "--json"]).stdout)
    for row in kinds:
        names = json.loads(CliRunner().invoke(app, [*row["command"].split()[1:], "--json"]).stdout)
        assert len(names) == int(row["number"])
    number = {row["kind"]: int(row["number"]) for row in kinds}
    assert number["mechanisms"] >= 60
    assert number["policies"] >= 16


def test_mechanisms_are_listed_by_family(tmp_path: Path) -> None:
    plugin = tmp_path / "own.py"
    plugin.write_text(OWN_RULE)
    rows = json.loads(CliRunner().invoke(app, ["list", "mechanisms", "--plugin", str(plugin), "--json"]).stdout)
    family = {row["name"]: row["family"] for row in rows}
    assert family["full-takeover"] == "liquidation"
    assert family["queue-adl"] == "allocation"
    assert family["one-lot"] == "plugin"
    assert len(set(family.values())) == 7


def test_explain_tells_everything_about_a_built_in() -> None:
    text = CliRunner().invoke(app, ["explain", "full-takeover"]).stdout
    golden = (GOLDEN / "full-takeover.txt").read_text(encoding="utf-8")
    assert text.startswith("full-takeover\n=============\nTake every breached position over whole;")
    for told in (
        "What happens to these breached accounts? (liquidate)",
        "family    liquidation",
        "venue documentation",
    ):
        assert told in text
    assert "penalty = 0.01" in text
    assert "allowed: a number at least 0 and at most 1" in text
    assert "fund+queue-adl" in text.partition("Policies that use it")[2]
    assert golden.partition("\n\n")[2] in text


def test_policies_show_their_engines_where_they_are_listed_and_explained() -> None:
    listed = json.loads(CliRunner().invoke(app, ["list", "policies", "--json"]).stdout)
    assert all(row["engine"].startswith("wait ") for row in listed)
    uses = json.loads(CliRunner().invoke(app, ["explain", "queue-adl", "--json"]).stdout)["uses"]
    engine_of = {row["name"]: row["engine"] for row in listed}
    assert uses
    assert all(use["engine"] == engine_of[use["policy"]] for use in uses)
    assert f"engine: {engine_of['bitmex']}" in " ".join(
        CliRunner().invoke(app, ["explain", "queue-adl"]).stdout.split()
    )
    assert "engine:" not in CliRunner().invoke(app, ["explain", "funding-cap"]).stdout


def test_explain_marks_what_is_only_remembered_or_guessed() -> None:
    document = json.loads(CliRunner().invoke(app, ["explain", "capacity-assignment", "--json"]).stdout)
    text = CliRunner().invoke(app, ["explain", "capacity-assignment"]).stdout
    assert "fee = 0.005  (guess)" in text
    assert document["family"] == "backstops"
    (fee,) = document["parameters"]
    assert (fee["name"], fee["default"], fee["doubt"]) == ("fee", 0.005, "guess")
    assert fee["meaning"] == "fee to the provider, fraction of notional"


def test_explain_a_rule_of_ones_own(tmp_path: Path) -> None:
    plugin = tmp_path / "own.py"
    plugin.write_text(OWN_RULE)
    text = CliRunner().invoke(app, ["explain", "one-lot", "--plugin", str(plugin)]).stdout
    assert "family    plugin" in text
    assert "fund+one-lot" in text
    assert "5 accounts close 500 of 2,200,000 contracts." in text
    assert "lots = 1\n    lots to close\n    allowed: a whole number above 0" in text
    plugin.write_text(OWN_RULE.replace("self.lots * event.lot", "-self.lots"))
    broken = CliRunner().invoke(app, ["explain", "one-lot", "--plugin", str(plugin)])
    assert broken.exit_code == 2
    assert broken.stderr.endswith("mechanism 'one-lot', question allocate: 'close' must not be negative\n")


@pytest.mark.parametrize(("high", "code", "word"), [(1e6, 0, "hit"), (1e-6, 1, "MISS")])
def test_validate_fails_where_a_target_is_missed(
    small_scenario: Path, monkeypatch: pytest.MonkeyPatch, high: float, code: int, word: str
) -> None:
    def measure(record: RunRecord) -> float:
        return magnitudes.liquidated(record)

    target = Target(str(small_scenario), "liquidated", 0, high, "B USD", "by hand", measure)
    monkeypatch.setattr(acceptance, "acceptance", lambda scenario: [target])
    few = ["validate", "small", "--seeds", "1", "--first-seed", "3", "--jobs", "1"]
    table = CliRunner().invoke(app, few)
    assert table.exit_code == code
    assert word in table.stdout
    document = CliRunner().invoke(app, [*few, "--json"])
    assert document.exit_code == code
    (row,) = json.loads(document.stdout)
    assert (row["hit"], row["first_seed"], row["role"]) == (code == 0, 3, "evidence")


def test_validate_fills_the_place_of_the_table_in_a_page(
    small_scenario: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def measure(record: RunRecord) -> float:
        return magnitudes.liquidated(record)

    evidence = Target(str(small_scenario), "liquidated", 0, 1e6, "B USD", "by hand", measure)
    targets = [replace(evidence, name="fitted", role="input"), evidence]
    monkeypatch.setattr(acceptance, "acceptance", lambda scenario: targets)
    page, fresh = tmp_path / "page.md", tmp_path / "fresh.md"
    page.write_text("# By hand\n\n<!-- validation -->\nold\n<!-- end of validation -->\n\nThe end.\n")
    files = ["--out", str(page), "--out", str(fresh)]
    assert CliRunner().invoke(app, ["validate", "small", "--seeds", "1", "--jobs", "1", *files]).exit_code == 0
    text = page.read_text()
    assert text.startswith("# By hand\n\n<!-- validation -->\n")
    assert text.endswith("\n<!-- end of validation -->\n\nThe end.\n")
    assert "old" not in text
    outcomes, inputs = text.split("Inputs: fitted")
    assert "1 of 1 figures are met" in outcomes
    assert ("| hit |" in outcomes, "| input |" in outcomes) == (True, False)
    assert ("| hit |" in inputs, "| input |" in inputs) == (False, True)
    assert fresh.read_text().startswith("# Validation of small\n")


def test_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"lastresort {version('lastresort')}\n"


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from lastresort.cli.application import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "assert CliRunner().invoke(app, ['compare', '--help']).exit_code == 0\n"
        "print(*({'numpy', 'pandas', 'matplotlib', 'scipy', 'lastresort.simulation'} & set(sys.modules)))\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "\n"


def test_a_list_loads_neither_statistics_nor_studies_nor_a_crash() -> None:
    heavy = {
        "pandas",
        "numba",
        "scipy.special",
        "lastresort.scores.comparison",
        "lastresort.experiments.experiment",
        "lastresort.simulation.accounts.population",
        "lastresort.plugins.conformance",
    }
    script = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from lastresort.cli.application import app\n"
        "assert CliRunner().invoke(app, ['list']).exit_code == 0\n"
        f"print(*({heavy!r} & set(sys.modules)))\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "\n"
