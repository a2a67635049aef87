"""What a command writes and prints, Python writes and has in hand: the same files byte for byte, but for times."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lastresort import api
from lastresort.cli.application import app
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism
from lastresort.plugins.errors import InputError

POLICIES = ["fund+queue-adl", "warehouse"]
STUDY = """
name: tiny
scenarios: [small.yaml]
policies: [fund+queue-adl, fund+pro-rata-adl]
seeds: 2
set: {scenarios.*.population.accounts: 400}
primary: [{policy: fund+pro-rata-adl, against: fund+queue-adl, score: lc}]
"""
ANALYSIS = """
name: tiny
scenario: small.yaml
set: {scenarios.*.population.accounts: 400, scenarios.*.clock.duration: 150}
factors:
  scenarios.*.desks.rehedge_time: {low: 30, high: 600, scale: log}
thresholds:
  tau: [10, 120]
replicates: 2
trajectories: 2
"""
TIMES = re.compile(
    rb'"(?:created|declared|started|elapsed_seconds|cpu_seconds)": [^,\n}]+'
    rb"|[\d.,]+ (?:CPU )?(?:s|min|h)(?: of [^<|]*)?"
    rb"|\d{4}-\d{2}-\d{2}(?:T| )\d{2}:\d{2}(?::\d{2})?(?:\+00:00| UTC)?"
    rb'|"seal": "[0-9a-f]{64}"'
)
"""What clocks say, wherever it stands, and seals over it."""


class TakeNothing(Mechanism):
    """Leave every loss where it is."""

    name = "take-nothing"

    def allocate(self, event: LossEvent) -> Allocation | None:
        return None


def command(*words: object) -> Any:
    """A command that ends well, or that says with its exit code what it found."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code in (0, 1), done.output
    return done


def document(*words: object) -> Any:
    """What a command prints as JSON."""
    return json.loads(command(*words, "--json").stdout)


