"""What a rule's identity is made of: its own files wherever they are imported, and installed libraries by version."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.imports import imports_of
from lastresort.plugins.rule_sources import libraries, sources

RULE = """\
import numpy as np
import helper
from lastresort.mechanisms.contract import Mechanism

class Usual(Mechanism):
    name = "usual"

    def observe(self, view):
        return None
"""


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_imports_are_followed_to_every_file_of_the_author(tmp_path: Path) -> None:
    """Through packages and relative imports, into functions and around circles; not into what is not imported."""
    files = {
        "rule.py": "import numpy.linalg\nimport one\nfrom pack.inner import part\nimport json",
        "one.py": "def later():\n    import two\n",
        "two.py": "import rule\n",
        "pack/__init__.py": "",
        "pack/inner/__init__.py": "from ..near import x\n",
        "pack/inner/part.py": "from . import side\n",
        "pack/inner/side.py": "",
        "pack/near.py": "",
        "unused.py": "",
    }
    write(tmp_path, files)
    found = imports_of([tmp_path / "rule.py"])
    assert {str(file.relative_to(tmp_path)) for file in found.files} == files.keys() - {"unused.py"}
    assert found.libraries == {"numpy", "json"}


def test_what_is_not_there_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"rule.py": "try:\n    import nowhere.at.all\nexcept ImportError:\n    pass\nimport sys\n"})
    assert imports_of([tmp_path / "rule.py"]).files == {tmp_path / "rule.py"}


def test_a_rule_depends_on_its_files_and_libraries(tmp_path: Path) -> None:
    write(tmp_path, {"rule.py": RULE, "helper.py": "import pandas\n"})
    file = tmp_path / "rule.py"
    rule = Catalogue.load([file]).mechanisms["usual"]
    assert sources(rule, str(file)) == [tmp_path / "helper.py", file]
    found = libraries(rule)
    assert found["numpy"] == np.__version__
    assert found.keys() == {"numpy", "pandas"}


def test_where_the_files_lie_does_not_matter(tmp_path: Path) -> None:
    prints = []
    for folder in (tmp_path / "here", tmp_path / "there"):
        write(folder, {"rule.py": RULE, "helper.py": ""})
        prints.append(Catalogue.load([folder / "rule.py"]).fingerprints["usual"])
    assert prints[0] == prints[1]
