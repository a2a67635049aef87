"""The README's rule of one's own: short, accepted as a plugin file, and right about who pays."""

import re
from pathlib import Path

import pytest

from lastresort.mechanisms.contract import Allocation
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.conformance import check_mechanism
from lastresort.plugins.manager import build_waterfall
from lastresort.plugins.testing.builders import candidates, loss_event

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    """The block that the README tells to save."""
    (block,) = re.findall(r"^```python\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    file = tmp_path / "my_rule.py"
    file.write_text(block, encoding="utf-8")
    return file


def test_it_has_at_most_fifteen_lines(rule: Path) -> None:
    assert len(rule.read_text(encoding="utf-8").splitlines()) <= 15


def test_it_keeps_the_contract(rule: Path) -> None:
    catalogue = Catalogue.load([rule])
    assert check_mechanism(catalogue.mechanisms["richest-first"]()) == []


def test_the_best_funded_account_is_closed_first(rule: Path) -> None:
    catalogue = Catalogue.load([rule])
    policy = catalogue.policy("fund+richest-first")
    assert [step.use for step in policy.waterfall] == [
        "order-first",
        "full-takeover",
        "insurance-fund",
        "richest-first",
    ]
    shorts = candidates([-5.0, -10.0, -20.0], mark=0.8, equity=[1.0, 3.0, 2.0])
    event = loss_event(shorts, contracts=12.0, bankruptcy_price=0.85, mark=0.8, uncovered=0.6)
    (rule_of_the_readme,) = build_waterfall(policy, catalogue).allocate
    answer = rule_of_the_readme.ask(event)
    assert isinstance(answer, Allocation)
    assert (rule_of_the_readme.stage, rule_of_the_readme.name) == (3, "richest-first")
    assert answer.close.tolist() == [0.0, 10.0, 2.0]
    assert answer.winner_price == answer.loser_price == 0.85
