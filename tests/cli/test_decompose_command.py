"""`lastresort decompose`: direct and feedback parts of a small comparison, and what the report makes of them."""

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from typer.testing import CliRunner

from lastresort.analysis.decompose.direct_parts import DIRECT, SEAL
from lastresort.cli.application import app
from lastresort.experiments.folders.damages import FILES
from lastresort.experiments.folders.seals import digests
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.store import DamageWarning
from lastresort.experiments.store.parquet import from_parquet, to_parquet

POLICIES = "fund+queue-adl,warehouse"
SCENARIO = """
name: small
title: A small crash
summary: A small market.
open_interest: 10.0e9
news:
  - {time: 60, size: -0.12, spread: 60}
clock: {duration: 900, stress_tick: 20}
population: {accounts: 400}
"""


def call(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished comparison."""
    place = tmp_path_factory.mktemp("decompose")
    (place / "small.yaml").write_text(SCENARIO, encoding="utf-8")
    done = call(
        *("compare", place / "small.yaml", "--policies", POLICIES, "--seeds", 2, "--jobs", 1),
        *("--out", place / "out", "--quiet"),
    )
    assert done.exit_code == 0, done.output
    return place / "out"


@pytest.fixture(scope="module")
def parts(compared: Path) -> list[dict[str, Any]]:
    result = call("decompose", compared, "--jobs", 1, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("6/6 runs")
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_parts_add_up_to_the_score(compared: Path, parts: list[dict[str, Any]]) -> None:
    estimates = json.loads((compared / "comparison.json").read_text())["estimates"]
    assert {(one["policy"], one["score"]) for one in parts} == {
        (policy, score) for policy in POLICIES.split(",") for score in ("lc", "mnf")
    }
    for one in parts:
        whole = one["whole"]["value"]
        assert whole == pytest.approx(estimates[one["policy"]][one["score"]]["value"], rel=1e-12, abs=1e-12)
        assert one["direct"]["value"] + one["feedback"]["value"] == pytest.approx(whole, rel=1e-9, abs=1e-12)


def test_a_backstop_that_only_moves_prices_takes_little_directly(parts: list[dict[str, Any]]) -> None:
    """Warehousing changes things through prices; what is left is what own liquidations kept beyond the usual fee."""
    direct = {one["policy"]: one["direct"]["value"] for one in parts if one["score"] == "lc"}
    assert 0 <= direct.pop("warehouse") < 0.05 * min(direct.values())


def put(out: Path, content: bytes) -> None:
    """Put other direct parts in place, sealed."""
    (out / DIRECT).write_bytes(content)
    write_json(out / SEAL, {FILES: digests({DIRECT: content})})


@pytest.mark.usefixtures("parts")
def test_damaged_parts_are_set_aside_and_made_again(compared: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    copytree(compared, out)
    before = (out / DIRECT).read_bytes()
    (out / DIRECT).write_bytes(before[:-1] + b"!")
    with pytest.warns(DamageWarning, match=r"direct\.parquet' is not what was written: it was set aside"):
        assert call("report", out, "--format", "html").exit_code == 0
    assert call("decompose", out, "--jobs", 1).exit_code == 0
    assert (out / DIRECT).read_bytes() == before


@pytest.mark.usefixtures("parts")
def test_finished_seeds_are_kept_and_the_report_shows_the_parts(compared: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    copytree(compared, out)
    table = from_parquet((out / DIRECT).read_bytes())
    put(out, to_parquet(table[table["seed"] == 1]))
    again = call("decompose", out, "--jobs", 1, "--json")
    assert again.stderr.startswith("3/3 runs")
    assert call("report", out, "--format", "html").exit_code == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert 'id="table-parts"' in page


@pytest.mark.usefixtures("parts")
def test_what_belongs_to_other_runs_is_not_used(compared: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    copytree(compared, out)
    table = from_parquet((out / DIRECT).read_bytes())
    put(out, to_parquet(table.assign(key="0" * 64)))
    assert call("report", out, "--format", "html").exit_code == 0
    assert 'id="table-parts"' not in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "said"), [(b"not Parquet", "is damaged"), (None, "the number of jobs must be at least 1")]
)
def test_bad_input_is_one_sentence(compared: Path, tmp_path: Path, content: bytes | None, said: str) -> None:
    out = tmp_path / "out"
    copytree(compared, out)
    if content is not None:
        put(out, content)
    result = call("decompose", out, "--jobs", 1 if content else 0)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert said in result.stderr
