"""The README's rule of one's own: short, accepted as a plugin file, and right about who pays."""

import re
from pathlib import Path

import numpy as np
import pytest

from lastresort.mechanisms.contract import Allocation, Candidates, LossEvent, Scope
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.conformance import check_mechanism
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
        maintenance=0.01 * size,
        unit_profit=0.2 * size,
        opened=nothing,
        gain=0.2 * size,
        variation=0.2 * size,
        net_delta=-0.8 * size,
        contribution=nothing,
        room=nothing,
        bid=np.full(len(size), np.nan),
    )


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
    event = LossEvent(
        time=0.0,
        market=0,
        contracts=12.0,
        dollars=0.0,
        bankruptcy_price=0.85,
        mark=0.8,
        previous_mark=0.81,
        index=0.8,
        last_settlement=1.0,
        fund=1e9,
        fund_peak=1e9,
        uncovered=0.6,
        lot=1.0,
        scope=Scope.OPPOSITE,
        candidates=shorts([5.0, 10.0, 20.0], equity=[1.0, 3.0, 2.0]),
        random=np.random.default_rng,
    )
    (rule_of_the_readme,) = build_waterfall(policy, catalogue).allocate
    answer = rule_of_the_readme.ask(event)
    assert isinstance(answer, Allocation)
    assert (rule_of_the_readme.stage, rule_of_the_readme.name) == (3, "richest-first")
    assert answer.close.tolist() == [0.0, 10.0, 2.0]
    assert answer.winner_price == answer.loser_price == 0.85
