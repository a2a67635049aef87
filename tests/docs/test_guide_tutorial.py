"""Whoever types what the tutorial says, in an empty folder and in its order, gets what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from lastresort.plugins.scaffold import new_mechanism

TUTORIAL = Path(__file__).parents[2] / "docs" / "guide" / "tutorial.md"


class Block(NamedTuple):
    """A block of the page; `file` is the name under which the sentence before it tells to save it."""

    language: str
    text: str
    file: str


def blocks() -> list[Block]:
    page = TUTORIAL.read_text(encoding="utf-8")
    found = re.finditer(r"^```(\w+)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return [Block(one[1], one[2], _file(page[: one.start()])) for one in found]


def _file(before: str) -> str:
    """The name in `Save this as `NAME`:` at the end of a text."""
    said = re.search(r"Save this as\s`([\w.-]+)`:\s*\Z", before)
    return said[1] if said else ""


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder in which everything was typed and saved, and what each shell block printed."""
    folder = tmp_path_factory.mktemp("tutorial")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "120", "LASTRESORT_PLUGINS": ""}
    printed = []
    for block in blocks():
        if block.file:
            (folder / block.file).write_text(block.text, encoding="utf-8")
        if block.language == "sh":
            command = ["bash", "-e", "-c", block.text]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{block.text}{done.stdout}{done.stderr}"
            printed.append(done.stdout)
        if block.language == "text":
            assert not missing(block.text, printed[-1])
    return folder, printed


def missing(quoted: str, printed: str) -> list[str]:
    """Lines of a quotation that are not in what was printed, spaces at both ends aside."""
    lines = {line.strip() for line in printed.splitlines()}
    return [line for line in quoted.splitlines() if line.strip() not in lines]


def test_a_quotation_that_is_not_printed_is_found() -> None:
    assert missing("  one\ntwo\n", "one\nthree\n") == ["two"]


def test_the_scaffold_writes_the_file_that_is_shown(typed: tuple[Path, list[str]]) -> None:
    shown = next(block.text for block in blocks() if block.language == "python")
    fresh = typed[0] / "fresh"
    fresh.mkdir()
    path, _ = new_mechanism("taking-turns", "simple", fresh)
    assert path.read_text(encoding="utf-8") == shown


def test_the_fault_is_found_in_the_book_that_is_named(typed: tuple[Path, list[str]]) -> None:
    page = " ".join(TUTORIAL.read_text(encoding="utf-8").split())
    (sentence,) = re.findall(r"check `valid` says: (.*?\))\.", page)
    (said,) = [text for text in typed[1] if text.startswith("most-levered")]
    assert f"allocate, at 60 s: {sentence}" in re.sub(r"[\s│]+", " ", said)
    assert said.endswith("exit code 1\n")


def test_the_axiom_that_is_explained_fails_in_the_counterexample_that_is_told(typed: tuple[Path, list[str]]) -> None:
    (said,) = [text for text in typed[1] if "sybil-resistance" in text]
    assert re.search(r"sybil-resistance\s+│ fails", said)
    assert "mark 1, bankruptcy price 1.5" in said
    assert re.search(r"│ 2\s+│ -20\s+│ 1.5\s+│ 10\s+│ 20\s+│ 20\s+│ 10 ", said)


def test_the_comparison_ranks_the_rule(typed: tuple[Path, list[str]]) -> None:
    folder, printed = typed
    assert any("fund+taking-turns" in text and "report.html" in text for text in printed)
    assert (folder / "results" / "small-crash" / "report.html").exists()


def test_the_policy_of_ones_own_runs(typed: tuple[Path, list[str]]) -> None:
    assert any("half-fund-turns" in text and "fund_paid" in text for text in typed[1])


def test_the_distribution_has_the_rule(typed: tuple[Path, list[str]]) -> None:
    folder, _ = typed
    rule = folder / "taking-turns" / "src" / "taking_turns" / "rule.py"
    assert "class TakingTurns" in rule.read_text(encoding="utf-8")
    assert 'taking-turns = "taking_turns.registration"' in (folder / "taking-turns" / "pyproject.toml").read_text(
        encoding="utf-8"
    )
