"""A changed module of the scaffolded distribution gives new numbers in the same folder: those of an empty one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lastresort import api

PROGRAM = [sys.executable, "-c", "from lastresort.cli import main; main()"]
RULE = """\
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism

from fair_share.shares import SHARE


class FairShare(Mechanism):
    "Close a share of the inventory, the largest first."

    name = "fair-share"

    def allocate(self, event: LossEvent) -> Allocation:
        size = capacity(event, event.bankruptcy_price)
        return closes(event, in_order(SHARE * abs(event.contracts), size, size))
"""
METADATA = "Metadata-Version: 2.1\nName: fair-share\nVersion: 0.1\nSummary: A rule.\n"


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """Modules of a scaffolded distribution that looks installed, and whose rule imports one beside it."""
    root = api.new("fair-share", "package", tmp_path).path
    info = root / "src" / "fair_share-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "entry_points.txt").write_text("[lastresort]\nfair-share = fair_share.registration\n")
    (root / "src" / "fair_share" / "rule.py").write_text(RULE)
    return root / "src" / "fair_share"


def closed(scenario: Path, modules: Path, out: Path) -> float:
    """What is closed under the rule, in a process of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(modules.parent), *sys.path])}
    words = [
        "compare",
        str(scenario),
        "--policies",
        "fund+fair-share",
        "--seeds",
        "1",
        "--jobs",
        "1",
        "--out",
        str(out),
    ]
    done = subprocess.run([*PROGRAM, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    scores = api.open_results(out).scores
    return float(scores.loc[scores["policy"] == "fund+fair-share", "deleveraged"].item())


def test_a_sibling_module_of_an_installed_rule_is_read_again(
    small_scenario: Path, modules: Path, tmp_path: Path
) -> None:
    (modules / "shares.py").write_text("SHARE = 1.0\n")
    before = closed(small_scenario, modules, tmp_path / "kept")
    (modules / "shares.py").write_text("SHARE = 0.25\n")
    after = closed(small_scenario, modules, tmp_path / "kept")
    assert after != before > 0
    assert after == closed(small_scenario, modules, tmp_path / "empty")
