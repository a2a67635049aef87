"""A changed helper, parent class or table of a rule gives new numbers in the same folder: those of an empty one."""

import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lastresort.experiments import Study, run_study

POLICY = "fund+by-share"
RULE = """\
{imports}

class ByShare({parent}):
    "Close a share of the inventory, the largest first; which share lies outside this file."

    name = "by-share"
    {body}
"""
ALLOCATE = """\
def allocate(self, event):
        size = capacity(event, event.bankruptcy_price)
        return closes(event, in_order({share} * abs(event.contracts), size, size))
"""
MECHANISM = """\
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from lastresort.mechanisms.contract import Mechanism
"""


def rule(share: str, imports: str = "", parent: str = "Mechanism", more: str = "") -> str:
    """The text of a rule whose answer depends on the expression `share`."""
    body = more + ALLOCATE.format(share=share) if share else "pass"
    return RULE.format(imports=f"{MECHANISM}\n{imports}", parent=parent, body=body)


SIBLING = {"by_share.py": rule("shares.SHARE", "import shares"), "shares.py": "SHARE = {}\n"}
INSIDE = {
    "by_share.py": rule("usual()", "def usual():\n    from folded.shares import SHARE\n    return SHARE\n"),
    "folded/__init__.py": "",
    "folded/shares.py": "SHARE = {}\n",
}
PARENT = {
    "by_share.py": rule("", "from parents import Usual", "Usual"),
    "parents.py": f"{MECHANISM}\n\nclass Usual(Mechanism):\n    name = 'usual'\n    " + ALLOCATE.format(share="{}"),
}
TABLE = {
    "by_share.py": rule(
        "float((HERE / 'shares.csv').read_text())",
        "from pathlib import Path\nHERE = Path(__file__).parent",
        more="data = ['shares.csv']\n\n    ",
    ),
    "shares.csv": "{}\n",
}
CHANGED: Mapping[str, tuple[Mapping[str, str], str]] = {
    "a sibling module": (SIBLING, "shares.py"),
    "a module imported inside a function": (INSIDE, "folded/shares.py"),
    "a parent class in another file": (PARENT, "parents.py"),
    "a declared table": (TABLE, "shares.csv"),
}

Closed = Callable[[str], float]


@pytest.fixture
def closed(small_scenario: Path, tmp_path: Path) -> Closed:
    """What is closed under the rule in the folder `rule`, with runs kept in a folder."""

    def run(folder: str) -> float:
        plugin = tmp_path / "rule" / "by_share.py"
        results = run_study(Study(str(small_scenario), (1,), tmp_path / folder, (POLICY,), (plugin,)))
        return float(results.record(POLICY, 1).books["deleveraged"].sum())

    return run


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize(("files", "changed"), CHANGED.values(), ids=CHANGED.keys())
def test_what_a_rule_depends_on_is_read_again(
    closed: Closed, tmp_path: Path, files: Mapping[str, str], changed: str
) -> None:
    write(tmp_path / "rule", {**files, changed: files[changed].format("1.0")})
    before = closed("kept")
    assert before > 0
    write(tmp_path / "rule", {changed: files[changed].format("0.25")})
    importlib.invalidate_caches()
    after = closed("kept")
    assert after != before
    assert after == closed("empty")


def test_modules_of_one_name_in_two_folders_are_not_mixed_up(closed: Closed, tmp_path: Path) -> None:
    write(tmp_path / "rule", {**SIBLING, "shares.py": "SHARE = 1.0\n"})
    before = closed("kept")
    (tmp_path / "rule").rename(tmp_path / "other")
    write(tmp_path / "rule", {**SIBLING, "shares.py": "SHARE = 0.5\n"})
    assert closed("kept") != before
    assert "shares" not in sys.modules, "neither is imported here"
