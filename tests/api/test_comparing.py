"""A comparison from a program: the files of the command, and rules of notebook cells that are kept and never stale."""

import json
import linecache
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

from lastresort.api import compare, open_results
from lastresort.cli.application import app
from lastresort.experiments.store import claim
from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError

CELL = """\
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism

SHARE = 1.0

class MyRule(Mechanism):
    "Close a share of the inventory, the largest first."

    name = "my-rule"
    rest: float = 0.0

    def allocate(self, event: LossEvent) -> Allocation:
        size = capacity(event, event.bankruptcy_price)
        return closes(event, in_order((1 - self.rest) * SHARE * abs(event.contracts), size, size))
"""
PASSING = ("store/claims", "store/unfinished", "store/scores", "store/profiles")
TIMES = {"created", "elapsed_seconds", "cpu_seconds", "seal"}

Cell = Callable[..., Any]


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """Run the cell as a notebook does, and return the class that it defines."""

    def run(text: str = CELL) -> Any:
        module = ModuleType("a_notebook")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(linecache.cache, "<cell>", (len(text), None, text.splitlines(keepends=True), "<cell>"))
        exec(compile(text, "<cell>", "exec"), vars(module))
        rule: type[Mechanism] = vars(module)["MyRule"]
        return rule

    return run


def runs(folder: Path) -> set[str]:
    return {file.name for file in (folder / "store" / "runs").glob("*/*")}


def plain(folder: Path) -> dict[str, Any]:
    """Every file of a folder, without what clocks say."""
    found: dict[str, Any] = {}
    for file in sorted(folder.rglob("*")):
        name = str(file.relative_to(folder))
        if file.is_file() and not name.startswith(
            ("store/claims", "store/unfinished", "store/scores", "store/profiles")
        ):
            found[name] = file.read_bytes()
    manifest = json.loads(found.pop("manifest.json"))
    manifest["runs"] = [{**run, "cpu_seconds": 0} for run in manifest["runs"]]
    found["manifest"] = {key: value for key, value in manifest.items() if key not in TIMES}
    return {name: content for name, content in found.items() if not name.endswith(("log.json", "report.html"))}


def test_the_folder_is_that_of_the_command(small_scenario: Path, tmp_path: Path) -> None:
    results = compare(small_scenario, ["fund+queue-adl", "warehouse"], 2, out=tmp_path / "program", jobs=1)
    command = ["compare", str(small_scenario), "--policies", "fund+queue-adl,warehouse", "--seeds", "2", "--jobs", "1"]
    done = CliRunner().invoke(app, [*command, "--out", str(tmp_path / "command"), "--quiet"])
    assert done.exit_code == 0, done.output
    assert plain(tmp_path / "program") == plain(tmp_path / "command")
    assert set(results.scores["policy"]) == {"deep-pocket", "fund+queue-adl", "warehouse"}
    assert results.failed == ()
    assert "<svg" in results.figures["waterfall"]._repr_svg_()
    assert "tail" not in results.figures
    assert repr(results).startswith("Results of 'A small market': 3 policies")


def test_a_rule_of_a_cell_runs_with_its_parameters_and_is_kept(
    small_scenario: Path, tmp_path: Path, cell: Cell
) -> None:
    out, rule = tmp_path / "out", cell()
    given = [rule(), rule(rest=0.5), "fund+queue-adl"]
    first = compare(small_scenario, given, [1], out=out, jobs=1)
    assert {"fund+my-rule", "fund+my-rule+rest-0.5"} < set(first.scores["policy"])
    closed = first.scores.set_index("policy")["deleveraged"]
    assert closed["fund+my-rule"] != closed["fund+my-rule+rest-0.5"]
    before = runs(out)
    again = compare(small_scenario, given, [1], out=out, jobs=1)
    assert runs(out) == before
    assert again.scores.equals(first.scores)
    assert open_results(out, plugins=[out / "rules" / "my_rule.py"]).scores.equals(first.scores)


def test_a_changed_cell_runs_again(small_scenario: Path, tmp_path: Path, cell: Cell) -> None:
    closed = []
    for share in ("1.0", "0.25"):
        rule = cell(CELL.replace("SHARE = 1.0", f"SHARE = {share}"))
        found = compare(small_scenario, [rule()], [1], out=tmp_path / "out", jobs=1)
        closed.append(found.scores.set_index("policy")["deleveraged"]["fund+my-rule"])
    assert closed[0] != closed[1]


def test_policies_may_be_objects(small_scenario: Path, tmp_path: Path) -> None:
    queue = Catalogue.load().policy("fund+queue-adl").model_copy(update={"name": "mine", "title": "Mine"})
    found = compare(small_scenario, [queue, "fund+queue-adl"], [1], out=tmp_path / "out", jobs=1)
    closed = found.scores.set_index("policy")["deleveraged"]
    assert closed["mine"] == closed["fund+queue-adl"] > 0


def test_fresh_runs_take_the_place_of_all_that_were_kept(small_scenario: Path, tmp_path: Path) -> None:
    first = compare(small_scenario, ["warehouse"], [1, 2], out=tmp_path / "out", jobs=1)
    before = runs(tmp_path / "out")
    again = compare(small_scenario, ["warehouse"], [2], out=tmp_path / "out", jobs=1, fresh=True)
    assert len(runs(tmp_path / "out")) == 2 == len(before) / 2
    assert again.scores["lc"].tolist() == first.scores.query("seed == 2")["lc"].tolist()


def test_nothing_is_removed_while_somebody_does_runs(small_scenario: Path, tmp_path: Path) -> None:
    compare(small_scenario, ["warehouse"], [1], out=tmp_path / "out", jobs=1)
    before = runs(tmp_path / "out")
    held = claim(tmp_path / "out" / "store", "0" * 64)
    assert held is not None
    with pytest.raises(InputError, match="another command is doing runs in"):
        compare(small_scenario, ["warehouse"], [1], out=tmp_path / "out", jobs=1, fresh=True)
    held.release()
    assert runs(tmp_path / "out") == before


def test_a_mistake_is_told_before_anything_is_written(small_scenario: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unknown policy 'fund\\+queue'"):
        compare(small_scenario, ["fund+queue"], 2, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
