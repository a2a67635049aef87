"""What every academic rule promises on random candidates of both sides, and what some of them promise besides."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.allocation.capped_pro_rata import CappedProRata
from lastresort.mechanisms.allocation.compensated_auction import CompensatedAuction
from lastresort.mechanisms.allocation.dynamic_mirror_descent import DynamicMirrorDescent
from lastresort.mechanisms.allocation.equal_awards_adl import EqualAwardsAdl
from lastresort.mechanisms.allocation.equal_losses_adl import EqualLossesAdl
from lastresort.mechanisms.allocation.equity_pro_rata import EquityProRata
from lastresort.mechanisms.allocation.fixed_point_integer import FixedPointInteger
from lastresort.mechanisms.allocation.integer_pro_rata import IntegerProRata
from lastresort.mechanisms.allocation.leverage_draining import LeverageDraining
from lastresort.mechanisms.allocation.leverage_pro_rata import LeverageProRata
from lastresort.mechanisms.allocation.min_max_program import MinMaxProgram
from lastresort.mechanisms.allocation.mirror_descent import MirrorDescent
from lastresort.mechanisms.allocation.notional_pro_rata import NotionalProRata
from lastresort.mechanisms.allocation.pair_preserving import PairPreserving
from lastresort.mechanisms.allocation.priority_to_hedged import PriorityToHedged
from lastresort.mechanisms.allocation.profit_pro_rata import ProfitProRata
from lastresort.mechanisms.allocation.profit_queue import ProfitQueue
from lastresort.mechanisms.allocation.random_by_notional import RandomByNotional
from lastresort.mechanisms.allocation.random_lottery import RandomLottery
from lastresort.mechanisms.allocation.risk_aware_pro_rata import RiskAwareProRata
from lastresort.mechanisms.allocation.rounded_profit_pro_rata import RoundedProfitProRata
from lastresort.mechanisms.allocation.size_queue import SizeQueue
from lastresort.mechanisms.allocation.smallest_first import SmallestFirst
from lastresort.mechanisms.allocation.talmud_adl import TalmudAdl
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.contract import Allocation, Candidates, Floats, LossEvent

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]
Rule = Callable[[], Deleveraging | CompensatedAuction]

WHOLE: list[Rule] = [IntegerProRata, RoundedProfitProRata, FixedPointInteger, MinMaxProgram]
OVER_PROFIT: list[Rule] = [
    ProfitQueue,
    ProfitProRata,
    RiskAwareProRata,
    LeverageProRata,
    MirrorDescent,
    DynamicMirrorDescent,
]
CLAIMS: list[Rule] = [EqualAwardsAdl, EqualLossesAdl, TalmudAdl]
OVER_POSITIONS: list[Rule] = [
    SizeQueue,
    SmallestFirst,
    RandomLottery,
    RandomByNotional,
    NotionalProRata,
    EquityProRata,
    LeverageDraining,
]
EXEMPTING: list[Rule] = [CappedProRata, PairPreserving, PriorityToHedged, CompensatedAuction]
DIVISIBLE: list[Rule] = [*OVER_PROFIT, *CLAIMS, *OVER_POSITIONS, *EXEMPTING]


def each(rules: list[Rule]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", rules, ids=lambda rule: str(rule().name))


Row = tuple[float, float, float, float, float]
rows = st.lists(
    st.tuples(
        st.floats(-1e6, 1e6).filter(lambda q: abs(q) > 1e-2),
        st.floats(0.2, 5.0),
        st.floats(0.05, 100.0),
        st.floats(0, 1),
        st.floats(-1, 1).map(lambda delta: round(delta, 6)),
    ),
    max_size=7,
)
part = st.floats(0.001, 1.5)
gap = st.floats(0.0, 0.5)
quick = settings(max_examples=12, deadline=None)


def event_of(make: Make, loss: Event, holders: list[Row], part: float, gap: float, scale: float = 1.0) -> LossEvent:
    """The engine holds longs taken over at 1 + `gap`, `part` of what the shorts among the holders hold (or one)."""
    quantity, entry, leverage, hedge, delta = np.array(holders, dtype=np.float64).reshape(-1, 5).T
    size = scale * np.abs(quantity)
    accounts = make(scale * quantity, entry_price=entry, leverage=leverage, hedge=hedge * size, net_delta=delta * size)
    contracts = part * (float(size[quantity < 0].sum()) or scale)
    fund = 0.01 * contracts
    return loss(accounts, contracts, bankruptcy_price=1 + gap, uncovered=gap * contracts, fund=fund)


def able(event: LossEvent, dollars: Floats) -> Floats:
    """Contracts of the opposite side that can be closed at the bankruptcy price for `dollars` at most."""
    size = np.where(event.candidates.quantity < 0, -event.candidates.quantity, 0.0)
    loss = event.bankruptcy_price - event.mark
    return np.where(dollars > 0, np.minimum(size, dollars / max(loss, 1e-300)), 0.0)


def asked(rule: Rule, event: LossEvent) -> Allocation:
    """The answer of a rule that remembers nothing yet."""
    return rule().allocate(event)


@each([*DIVISIBLE, *WHOLE])
@quick
@given(holders=rows, part=part, gap=gap)
def test_no_rule_closes_more_than_it_may(
    candidates: Make, loss_event: Event, rule: Rule, holders: list[Row], part: float, gap: float
) -> None:
    event = event_of(candidates, loss_event, holders, part, gap)
    answer = asked(rule, event)
    most = np.where(event.candidates.quantity < 0, -event.candidates.quantity, 0.0)
    cost = answer.close * np.maximum(answer.winner_price - event.mark, 0)
    assert answer.close.shape == (len(holders),)
    assert np.isfinite(answer.close).all()
    assert np.isfinite(answer.winner_price).all()
    assert (answer.close >= 0).all()
    assert (answer.close <= most).all()
    assert (cost <= event.candidates.spendable * (1 + 1e-9)).all()
    assert answer.close.sum() <= event.contracts * (1 + 1e-9)
    assert not np.any(answer.charge)


@each([*OVER_PROFIT, *CLAIMS])
@quick
@given(holders=rows, part=part, gap=gap)
def test_profit_is_spent_first_and_last(
    candidates: Make, loss_event: Event, rule: Rule, holders: list[Row], part: float, gap: float
) -> None:
    """Nobody loses principal, and nothing is left over while anybody's profit would have paid for it."""
    event = event_of(candidates, loss_event, holders, part, gap)
    most = np.minimum(able(event, event.candidates.profit), able(event, event.candidates.spendable))
    close = asked(rule, event).close
    assert (close <= most * (1 + 1e-9)).all()
    assert close.sum() == pytest.approx(min(event.contracts, most.sum()), rel=1e-9)


