"""The academic rules against the worked examples of arXiv 2512.01112 and against hand calculation."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lastresort.mechanisms.allocation.capped_pro_rata import CappedProRata
from lastresort.mechanisms.allocation.equity_pro_rata import EquityProRata
from lastresort.mechanisms.allocation.leverage_pro_rata import LeverageProRata
from lastresort.mechanisms.allocation.notional_pro_rata import NotionalProRata
from lastresort.mechanisms.allocation.profit_pro_rata import ProfitProRata
from lastresort.mechanisms.allocation.profit_queue import ProfitQueue
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.allocation.risk_aware_pro_rata import RiskAwareProRata
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Candidates, LossEvent

Winners = Callable[..., LossEvent]

# Equities (10, 5, 1, -3, -12), severity 1/2: D = 3 + 12 = 15, budget 7.5. The haircuts printed over profits are queue
# (3.5, 4, 0) and pro rata (4.8, 2.4, 0.3), from which the profits (8, 4, 0.5) follow: the queue, which asks the second
# account first, takes all of its 4, and pro rata stands as 16 : 8 : 1.
BUDGET = 0.5 * (3 + 12)
PROFITS = [8.0, 4.0, 0.5]

# The running example at t = 2: winners A, C, E with these equities and notionals, losers B and D with -0.0720, -0.6334.
EQUITIES = np.array([1.2613, 5.6214, 0.8397])
NOTIONALS = np.array([1.3, 5.2, 1.3])
DEFICIT = 0.0720 + 0.6334


def test_haircuts_over_profits(winners: Winners) -> None:
    event = winners(PROFITS, BUDGET, equity=[10, 5, 1], leverage=[2, 3, 1])
    assert ProfitProRata().allocate(event).close == pytest.approx([4.8, 2.4, 0.3])
    assert QueueAdl(price=PriceRule.BUDGET).allocate(event).close == pytest.approx([3.5, 4.0, 0.0])


def test_haircuts_over_equities(winners: Winners) -> None:
    """Pro rata scales every winning equity by 17/32 in the printed example: (170/32, 85/32, 17/32) are left."""
    event = winners([10, 5, 1], BUDGET)
    left = event.candidates.equity - EquityProRata().allocate(event).close
    assert left == pytest.approx([170 / 32, 85 / 32, 17 / 32])


def test_the_queue_leaves_the_top_winner_least(winners: Winners) -> None:
    """Proposition "queue maximizes damage": pro rata leaves the top winner H (1 - w_1 / U) more than the queue does."""
    event = winners(PROFITS, BUDGET)
    queue, pro_rata = (rule.allocate(event).close for rule in (ProfitQueue(), ProfitProRata()))
    assert queue == pytest.approx([7.5, 0.0, 0.0])
    assert queue[0] - pro_rata[0] == pytest.approx(BUDGET * (1 - 8 / 12.5))


def test_uniform_haircut_of_the_running_example(winners: Winners) -> None:
    haircut = ProfitProRata().allocate(winners(EQUITIES, DEFICIT)).close / EQUITIES
    assert haircut == pytest.approx([0.0913] * 3, abs=5e-5)


def test_leverage_shares_of_the_running_example(winners: Winners) -> None:
    """Leverage x equity is notional: 1.3 : 5.2 : 1.3."""
    event = winners(EQUITIES, DEFICIT, leverage=NOTIONALS / EQUITIES, equity=EQUITIES)
    assert LeverageProRata().allocate(event).close == pytest.approx(DEFICIT * NOTIONALS / 7.8)


def test_capped_pro_rata_by_hand(winners: Winners) -> None:
    """The first account may fall by 2.08 - 0.08 = 2 dollars; the others share the other 2 as 4 : 0.5."""
    event = winners(PROFITS, 4.0, equity=[2.08, 9, 9], maintenance=[0.08, 0.04, 0.005], spendable=[8, 4, 0.5])
    assert CappedProRata().allocate(event).close == pytest.approx([2, 2 * 4 / 4.5, 2 * 0.5 / 4.5])


def test_capped_pro_rata_leaves_what_the_caps_cannot_bear(winners: Winners) -> None:
    event = winners(PROFITS, 11.0, equity=[90, 90, 90])
    assert CappedProRata(hbar=0.25).allocate(event).close == pytest.approx([2, 1, 0.125])


def test_the_budget_price_collects_the_budget_and_no_more(winners: Winners) -> None:
    """Taken over at 2 with the fund paying 5 of 7.5 dollars: the winners are closed a third of the way to 2."""
    event = winners(PROFITS, BUDGET)
    part = ProfitProRata().allocate(replace(event, uncovered=2.5))
    assert part.winner_price == part.loser_price == pytest.approx(1 + 1 / 3)
    assert (part.close * (part.winner_price - 1)).sum() == pytest.approx(2.5)


def test_profit_is_all_that_a_winner_can_lose(winners: Winners, candidates: Callable[..., Candidates]) -> None:
    """Ten contracts entered at 1.5 gained 5 dollars; at a dollar each, five closes use them up, whatever the equity."""
    holders = candidates([-10, -10], entry_price=[1.5, 2.0], equity=[100, 100])
    event = replace(winners([10, 10], 18.0), candidates=holders)
    for rule in (ProfitQueue(), ProfitProRata(), RiskAwareProRata(), LeverageProRata()):
        assert rule.allocate(event).close == pytest.approx([5, 10])


def test_notional_pro_rata_makes_others_pay_for_the_poor(short_holders: Callable[..., LossEvent]) -> None:
    """Half a dollar per contract: the first can close 2 of its 10, the others share 22 as 10 : 30."""
    event = short_holders([10, 10, 30], [1, 1, 1], [1, 1, 1], 24, spendable=[1, 99, 99], bankruptcy_price=1.5)
    assert NotionalProRata().allocate(event).close == pytest.approx([2, 5.5, 16.5])
