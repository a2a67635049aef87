"""The commands a newcomer copies: one for the comparison, one for the tests, each with all its own set-up."""

import re
from pathlib import Path

from typer.models import TyperInfo

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = re.findall(r"^python3 -m venv \.venv && .+$", README, flags=re.MULTILINE)


def test_two_lines_do_their_own_set_up() -> None:
    compare, test = LINES
    assert compare.endswith("lastresort compare oct-2025")
    assert test.endswith("python -m pytest")


def test_the_test_command_alone_sees_to_the_browser() -> None:
    assert " && .venv/bin/python tests/browser.py && " in LINES[1]
    assert not re.search("apt-get|chrom|playwright", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))


def test_continuous_integration_finds_the_test_command_and_no_other() -> None:
    pattern = re.search(r"grep --max-count=1 '(.+)' README\.md", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert pattern
    assert [line for line in README.splitlines() if re.search(pattern[1], line)] == [LINES[1]]


def test_every_command_of_the_program_is_described() -> None:
    from lastresort.cli.application import app

    described = set(re.findall(r"^\| `lastresort ([a-z]+(?: [a-z]+)?)", README, flags=re.MULTILINE))
    groups = {f"{group.name} {name}" for group in app.registered_groups for name in members(group)}
    assert described == groups | {command.name for command in app.registered_commands}


def members(group: TyperInfo) -> list[str]:
    """Names of the commands of a group."""
    assert group.typer_instance
    return [command.callback.__name__ for command in group.typer_instance.registered_commands if command.callback]
