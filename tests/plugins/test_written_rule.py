"""Rules of notebook cells, written out as plugin files: the cells are texts that are compiled as a notebook does."""

import linecache
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.rehearsal import rehearse
from lastresort.plugins.written_rule import written

CELLS = (
    "import numpy as np\nfrom math import sqrt as root\nfrom lastresort.mechanisms.contract import *",
    "SHARES = {'most': (0.5, 1)}\nUNUSED = object()",
    "def most(size):\n    return np.minimum(size, SHARES['most'][0] * root(4.0))",
    "class Base(Mechanism):\n    name = 'base'\n    rest: float = 1.0\n",
    """\
class Mine(Base):
    "Close nobody."

    name = "mine"

    def allocate(self, event: LossEvent) -> Allocation | None:
        none = 0.0 * event.candidates.quantity
        most(none)
        return None
""",
)

Notebook = Callable[..., ModuleType]


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """Run cells one after the other in a module without a file, whose texts only `linecache` knows."""

    def run(*cells: str) -> ModuleType:
        module = ModuleType("notebook_of_a_test")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        for place, text in enumerate(cells):
            file = f"<cell {place} of a test>"
            monkeypatch.setitem(linecache.cache, file, (len(text), None, text.splitlines(keepends=True), file))
            exec(compile(text, file, "exec"), vars(module))
        return module

    return run


def rule_of(module: ModuleType, name: str) -> type[Mechanism]:
    found: Any = getattr(module, name)
    assert isinstance(found, type)
    assert issubclass(found, Mechanism)
    return found


def test_a_rule_takes_along_what_it_uses_and_nothing_else(notebook: Notebook, tmp_path: Path) -> None:
    text = written(rule_of(notebook(*CELLS), "Mine"))
    assert "import numpy as np\n" in text
    assert "from math import sqrt as root\n" in text
    assert "SHARES = {'most': (0.5, 1)}" in text
    assert "UNUSED" not in text
    file = tmp_path / "mine.py"
    file.write_text(text)
    catalogue = Catalogue.load([file])
    assert catalogue.mechanisms["mine"].model_fields["rest"].default == 1.0
    rehearse([catalogue.policy("fund+mine")], catalogue, [file])


def test_the_text_is_the_same_each_time_and_changes_with_what_it_uses(notebook: Notebook) -> None:
    first = written(rule_of(notebook(*CELLS), "Mine"))
    assert written(rule_of(notebook(*CELLS), "Mine")) == first
    assert written(rule_of(notebook(*[cell.replace("0.5", "0.6") for cell in CELLS]), "Mine")) != first


def test_what_cannot_be_written_down_is_named(notebook: Notebook) -> None:
    cells = [cell.replace("SHARES = {'most': (0.5, 1)}", "SHARES = {'most': [object()]}") for cell in CELLS]
    with pytest.raises(InputError, match=r"class 'Mine': it uses 'SHARES', a dict, which cannot be written down"):
        written(rule_of(notebook(*cells), "Mine"))


def test_a_class_without_a_source_is_refused(notebook: Notebook) -> None:
    module = notebook(*CELLS)
    del linecache.cache["<cell 4 of a test>"]
    with pytest.raises(InputError, match="class 'Mine': the source of 'Mine' is not known; write it to a file"):
        written(rule_of(module, "Mine"))


RANKING = """\
from lastresort.mechanisms.building_blocks.ranked import ranking
from lastresort.mechanisms.contract import Candidates, Floats

POWER = 2.0

@ranking("by-size")
def by_size(holders: Candidates, *, grace: float = 1.0) -> Floats:
    "Close the largest first."
    return holders.notional**POWER / grace
"""


def test_a_ranking_of_a_cell_is_a_rule_like_others(notebook: Notebook, tmp_path: Path) -> None:
    text = written(rule_of(notebook(RANKING), "by_size"))
    assert "POWER = 2.0" in text
    assert '@ranking("by-size")' in text
    file = tmp_path / "mine.py"
    file.write_text(text)
    catalogue = Catalogue.load([file])
    assert list(catalogue.mechanisms["by-size"].model_fields) == ["price", "grace"]
    rehearse([catalogue.policies["fund+by-size"]], catalogue, [file])
