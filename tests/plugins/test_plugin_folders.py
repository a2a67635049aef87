"""A plugin is a file with its neighbours or a folder; whatever of it is imported decides the identity of its rules."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.plugin_content import content_digest

RULE = """
from lastresort.mechanisms.contract import Mechanism
{imports}

class {kind}(Mechanism):
    "Say what a part says: {{}}."
    name = "{name}"
    source = str({said})

    def allocate(self, event):
        return None
"""

Load = Callable[[list[Path]], Catalogue]


def written(file: Path, imports: str, said: str = "SAID", name: str = "mine") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(RULE.format(imports=imports, said=said, name=name, kind=name.capitalize()))
    return file


def edited(file: Path, text: str) -> None:
    """Changed within the second, and as long as before: what bytecode is taken for current by."""
    before = file.stat()
    file.write_text(text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


WAYS = {
    "bare": ("from part import SAID", "part.py"),
    "relative": ("from .part import SAID", "part.py"),
    "module": ("from . import part\nSAID = part.SAID", "part.py"),
    "below": ("from .parts.deep import SAID", "parts/deep.py"),
    "late": ("def said():\n    from .part import SAID\n    return SAID\nSAID = said()", "part.py"),
}


@pytest.mark.parametrize("package", [False, True], ids=["plain", "package"])
@pytest.mark.parametrize("way", WAYS)
def test_a_file_imports_its_neighbours_and_a_changed_one_is_another_rule(
    tmp_path: Path, way: str, package: bool
) -> None:
    imports, part = WAYS[way]
    file, neighbour = written(tmp_path / "mine.py", imports), tmp_path / part
    neighbour.parent.mkdir(exist_ok=True)
    neighbour.write_text("SAID = 1\n")
    if package:
        (tmp_path / "__init__.py").write_text("")
    first = Catalogue.load([file])
    edited(neighbour, "SAID = 2\n")
    second = Catalogue.load([file])
    assert (first.mechanisms["mine"].source, second.mechanisms["mine"].source) == ("1", "2")
    assert first.fingerprints["mine"] != second.fingerprints["mine"]
    assert Catalogue.load([file]).fingerprints == second.fingerprints


def test_a_file_of_a_package_reaches_the_package_above(tmp_path: Path) -> None:
    file = written(tmp_path / "top" / "sub" / "mine.py", "from ..part import SAID\nfrom .. import ALSO")
    for init, text in (("top", "ALSO = 1\n"), ("top/sub", "")):
        (tmp_path / init / "__init__.py").write_text(text)
    (tmp_path / "top" / "part.py").write_text("SAID = 7\n")
    first = Catalogue.load([file])
    assert first.mechanisms["mine"].source == "7"
    edited(tmp_path / "top" / "__init__.py", "ALSO = 2\n")
    assert Catalogue.load([file]).fingerprints["mine"] != first.fingerprints["mine"]


@pytest.mark.parametrize("load", [Catalogue.load, contained], ids=["here", "elsewhere"])
def test_a_folder_is_a_package(tmp_path: Path, load: Load) -> None:
    folder = tmp_path / "my_rules"
    written(folder / "one.py", "from .parts import SAID", name="one")
    (folder / "parts.py").write_text("SAID = 1\n")
    (folder / "__init__.py").write_text("from .one import One\n")
    first = load([folder])
    assert first.origins["one"] == str(folder)
    assert "fund+one" in first.policies
    edited(folder / "parts.py", "SAID = 2\n")
    second = load([folder])
    assert second.mechanisms["one"].source == "2"
    assert first.fingerprints["one"] != second.fingerprints["one"]


@pytest.mark.parametrize("init", [None, ""], ids=["none", "empty"])
def test_every_file_of_a_folder_that_brings_nothing_by_itself_is_a_plugin(tmp_path: Path, init: str | None) -> None:
    folder = tmp_path / "rules"
    written(folder / "one.py", "from .parts import SAID", name="one")
    written(folder / "two.py", "from parts import SAID", name="two")
    (folder / "parts.py").write_text("SAID = 1\n")
    (folder / "test_one.py").write_text("raise AssertionError('tests are no plugins')\n")
    if init is not None:
        (folder / "__init__.py").write_text(init)
    first = contained([folder])
    assert [name for name, origin in first.origins.items() if origin == str(folder)] == ["one", "two"]
    written(folder / "three.py", "", said="3", name="three")
    assert contained([folder]).mechanisms["three"].source == "3"


def test_two_folders_with_modules_of_one_name_do_not_meddle(tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(tmp_path / name / "rules" / "rule.py", "from .parts import SAID", name=name)
        (tmp_path / name / "rules" / "parts.py").write_text(f"SAID = '{name}'\n")
    found = Catalogue.load([tmp_path / "one" / "rules", tmp_path / "two" / "rules"])
    assert [found.mechanisms[name].source for name in ("one", "two")] == ["one", "two"]


def test_contents_that_change_places_are_another_rule(tmp_path: Path) -> None:
    file = written(tmp_path / "mine.py", "from a.x import SAID\nfrom b.x import SAID as OTHER")
    for folder, said in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.py").write_text(f"SAID = {said}\n")
    before = Catalogue.load([file]).fingerprints["mine"]
    (tmp_path / "a" / "x.py").write_text("SAID = 2\n")
    (tmp_path / "b" / "x.py").write_text("SAID = 1\n")
    assert Catalogue.load([file]).fingerprints["mine"] != before


def test_the_digest_of_a_folder_is_that_of_its_code(tmp_path: Path) -> None:
    file = written(tmp_path / "rules" / "one.py", "")
    before = content_digest(file.parent)
    (file.parent / "notes.txt").write_text("nothing")
    (file.parent / "test_one.py").write_text("nothing")
    assert content_digest(file.parent) == before
    file.rename(file.with_name("two.py"))
    assert content_digest(file.parent) != before


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"notes.py": "x = 1\n"}, ": defines no mechanism; allowed: subclasses of Mechanism, or hooks"),
        ({"pyproject.toml": ""}, ": found the folder of a distribution; allowed: 'pip install --editable "),
        ({"one.py": "x = 1\n1 / 0\n"}, ", one.py, line 2: ZeroDivisionError: division by zero"),
        ({"__init__.py": "\n1 / 0\n"}, ", line 2: ZeroDivisionError: division by zero"),
        (
            {"__init__.py": "from .one import y\n", "one.py": "\n\ny = (\n"},
            ", rules/one.py, line 3: SyntaxError: '(' was",
        ),
    ],
)
def test_a_folder_that_is_no_plugin_is_refused_in_one_sentence(
    tmp_path: Path, files: dict[str, str], told: str
) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    with pytest.raises(InputError) as caught:
        Catalogue.load([folder])
    assert str(caught.value).startswith(f"plugin {folder}{told}")
