"""The README's rule of one's own: short, accepted as a plugin file, and right about who pays."""

import re
from pathlib import Path

import numpy as np
import pytest

from lastresort.mechanisms.contract import Allocation, Candidates, LossEvent
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    """The block that the README tells to save."""
    (block,) = re.findall(r"^```python\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    file = tmp_path / "my_rule.py"
    file.write_text(block, encoding="utf-8")
    return file


def shorts(quantity: list[float], equity: list[float]) -> Candidates:
    """Holders of short positions at a mark of 0.8, entered at 1, with nothing hedged."""
    size, own = np.array(quantity), np.array(equity)
    nothing = np.zeros(len(size))
    return Candidates(
        account=np.arange(len(size)),
        quantity=-size,
        entry_price=np.ones(len(size)),
        notional=0.8 * size,
        equity=own,
        profit=0.2 * size,
        spendable=own,
        leverage=0.8 * size / own,
        isolated=np.ones(len(size), dtype=np.bool_),
        hedge=nothing,
        attested_hedge=nothing,
    )


def test_it_has_at_most_fifteen_lines(rule: Path) -> None:
    assert len(rule.read_text(encoding="utf-8").splitlines()) <= 15


def test_the_best_funded_account_is_closed_first(rule: Path) -> None:
    catalogue = Catalogue.load([rule])
    policy = catalogue.policy("fund+richest-first")
    assert [step.use for step in policy.waterfall] == ["full-takeover", "insurance-fund", "richest-first"]
    event = LossEvent(
        time=0.0,
        market=0,
        contracts=12.0,
        dollars=0.0,
        bankruptcy_price=0.85,
        mark=0.8,
        previous_mark=0.81,
        index=0.8,
        fund=1e9,
        candidates=shorts([5.0, 10.0, 20.0], equity=[1.0, 3.0, 2.0]),
        random=np.random.default_rng,
    )
    ((name, allocate),) = build_waterfall(policy, catalogue).allocate
    answer = allocate(event)
    assert isinstance(answer, Allocation)
    assert name == "richest-first"
    assert answer.close.tolist() == [0.0, 10.0, 2.0]
    assert answer.winner_price == answer.loser_price == 0.85


def test_the_readme_lists_every_built_in_policy() -> None:
    section = README.partition("## The policies")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `([a-z+-]+)` \|", section, flags=re.MULTILINE)
    assert sorted(listed) == sorted(Catalogue.load().policies)