def plain(value: Any) -> Any:
    """A document as JSON has it, without what clocks say."""
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items() if not name.endswith("seconds")}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder without what clocks say; journals are called after processes."""
    found = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = re.sub(r"[^/]+\.jsonl$", "journal", str(file.relative_to(folder)))
        content = file.read_bytes().replace(str(folder).encode(), b"FOLDER").replace(folder.name.encode(), b"FOLDER")
        found[name] = content if file.suffix in (".npz", ".parquet") else TIMES.sub(b"", content)
    return found


def same(one: Path, other: Path) -> None:
    """Two folders hold the same."""
    ours, theirs = files(one), files(other)
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


@pytest.fixture
def study_file(small_scenario: Path, tmp_path: Path) -> Path:
    """A study of six runs."""
    (tmp_path / "study.yaml").write_text(STUDY)
    return tmp_path / "study.yaml"


@pytest.fixture
def analysis(small_scenario: Path, tmp_path: Path) -> Path:
    """A sensitivity analysis of few runs."""
    (tmp_path / "analysis.yaml").write_text(ANALYSIS)
    return tmp_path / "analysis.yaml"


@pytest.fixture
def compared(small_scenario: Path, tmp_path: Path) -> Path:
    """The folder of a comparison."""
    api.compare(small_scenario, POLICIES, 2, out=tmp_path / "of-program", jobs=1)
    return tmp_path / "of-program"


def test_a_comparison_its_parts_and_its_report(small_scenario: Path, tmp_path: Path, compared: Path) -> None:
    other = tmp_path / "of-command"
    words = ("compare", small_scenario, "--policies", ",".join(POLICIES), "--seeds", 2, "--jobs", 1, "--out", other)
    command(*words)
    same(compared, other)
    parts = api.decompose(compared, jobs=1)
    assert parts.document() == document("decompose", other, "--jobs", 1)
    assert api.report(compared, formats=["md"]) == [compared / "report.md"]
    command("report", other, "--format", "md")
    same(compared, other)
    assert len(parts.to_pandas()) == 3 * len(parts.parts) == 12
    assert "direct and feedback parts" in repr(parts)
    assert api.decompose(compared, jobs=1, fresh=True).document() == parts.document()
    same(compared, other)


def test_a_comparison_is_verified_and_exported(compared: Path, tmp_path: Path) -> None:
    found = api.verify(compared, 2, jobs=1)
    assert found.passed
    assert found.document() == document("verify", compared, "--sample", 2, "--jobs", 1)
    assert api.export(compared, tmp_path / "one.csv") == tmp_path / "one.csv"
    command("study", "export", compared, "--to", tmp_path / "other.csv")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()
    assert "same bytes" in found._repr_html_()


def test_a_study(study_file: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "of-program", tmp_path / "of-command"
    forecast = api.forecast(study_file, one, jobs=1)
    assert [scenario.left for scenario in forecast.scenarios] == [6]
    answers = api.study(study_file, one, {"scenarios.*.volatility": 0.021}, jobs=1)
    command("study", "run", study_file, "--set", "scenarios.*.volatility=0.021", "--jobs", 1, "--out", other)
    same(one, other)
    assert answers.rows[0]["policy"] == "fund+pro-rata-adl"
    assert plain(answers.document()) == plain(document("study", "resume", one, "--jobs", 1))
    status = api.status(one)
    assert (status.finished, status.scenarios[0].left) == (True, 0)
    assert status.document(False) == document("study", "status", one)
    assert api.collect_garbage(one, dry_run=True).runs == 0
    assert "<svg" in answers.results().figures["forest"]._repr_svg_()
    with pytest.raises(InputError, match="did you mean 'volatility'"):
        api.study(study_file, one, {"scenarios.*.volatilty": 0.021}, jobs=1)


def test_a_study_in_python_is_that_of_a_file(study_file: Path, small_scenario: Path, tmp_path: Path) -> None:
    declared = api.StudyFile(
        name="tiny",
        scenarios=[str(small_scenario)],
        policies=["fund+queue-adl", "fund+pro-rata-adl"],
        seeds=2,
        set={"scenarios.*.population.accounts": 400},
        primary=[{"policy": "fund+pro-rata-adl", "against": "fund+queue-adl", "score": "lc"}],
    )
    one = api.study(declared, tmp_path / "of-object", jobs=1)
    other = api.study(study_file, tmp_path / "of-file", jobs=1)
    assert one.told == other.told
    same(tmp_path / "of-object", tmp_path / "of-file")


def test_rules_join_a_study(study_file: Path, tmp_path: Path) -> None:
    forecast = api.forecast(study_file, tmp_path / "out", policies=[TakeNothing()], jobs=1)
    assert forecast.scenarios[0].left == 8
    answers = api.study(study_file, tmp_path / "out", policies=[TakeNothing()], jobs=1)
    assert "fund+take-nothing" in set(answers.results().scores["policy"])
    resumed = api.resume(tmp_path / "out", [Path(__file__)], jobs=1, fresh=True)
    assert resumed.told == answers.told


def test_a_search_for_the_best(study_file: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "of-program", tmp_path / "of-command"
    found = api.select(study_file, "mnf", 9.0, one, first_stage=3, jobs=1)
    words = ("--score", "mnf", "--difference", 9, "--first-stage", 3, "--jobs", 1, "--out", other)
    command("study", "select", study_file, *words)
    same(one, other)
    assert found.rows[0]["best"] in ("fund+queue-adl", "fund+pro-rata-adl")


def test_an_analysis(analysis: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "of-program", tmp_path / "of-command"
    forecast = api.forecast_sensitivity(analysis, one, jobs=1)
    assert forecast.left == forecast.runs > 0
    found = api.sensitivity(analysis, one, options={"trajectories": 3}, jobs=1)
    command("sensitivity", "run", analysis, "--trajectories", 3, "--jobs", 1, "--out", other)
    same(one, other)
    assert found == api.open_sensitivity(other)
    assert found.document() == {k: v for k, v in document("sensitivity", "show", one).items() if k != "directory"}
    assert list(found.to_pandas()["factor"].unique()) == [factor.name for factor in found.factors]


def test_rules_are_analysed(analysis: Path, tmp_path: Path) -> None:
    given: list[str | Mechanism] = ["fund+queue-adl", TakeNothing()]
    out = tmp_path / "out"
    forecast = api.forecast_sensitivity(analysis, out, policies=given, jobs=1)
    found = api.sensitivity(analysis, out, policies=given, jobs=1)
    assert found.policies == ("fund+queue-adl", "fund+take-nothing")
    assert found.runs == forecast.runs


def test_one_run(small_scenario: Path, tmp_path: Path) -> None:
    found = api.run(small_scenario, "fund+queue-adl", 3, out=tmp_path / "of-program", profile=True)
    told = document("run", small_scenario, "fund+queue-adl", "--seed", 3, "--out", tmp_path / "of-command")
    assert {**plain(found.document()), "profile": None} == {**plain(told), "profile": None}
    same(tmp_path / "of-program", tmp_path / "of-command")
    assert set(found.to_pandas()) >= {"accounts", "fills"}
    assert found.paid["deficit"] > 0
    assert repr(found).startswith("Run of small, fund+queue-adl, seed 3")
    mine = api.run(small_scenario, TakeNothing(), 3)
    assert mine.record.policy == "fund+take-nothing"


def test_an_audit(small_scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lastresort.simulation.other_orders import IdleAgents

    monkeypatch.setattr("lastresort.simulation.other_orders.VARIATIONS", (IdleAgents(),))
    found = api.audit(small_scenario, ["fund+queue-adl", TakeNothing()], 2, jobs=1)
    assert found.passed
    assert found.to_pandas()["runs"].tolist() == [6]
    told = document("audit", small_scenario, "--policies", "fund+queue-adl", "--seeds", 2, "--jobs", 1)
    assert api.audit(small_scenario, ["fund+queue-adl"], [1, 2], jobs=1).document() == [
        {**told[0], "changed": tuple(told[0]["changed"])}
    ]


def test_rules_are_checked_explained_and_tried_on_axioms(tmp_path: Path) -> None:
    assert api.check("queue-adl", 2).document() == document("check", "queue-adl", "--examples", 2)
    assert api.check(TakeNothing(), 2).passed
    assert api.check(Path(__file__), 2).findings.keys() == {"take-nothing"}
    tried = api.axioms(["queue-adl", "full-takeover"], 5)
    assert tried.document() == document("axioms", "queue-adl", "full-takeover", "--cases", 5)
    assert set(tried.apart) == {"full-takeover"}
    assert api.axioms(TakeNothing(), 5).rows[0]["mechanism"] == "take-nothing"
    assert api.explain(TakeNothing).summary == "Leave every loss where it is."
    assert api.explain("queue-adl").name == "queue-adl"


@pytest.mark.parametrize(
    ("kind", "name", "listed"),
    [
        ("mechanisms", "queue-adl", api.mechanisms),
        ("policies", "deep-pocket", api.policies),
        ("scenarios", "oct-2025", api.scenarios),
        ("scores", "lc", api.scores),
    ],
)
def test_lists(kind: str, name: str, listed: Callable[[], api.Listing]) -> None:
    found = listed()
    assert name in found
    assert len(found) == len(found.to_pandas()) == len(list(found))
    assert [dict(row) for row in found.rows] == document("list", kind)
    assert repr(found).startswith(f"{len(found)} {kind}\n  ")
    assert len(repr(found).splitlines()) <= 7


def test_a_new_rule(tmp_path: Path) -> None:
    made = api.new("fair-share", folder=tmp_path)
    assert made.path == tmp_path / "fair_share.py"
    assert str(made).startswith(f"wrote {made.path}")
    assert api.new("fair-share", "package", tmp_path).path == tmp_path / "fair-share"
    with pytest.raises(InputError, match="form: found 'ful'; allowed: simple, full or package"):
        api.new("other-share", "ful", tmp_path)  # type: ignore[arg-type]


def test_a_validation(small_scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lastresort.experiments import acceptance, magnitudes
    from lastresort.experiments.validation import Target

    target = Target(str(small_scenario), "liquidated", 0, 1e6, "B USD", "by hand", magnitudes.liquidated)
    monkeypatch.setattr(acceptance, "acceptance", lambda scenario: [target])
    found = api.validate("small", [3], out=[tmp_path / "one.json"], jobs=1)
    words = ("validate", "small", "--seeds", 1, "--first-seed", 3, "--jobs", 1, "--out", tmp_path / "other.json")
    assert plain(found.document()) == document(*words)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "other.json").read_bytes()
    assert found.passed


def test_an_installed_plugin_that_is_left_out_is_missed() -> None:
    with pytest.raises(InputError, match="no plugin 'nobody' is installed"), api.without("nobody"):
        api.mechanisms()
    assert "queue-adl" in api.mechanisms()
