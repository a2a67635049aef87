"""Whoever types what the pages on real books say, beside their examples, gets what they quote."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lastresort.books.reading.book_schema import book_schema
from lastresort.books.reading.layout import layout_schema

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = DOCS / "examples"
COPIES = {"book.csv": "8-book.csv", "event.csv": "9-event.csv"}


def pairs(page: str) -> list[tuple[str, str]]:
    """Each shell block of a page, and the quotation after it."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$\n+^```text\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("command", "quoted"), [pair for page in ("books.md", "replay.md") for pair in pairs(page)], ids=str
)
def test_a_command_prints_what_the_page_quotes(command: str, quoted: str, tmp_path: Path) -> None:
    for example in EXAMPLES.iterdir():
        shutil.copy(example, tmp_path)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "120", "LASTRESORT_PLUGINS": ""}
    typed = ["bash", "-e", "-c", command]
    done = subprocess.run(typed, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = {line.strip() for line in done.stdout.splitlines()}
    assert [line for line in quoted.splitlines() if line.strip() not in printed] == []


def test_there_are_commands() -> None:
    assert [len(pairs(page)) for page in ("books.md", "replay.md")] == [3, 1]


@pytest.mark.parametrize("example", COPIES)
def test_examples_are_those_of_the_tests(example: str) -> None:
    tried = Path(__file__).parents[1] / "books" / "data" / COPIES[example]
    assert (EXAMPLES / example).read_bytes() == tried.read_bytes()


@pytest.mark.parametrize(("name", "schema"), [("book", book_schema()), ("layout", layout_schema())])
def test_schemas_are_those_that_the_code_writes(name: str, schema: object) -> None:
    assert json.loads((DOCS / "reference" / f"{name}.schema.json").read_text(encoding="utf-8")) == schema
