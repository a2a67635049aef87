"""The page on policies lists every built-in policy with its words and stages; the README the core and the suites."""

import re
from pathlib import Path
from typing import get_args

import pytest

from lastresort.mechanisms.policy import SUITES, Policy, Standing
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.figures import engine_in_words

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
POLICIES = Catalogue.load().policies


def rows(text: str) -> list[list[str]]:
    """Cells of the rows of tables whose first cell is a name in code."""
    found = re.findall(r"^\| (`[^`]+` \|.*) \|$", text, flags=re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in found]


def section(suite: str) -> list[list[str]]:
    """Rows of the page about one suite."""
    found = re.search(rf"^## .*: `{suite}`$(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL)
    return rows(found[1]) if found else []


def row(policy: Policy) -> list[str]:
    """What the page says of a policy."""
    stages = ", ".join(f"`{step.use}`" + f" as `{step.named}`" * bool(step.named) for step in policy.waterfall)
    return [f"`{policy.name}`", policy.summary.strip(), stages, engine_in_words(policy.engine)]


@pytest.mark.parametrize("suite", SUITES)
def test_the_page_lists_the_policies_of_a_suite_as_they_are(suite: str) -> None:
    assert sorted(section(suite)) == sorted(row(policy) for policy in POLICIES.values() if policy.suite == suite)


def test_the_page_explains_every_word_of_evidence() -> None:
    assert {f"`{word}`" for word in get_args(Standing)} <= {cells[0] for cells in rows(PAGE)}


def test_the_readme_lists_the_core_policies_and_the_suites() -> None:
    listed = [cells[0].strip("`") for cells in rows(README.partition("## The policies")[2].partition("\n## ")[0])]
    core = [policy.name for policy in POLICIES.values() if policy.suite == "core"]
    assert sorted(listed) == sorted([*core, *SUITES[1:]])


def test_the_readme_counts_the_policies_of_each_suite() -> None:
    counts = dict(re.findall(r"^\| `(\w+)` \| (\d+) ", README, flags=re.MULTILINE))
    assert counts == {
        suite: str(sum(policy.suite == suite for policy in POLICIES.values())) for suite in SUITES[1:] if suite != "own"
    }
