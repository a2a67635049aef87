"""Whatever fails in a plugin names the deepest line of its own, says what to write instead, and keeps the way there."""

from pathlib import Path
from textwrap import indent

import pytest

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginWarning
from lastresort.plugins.rehearsal import rehearse

RULE = """from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import capacity, closes
from pydantic import Field, PrivateAttr
{imports}
{before}
class Mine(Mechanism):
    "Close somebody."
    name = "mine"
{body}
    def allocate(self, event: LossEvent) -> Allocation:
        {first}
        size = capacity(event, event.bankruptcy_price)
        return closes(event, in_order(abs(event.contracts), size, self._score(event)))

    def _score(self, event):
        return {score}
"""


def written(folder: Path, **parts: str) -> Path:
    """The file `mine.py` of a rule that closes the largest profits, but for some parts."""
    usual = {"imports": "", "before": "", "body": "", "first": "pass", "score": "event.candidates.profit"}
    body = indent(parts.pop("body", ""), "    ")
    file = folder / "mine.py"
    file.write_text(RULE.format(**usual | {"body": body} | parts))
    return file


def _loaded_and_rehearsed(file: Path) -> None:
    catalogue = Catalogue.load([file])
    rehearse([catalogue.policy("fund+mine")], catalogue, [file])


def refused(file: Path) -> InputError:
    """How a plugin is refused when it is loaded and rehearsed."""
    with pytest.raises(InputError) as caught:
        _loaded_and_rehearsed(file)
    assert "\n" not in str(caught.value)
    return caught.value


def test_an_answer_names_its_deepest_line_and_keeps_the_way_there(tmp_path: Path) -> None:
    error = refused(written(tmp_path, score="event.candidates.pnl"))
    assert str(error).endswith(
        ": mine.py, line 17, raised AttributeError: 'Candidates' has no column 'pnl'; did you mean 'profit'?"
    )
    lines = error.traceback.splitlines()
    assert lines[0] == f'  File "{tmp_path}/mine.py", line 14, in allocate'
    assert lines[2] == f'  File "{tmp_path}/mine.py", line 17, in _score'
    assert lines[3] == "    return event.candidates.pnl"
    assert lines[-1].startswith("AttributeError: 'Candidates'")


def test_what_a_library_raises_is_told_where_the_rule_called_it(tmp_path: Path) -> None:
    error = refused(written(tmp_path, score="closes(event, 'many')"))
    assert ": mine.py, line 17, raised UFuncTypeError: " in str(error)
    assert "building_blocks" in error.traceback


def test_a_neighbour_is_named_by_itself(tmp_path: Path) -> None:
    (tmp_path / "scoring.py").write_text("def score(event):\n    return 1 / 0\n")
    error = refused(written(tmp_path, imports="import scoring", score="scoring.score(event)"))
    assert ": scoring.py, line 2, raised ZeroDivisionError: division by zero" in str(error)


def test_causes_come_first_and_what_is_endless_is_cut(tmp_path: Path) -> None:
    first = "try: {}['x']\n        except KeyError as error: raise ValueError('no such row') from error"
    told = refused(written(tmp_path, first=first)).traceback
    assert told.index("KeyError: 'x'") < told.index("after which") < told.index("ValueError: no such row")
    endless = refused(written(tmp_path, score="self._score(event)")).traceback
    assert "more calls" in endless
    assert len(endless) < 8_010


@pytest.mark.parametrize(
    ("imports", "neighbour", "told"),
    [
        ("import nonesuch", "", "line 5: ModuleNotFoundError: No module named 'nonesuch'"),
        ("x = (", "", "line 5: SyntaxError: '(' was never closed"),
        ("import beside_it", "x = 1\ndef f(:\n", "beside_it.py, line 2: SyntaxError: invalid syntax"),
        ("import beside_it", "x = 1\n\ny = 1 / 0\n", "beside_it.py, line 3: ZeroDivisionError: division by zero"),
        ("import beside_it", "\nfrom json import nonesuch\n", "beside_it.py, line 2: ImportError: cannot import name"),
        ("def late():\n    import beside_it", "x = 1\n  y = 2\n", "beside_it.py, line 2: IndentationError: unexpected"),
    ],
)
def test_what_cannot_be_imported_names_its_own_line(tmp_path: Path, imports: str, neighbour: str, told: str) -> None:
    (tmp_path / "beside_it.py").write_text(neighbour)
    file = written(tmp_path, imports=imports)
    assert str(refused(file)).startswith(f"plugin {file}, {told}")


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (
            {"before": "from dataclasses import dataclass\n@dataclass", "body": "limit: float = 3.0"},
            r"a mechanism is a pydantic model already: leave @dataclass out, .*`limit: float = 3\.0`",
        ),
        (
            {"before": "from dataclasses import dataclass\n@dataclass"},
            r"a mechanism is a pydantic model already: leave @dataclass out",
        ),
        (
            {"body": "def __init__(self, limit=3.0):\n    self.limit = limit"},
            r"\(mine\.py, line 10, __init__\); a mechanism needs no __init__ of its own: .*`limit: float = 3\.0`",
        ),
        (
            {"body": "limit: float = 3.0\ndef __init__(self):\n    self._seen = 3.0", "first": "self.limit"},
            r"a mechanism needs no __init__ of its own: a parameter is a field",
        ),
        (
            {"first": "self.count = 1"},
            r'mine\.py, line 12, raised ValueError: "Mine" object has no field "count"; .*'
            r"`_count: int = PrivateAttr\(default=0\)` in the class, and `self\._count = \.\.\.`",
        ),
        (
            {"first": "self._count += 1"},
            r"mine\.py, line 12, raised AttributeError: .*; what is remembered is declared in the class, "
            r"as in `_count: int = PrivateAttr\(default=0\)`",
        ),
        (
            {"body": "limit: float = 3.0", "first": "self.limt"},
            r"raised AttributeError: 'Mine' object has no attribute 'limt'; did you mean 'limit'\?",
        ),
        ({"body": "limit = 3.0"}, r"mine\.py, line 7: PydanticUserError: .*`limit = 3\.0`; .*`limit: float = 3\.0`;"),
        ({"body": "seen = []"}, r"line 7: .* write `_seen: list = PrivateAttr\(default_factory=list\)`"),
        ({"body": "limit = Field(3.0)"}, r"line 7: .* write `limit: float = Field\(\.\.\.\)`"),
        ({"body": "model_dump: float = 3.0"}, r"line 7: .* give the parameter another, such as `dump_`"),
        ({"body": "name: str = 'mine'"}, r"mechanism class Mine: its name is written as a parameter; leave the type"),
        (
            {"first": "Allocation(close=1, charges=2)"},
            r"raised TypeError: .*; did you mean 'charge'\?",
        ),
        (
            {"first": "event.candidates.profit[:] = 0"},
            r"line 12, raised ValueError: .*; what a rule is shown is read-only: work on a copy, as in",
        ),
    ],
)
def test_what_pydantic_words_badly_is_told_with_what_to_write(tmp_path: Path, parts: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        raise refused(written(tmp_path, **parts))


@pytest.mark.filterwarnings("ignore:Field name")
@pytest.mark.parametrize(("name", "whose"), [("copy", "a method of every pydantic model"), ("observe", "a question")])
def test_a_parameter_that_hides_a_method_is_told_of(tmp_path: Path, name: str, whose: str) -> None:
    file = written(tmp_path, body=f"{name}: float = 3.0")
    with pytest.warns(PluginWarning, match=f"parameter '{name}': {whose} has this name; allowed: .* such as {name}_"):
        Catalogue.load([file])