@each(OVER_POSITIONS)
@quick
@given(holders=rows, part=part, gap=gap)
def test_rules_over_positions_place_what_can_be_placed(
    candidates: Make, loss_event: Event, rule: Rule, holders: list[Row], part: float, gap: float
) -> None:
    event = event_of(candidates, loss_event, holders, part, gap)
    most = able(event, event.candidates.spendable)
    assert asked(rule, event).close.sum() == pytest.approx(min(event.contracts, most.sum()), rel=1e-9)


@each(WHOLE)
@quick
@given(holders=rows, part=part, gap=gap)
def test_whole_lots_are_whole(
    candidates: Make, loss_event: Event, rule: Rule, holders: list[Row], part: float, gap: float
) -> None:
    close = asked(rule, event_of(candidates, loss_event, holders, part, gap)).close
    assert close == pytest.approx(np.round(close), abs=1e-6)


@each(DIVISIBLE)
@quick
@given(holders=rows, part=part, gap=gap, scale=st.sampled_from([2.0**-10, 4.0, 2.0**10]))
def test_a_larger_market_closes_as_much_more(
    candidates: Make, loss_event: Event, rule: Rule, holders: list[Row], part: float, gap: float, scale: float
) -> None:
    """Powers of two, so that rounding agrees."""
    close, larger = (asked(rule, event_of(candidates, loss_event, holders, part, gap, k)).close for k in (1.0, scale))
    assert larger == pytest.approx(close * scale, rel=1e-6, abs=1e-9 * float(larger.sum()))


@each([ProfitProRata, EquityProRata, NotionalProRata, CappedProRata, RiskAwareProRata, PairPreserving])
@quick
@given(holders=rows.filter(bool), part=part, gap=gap)
def test_splitting_an_account_gains_nothing(
    candidates: Make, loss_event: Event, rule: Rule, holders: list[Row], part: float, gap: float
) -> None:
    """Two halves of the first account, with half its equity and hedge each, are closed as much as the whole."""
    event = event_of(candidates, loss_event, holders, part, gap)
    first = holders[0]
    halves = [(first[0] / 2, *first[1:])] * 2
    split = replace(event, candidates=event_of(candidates, loss_event, [*halves, *holders[1:]], part, gap).candidates)
    together, apart = asked(rule, event).close, asked(rule, split).close
    slack = 1e-9 * event.contracts
    assert apart[0] + apart[1] == pytest.approx(together[0], rel=1e-6, abs=slack)
    assert apart[2:] == pytest.approx(together[1:], rel=1e-6, abs=slack)


@each([*DIVISIBLE, *WHOLE])
def test_nobody_to_ask(candidates: Make, loss_event: Event, rule: Rule) -> None:
    empty = loss_event(candidates([]), contracts=100, bankruptcy_price=1.1, uncovered=10)
    assert len(asked(rule, empty).close) == 0
    same_side = loss_event(candidates([5.0, 7.0]), contracts=100, bankruptcy_price=1.1, uncovered=10)
    assert not asked(rule, same_side).close.any()
