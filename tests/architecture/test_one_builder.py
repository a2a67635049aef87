"""Views have one builder: no other place makes what a rule is shown, over the syntax trees of all code and pages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lastresort.mechanisms.contract import views

ROOT = Path(__file__).parents[2]
BUILDER = ROOT / "simulation" / "lastresort" / "simulation" / "waterfall" / "views.py"
CODE = ("mechanisms", "simulation", "plugins", "reports", "tests", "benchmarks", "docs")
PAGES = ("docs", "plugins")
VIEWS = {name for name, value in vars(views).items() if isinstance(value, type) and value.__module__ == views.__name__}


def sources() -> Iterator[tuple[str, str]]:
    """Where it is, and the text, of every module and of every Python block in a page."""
    for file in (file for root in CODE for file in sorted((ROOT / root).rglob("*.py"))):
        if file != BUILDER:
            yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")
    pages = [file for root in PAGES for file in sorted((ROOT / root).rglob("*.md"))]
    for page in [*sorted(ROOT.glob("*.md")), *pages]:
        text = page.read_text(encoding="utf-8")
        for number, block in enumerate(re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)):
            yield f"{page.relative_to(ROOT)}, block {number + 1}", block


def made(source: str) -> list[str]:
    """One word per call that makes a view, whole or lazily, under its own name or another."""
    tree = ast.parse(source)
    names = {name: name for name in VIEWS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname and alias.name in VIEWS}
    return [names[called] for called in _calls(tree) if called in names]


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="lazily") | ast.Attribute(attr="lazily"), args=[kind, *_]):
                yield kind.id if isinstance(kind, ast.Name) else getattr(kind, "attr", "")
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                yield name


def test_no_other_place_makes_a_view() -> None:
    assert {place: found for place, source in sources() if (found := made(source))} == {}


def test_the_builder_makes_them_all() -> None:
    assert set(made(BUILDER.read_text(encoding="utf-8"))) == VIEWS
    assert {"LossEvent", "ResidualView", "Candidates", "BreachView"} < VIEWS


@pytest.mark.parametrize(
    "source",
    [
        "LossEvent(time=0.0)",
        "contract.Candidates(**columns)",
        "lazily(Candidates, columns)",
        "lazy_views.lazily(contract.PriceView, state, time=0.0)",
        "from lastresort.mechanisms.contract import BreachView as Seen\nSeen(0.0)",
        "def late():\n    return [views.ResidualView(x) for x in y]",
    ],
)
def test_the_checker_sees_a_second_builder(source: str) -> None:
    assert len(made(source)) == 1


@pytest.mark.parametrize(
    "source", ["replace(event, lot=1.0)", "loss_event([1.0])", "def f(view: LossEvent) -> Candidates: ..."]
)
def test_the_checker_lets_everything_else_pass(source: str) -> None:
    assert made(source) == []
