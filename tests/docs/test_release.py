"""One version everywhere: pyproject.toml, changelog and citation agree, and the citation has the keys it needs."""

import re
import tomllib
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION: dict[str, Any] = YAML(typ="safe").load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
RELEASES = re.findall(
    r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$",
    (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["version"] == CITATION["version"] == RELEASES[0][0]
    assert CITATION["date-released"] == RELEASES[0][1]


def test_the_citation_has_the_keys_its_format_demands() -> None:
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= CITATION.keys()
    assert [author["name"] for author in CITATION["authors"]] == [author["name"] for author in PROJECT["authors"]]
    assert CITATION["license"] == PROJECT["license"]


def test_the_extras_cover_what_the_checks_use() -> None:
    needed = {
        "test": {"build", "hatchling", "mypy", "pytest"},
        "kit": {"pytest"},
        "lint": {"mypy", "pre-commit", "ruff"},
    }
    for extra, tools in needed.items():
        found = {re.split(r"[^\w-]", requirement)[0] for requirement in PROJECT["optional-dependencies"][extra]}
        assert tools <= found
