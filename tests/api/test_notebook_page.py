"""The page on notebooks does what it says, cell by cell, on a small crash that is called as the page calls its own."""

import linecache
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "notebook.md"


def test_the_cells_of_the_page_run(
    small_scenario: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cells: Callable[[str], list[str]]
) -> None:
    monkeypatch.chdir(tmp_path)
    notebook = ModuleType("a_notebook_of_the_page")
    monkeypatch.setitem(sys.modules, notebook.__name__, notebook)
    small = small_scenario.rename(tmp_path / "oct-2025.yaml")
    for place, text in enumerate(cells(PAGE.read_text(encoding="utf-8"))):
        cell = re.sub(r'((?:compare|run)\(|scenarios=\[)"oct-2025"', rf'\1"{small}"', text)
        name = f"<cell {place} of the page>"
        monkeypatch.setitem(linecache.cache, name, (len(cell), None, cell.splitlines(keepends=True), name))
        exec(compile(cell, name, "exec"), vars(notebook))
    folder = tmp_path / "results" / "oct-2025"
    assert (folder / "rules" / "largest_first.py").is_file()
    assert (tmp_path / "largest-first.html").stat().st_size > 100_000
    rules = {"fund+largest-first", "fund+largest-first+rest-0.5"}
    assert rules < set(notebook.results.scores["policy"])
    assert (tmp_path / "scores.parquet").is_file()
    assert rules < set(notebook.answers.results().scores["policy"])


@pytest.fixture
def cells() -> Callable[[str], list[str]]:
    """The Python blocks of a page."""
    return lambda text: re.findall(r"^```py\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
