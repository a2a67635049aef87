"""The page on the contract leads to every hook, in the order of the code, and tells each of them only once."""

import re
from pathlib import Path

from lastresort.mechanisms.contract import QUESTIONS
from lastresort.plugins.discovery import HOOKS

PAGE = (Path(__file__).parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")


def test_the_index_leads_to_every_hook() -> None:
    listed = re.findall(r"^\| \[`(\w+)`\]\(guide/hooks/(\w+)\.md\) \|", PAGE, flags=re.MULTILINE)
    assert listed == [(hook, hook) for hook in (*QUESTIONS, *HOOKS)]


def test_columns_are_told_on_the_pages_of_the_hooks_only() -> None:
    assert re.findall(r"^- `\w+(?:View|Event)`: ", PAGE, flags=re.MULTILINE) == []
    assert "<!-- columns of" not in PAGE
