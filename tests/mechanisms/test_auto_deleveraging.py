"""Auto-deleveraging against numbers worked out by hand or published by others."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.allocation.hedge_aware_adl import HedgeAwareAdl
from lastresort.mechanisms.allocation.pro_rata_adl import ProRataAdl
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order, in_proportion
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.ranking import profit_times_leverage
from lastresort.mechanisms.contract import Candidates, LossEvent

Event = Callable[..., LossEvent]

# Worked example of arXiv 2512.01112: equities (10, 5, 1, -3, -12), so D = 3 + 12 = 15; severity 1/2, budget 7.5.
# The numbers quoted from it, queue (3.5, 4, 0) and pro rata (4.8, 2.4, 0.3), each add up to the budget: they are
# haircuts, not what survives. The winners' profits are inferred, not quoted: the queue takes the whole 4 of the second
# account, and pro rata stands as 16 : 8 : 1. That the queue's relative Gini is then 0.232 confirms it independently.
BUDGET = 0.5 * (3 + 12)
PROFITS = np.array([8.0, 4.0, 0.5])


def relative_gini(haircuts: np.ndarray, endowments: np.ndarray) -> float:
    shares, burdens = endowments / endowments.sum(), haircuts / endowments
    spread = np.abs(burdens[:, None] - burdens[None, :])
    return float(shares @ spread @ shares / (2 * haircuts.sum() / endowments.sum()))


def test_paper_example_pro_rata() -> None:
    haircuts = in_proportion(BUDGET, PROFITS)
    assert haircuts == pytest.approx([4.8, 2.4, 0.3])
    assert PROFITS - haircuts == pytest.approx([3.2, 1.6, 0.2])
    assert relative_gini(haircuts, PROFITS) == pytest.approx(0.0, abs=1e-12)


def test_paper_example_queue() -> None:
    haircuts = in_order(BUDGET, PROFITS, score=np.array([2.0, 3.0, 1.0]))
    assert haircuts == pytest.approx([3.5, 4.0, 0.0])
    assert PROFITS - haircuts == pytest.approx([4.5, 0.0, 0.5])
    assert relative_gini(haircuts, PROFITS) == pytest.approx(0.232, abs=5e-4)


@pytest.mark.parametrize(
    ("rule", "expected"), [(ProRataAdl(), [4.8, 2.4, 0.3]), (QueueAdl(), [3.5, 4.0, 0.0])], ids=["pro-rata", "queue"]
)
def test_paper_example_through_the_rules(short_holders: Event, rule: Deleveraging, expected: list[float]) -> None:
    """Shorts entered at 2, mark 1, bankruptcy price 2: each closed contract costs its holder one dollar of profit."""
    event = short_holders([8, 4, 0.5], [2, 2, 2], [5, 10, 2], contracts=7.5, bankruptcy_price=2.0, spendable=[10, 5, 1])
    assert event.candidates.profit == pytest.approx(PROFITS)
    answer = rule.allocate(event)
    assert answer.close * (np.asarray(answer.winner_price) - event.mark) == pytest.approx(expected)
    assert answer.winner_price == answer.loser_price == 2.0
    assert not np.any(answer.charge)


def test_bitmex_rank_by_hand(short_holders: Event) -> None:
    """Rank = PnL% x leverage in profit, PnL% / leverage at a loss, PnL% relative to entry value."""
    event = short_holders([10, 10, 10, 10], [1.25, 2.0, 0.8, 0.8], [5, 1, 5, 2], contracts=1)
    # PnL% = (1.25 - 1) / 1.25 = 0.2; (2 - 1) / 2 = 0.5; (0.8 - 1) / 0.8 = -0.25 twice
    assert profit_times_leverage(event.candidates) == pytest.approx([0.2 * 5, 0.5 * 1, -0.25 / 5, -0.25 / 2])


def test_rank_against_a_published_table(short_holders: Event) -> None:
    """ZUBR, Auto-deleverage (help.zubr.io 360011816240): ten clients, PnL% in per cent, leverage, and rank."""
    gains = np.array([10, 5, 20, 5, 15, 3, 12, 6, 11, 7]) / 100
    leverages = [4, 0.5, 1.2, 10, 2, 4, 5, 0.8, 11, 6]
    published = [0.4, 0.025, 0.24, 0.5, 0.3, 0.12, 0.6, 0.048, 1.21, 0.42]
    order = [5, 10, 7, 3, 6, 8, 2, 9, 1, 4]
    event = short_holders([10.0] * 10, list(1 / (1 - gains)), leverages, contracts=45)
    assert profit_times_leverage(event.candidates) == pytest.approx(published)
    close = QueueAdl().allocate(event).close
    first_four, fifth = np.isin(order, [1, 2, 3, 4]), np.isin(order, [5])
    assert close == pytest.approx(np.where(first_four, 10.0, np.where(fifth, 5.0, 0.0)))


def test_pro_rata_takes_winners_before_losers(short_holders: Event) -> None:
    sizes, entries, leverages = [60, 20, 40], [1.5, 1.1, 0.9], [2, 2, 2]
    some = ProRataAdl().allocate(short_holders(sizes, entries, leverages, contracts=40))
    assert some.close == pytest.approx([30, 10, 0])
    many = ProRataAdl().allocate(short_holders(sizes, entries, leverages, contracts=100))
    assert many.close == pytest.approx([60, 20, 20])


@pytest.mark.parametrize("rule", [QueueAdl(), ProRataAdl(), HedgeAwareAdl()], ids=lambda rule: str(rule.name))
def test_the_side_of_the_inventory_does_not_matter(
    candidates: Callable[..., Candidates], loss_event: Event, rule: Deleveraging
) -> None:
    """Longs entered at 2 / 3 gain at mark 1 what shorts entered at 4 / 3 gain: a third of a dollar, and so on."""
    gains, sizes = np.array([1 / 3, 0.1, -0.1]), np.array([60.0, 20.0, 40.0])
    shorts = candidates(-sizes, entry_price=1 + gains, leverage=2, hedge=[30, 0, 0])
    longs = candidates(sizes, entry_price=1 - gains, leverage=2, hedge=[30, 0, 0])
    close = rule.allocate(loss_event(shorts, 40)).close
    assert close.sum() == pytest.approx(40)
    assert rule.allocate(loss_event(longs, -40)).close == pytest.approx(close)


@pytest.mark.parametrize("rule", [QueueAdl(), ProRataAdl(), HedgeAwareAdl()], ids=lambda rule: str(rule.name))
def test_nobody_on_the_side_of_the_inventory_is_closed(
    candidates: Callable[..., Candidates], loss_event: Event, rule: Deleveraging
) -> None:
    holders = candidates([50, -20, 50, 0, -20], entry_price=[0.5, 1.5, 0.5, 1.0, 1.5])
    assert rule.allocate(loss_event(holders, 100)).close == pytest.approx([0, 20, 0, 0, 20])


@pytest.mark.parametrize(
    ("attested", "contracts", "expected"),
    [
        (True, 5, [0, 5, 0]),  # only the second account has naked contracts: 6
        (True, 8, [2, 6, 0]),  # then the hedged ones in the order of the queue
        (True, 22, [10, 10, 2]),
        (False, 8, [0, 6, 2]),  # the third account's hedge is elsewhere and not counted
        (False, 18, [2, 6, 10]),
    ],
)
def test_hedge_aware_closes_naked_contracts_first(
    short_holders: Event, attested: bool, contracts: float, expected: list[float]
) -> None:
    event = short_holders([10, 10, 10], [1.5, 1.5, 1.5], [9, 6, 3], contracts, hedge=[12, 4, 0], attested=[0, 0, 10])
    assert HedgeAwareAdl(attested=attested).allocate(event).close == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(QueueAdl(), [4, 8, 10]), (ProRataAdl(), [4, 8, 10]), (HedgeAwareAdl(), [4, 8, 10])],
    ids=lambda value: getattr(value, "name", ""),
)
def test_nobody_is_closed_beyond_its_means(short_holders: Event, rule: Deleveraging, expected: list[float]) -> None:
    """Bankruptcy price 1.5: a closed contract costs half a dollar, so 2, 4 and 6 dollars buy back 4, 8 and 12 of 10."""
    event = short_holders(
        [10, 10, 10], [1.5, 1.5, 1.5], [5, 4, 3], 30, spendable=[2, 4, 6], bankruptcy_price=1.5, hedge=[5, 0, 5]
    )
    assert rule.allocate(event).close == pytest.approx(expected)


def test_hedge_aware_spares_a_hedge_that_scarce_means_need_not_touch(short_holders: Event) -> None:
    """Of ten contracts six are naked and five affordable: all five are naked, so the second account is not asked."""
    event = short_holders([10, 10], [1.5, 1.5], [5, 4], 5, spendable=[2.5, 5], bankruptcy_price=1.5, hedge=[4, 0])
    assert HedgeAwareAdl().allocate(event).close == pytest.approx([5, 0])


@pytest.mark.parametrize("rule", [QueueAdl, ProRataAdl, HedgeAwareAdl])
def test_a_policy_may_change_the_price(short_holders: Event, rule: type[Deleveraging]) -> None:
    """At the mark, a close costs nobody anything, so that even those with no margin can be closed."""
    event = short_holders([10, 10], [1.5, 1.5], [5, 4], 20, spendable=[0, 1], bankruptcy_price=1.5)
    answer = rule(price=PriceRule.MARK).allocate(event)
    assert answer.close == pytest.approx([10, 10])
    assert (answer.winner_price, answer.loser_price) == (1.0, 1.0)
    assert rule().allocate(event).close == pytest.approx([0, 2])
