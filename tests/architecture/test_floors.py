"""Who may import whom, over the syntax trees: every import counts, at the top, in a function or for types only."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE_ROOTS = ("mechanisms", "simulation", "plugins", "reports")
FLOORS = {
    "lastresort.mechanisms.contract": 1,
    "lastresort.mechanisms": 2,
    "lastresort.simulation": 2,
    "lastresort.plugins": 3,
    "lastresort.experiments": 4,
    "lastresort.scores": 5,
    "lastresort.analysis": 6,
    "lastresort.books": 6,
    "lastresort.reports": 7,
    "lastresort.api": 8,
    "lastresort.cli": 9,
}


def modules() -> Iterator[tuple[str, Path]]:
    """Name and file of every module of ours; a package's own name ends in `.__init__`."""
    for root in SOURCE_ROOTS:
        for file in sorted((ROOT / root / "lastresort").rglob("*.py")):
            yield ".".join(file.relative_to(ROOT / root).with_suffix("").parts), file


def room(name: str) -> str | None:
    """The room a dotted name lives in: the longest room that is a prefix of it; None outside the project."""
    inside = [room for room in FLOORS if f"{name}.".startswith(f"{room}.")]
    return max(inside, key=len, default=None)


def imported(module: str, source: str) -> Iterator[tuple[int, str]]:
    """Line and absolute name of everything `source` imports, wherever in the file and in whatever way."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=target, names=names, level=level):
                parents = module.split(".")[:-level] if level else []
                package = ".".join([*parents, *([target] if target else [])])
                yield from ((node.lineno, f"{package}.{alias.name}") for alias in names)
            case ast.Call(func=ast.Name(id="import_module" | "__import__"), args=[ast.Constant(value=str(name)), *_]):
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]):
                yield node.lineno, name


def violations(module: str, source: str) -> list[str]:
    """One sentence for each import that goes up or sideways."""
    here = room(module)
    assert here is not None, f"{module} is in no room"
    return [
        f"{module}, line {line}: {here} (floor {FLOORS[here]}) imports {name}, which is not on a lower floor"
        for line, name in imported(module, source)
        if name.split(".")[0] == "lastresort" and not _may_import(here, name)
    ]


def _may_import(here: str, name: str) -> bool:
    there = room(name)
    return there is not None and (there == here or FLOORS[there] < FLOORS[here])


@pytest.mark.parametrize(("module", "file"), [pytest.param(name, file, id=name) for name, file in modules()])
def test_imports_go_down(module: str, file: Path) -> None:
    assert violations(module, file.read_text(encoding="utf-8")) == []


def test_every_room_is_inhabited() -> None:
    assert {room(name) for name, _ in modules()} == set(FLOORS)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("lastresort.experiments.run", "from lastresort.cli import main"),
        ("lastresort.experiments.run", "import lastresort.scores.gini as g"),
        ("lastresort.experiments.run", "from lastresort import reports"),
        ("lastresort.experiments.run", "from ..scores import gini"),
        ("lastresort.experiments.__init__", "from ..scores import gini"),
        ("lastresort.experiments.run", "def late():\n    import lastresort.reports"),
        ("lastresort.experiments.run", "if TYPE_CHECKING:\n    from lastresort.scores import Comparison"),
        ("lastresort.experiments.run", "importlib.import_module('lastresort.cli')"),
        ("lastresort.experiments.run", "import_module('lastresort.cli')"),
        ("lastresort.simulation.engine", "from lastresort.mechanisms.allocation import closing"),
        ("lastresort.simulation.engine", "from lastresort.mechanisms import policy"),
        ("lastresort.mechanisms.policy", "from lastresort.simulation.recording.record import RunRecord"),
        ("lastresort.mechanisms.contract.views", "from lastresort.mechanisms.policy import Policy"),
        ("lastresort.mechanisms.contract.views", "from .. import policy"),
        ("lastresort.plugins.manager", "import lastresort.attic"),
        ("lastresort.plugins.manager", "import lastresort"),
    ],
)
def test_the_checker_sees_a_bad_import(module: str, source: str) -> None:
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("lastresort.simulation.engine", "from lastresort.mechanisms.contract import Waterfall"),
        ("lastresort.simulation.engine", "from lastresort.mechanisms import contract"),
        ("lastresort.simulation.engine", "from . import record\nfrom .scenario import Scenario"),
        ("lastresort.mechanisms.contract.views", "from lastresort.mechanisms.contract.arrays import Floats"),
        ("lastresort.cli.main", "import lastresort.scores, lastresort.plugins.errors\nimport numpy"),
        ("lastresort.cli.main", "import lastresortlike.cli"),
    ],
)
def test_the_checker_lets_a_good_import_pass(module: str, source: str) -> None:
    assert violations(module, source) == []
