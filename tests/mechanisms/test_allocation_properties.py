"""Axioms of sharing rules, tried on random holders: balance, no over-close, anonymity, scale, monotony, order."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.allocation.hedge_aware_adl import HedgeAwareAdl
from lastresort.mechanisms.allocation.pro_rata_adl import ProRataAdl
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.ranking import profit_times_leverage
from lastresort.mechanisms.contract import Ints, LossEvent
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss
from lastresort.simulation.waterfall.views import rows_of

Event = Callable[..., LossEvent]
RULES: dict[str, Deleveraging] = {
    "queue": QueueAdl(),
    "pro-rata": ProRataAdl(),
    "hedge-aware": HedgeAwareAdl(),
    "hedge-aware-own-venue": HedgeAwareAdl(attested=False),
}

each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())

Row = tuple[float, float, float, float, float]
positive = st.floats(1e-3, 1e7)
rows = st.lists(
    st.tuples(positive, st.floats(0.2, 5.0), st.floats(0.05, 100.0), st.floats(0, 1), st.floats(0, 1)),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[0],
)
share = st.floats(0.0, 1.5)
quick = settings(max_examples=40, deadline=None)


def event_of(make: Event, holders: list[Row], part: float) -> LossEvent:
    """Contracts (and dollars) to place: `part` of what the holders have, so more than all of it at times."""
    sizes, entries, leverages, hedges, attested = (np.array(column) for column in zip(*holders, strict=True))
    total = part * float(sizes.sum())
    return make(sizes, entries, leverages, total, dollars=part * 1e3, hedge=sizes * hedges, attested=sizes * attested)


def permuted(event: LossEvent, order: Ints) -> LossEvent:
    return replace(event, candidates=rows_of(event.candidates, order))


@each_rule
@quick
@given(holders=rows, part=share)
def test_budget_balance_and_no_over_close(
    short_holders: Event, rule: Deleveraging, holders: list[Row], part: float
) -> None:
    event = event_of(short_holders, holders, part)
    size = np.abs(event.candidates.quantity)
    close = rule.allocate(event).close
    assert (close >= 0).all()
    assert (close <= size * (1 + 1e-12)).all()
    assert close.sum() == pytest.approx(min(event.contracts, size.sum()), rel=1e-9)


@each_rule
@quick
@given(holders=rows, part=share, seed=st.integers(0, 100))
def test_anonymity(short_holders: Event, rule: Deleveraging, holders: list[Row], part: float, seed: int) -> None:
    """Whoever holds the position, wherever it stands in the table: the answer follows the row. Ties are set apart."""
    distinct = [(size, 1.1 + 0.5 * i, 3.0, hedge, other) for i, (size, _, _, hedge, other) in enumerate(holders)]
    event = event_of(short_holders, distinct, part)
    order = np.random.default_rng(seed).permutation(len(distinct))
    moved = rule.allocate(permuted(event, order)).close
    assert moved == pytest.approx(rule.allocate(event).close[order], rel=1e-9, abs=1e-6)


@each_rule
@quick
@given(holders=rows, part=share, scale=st.sampled_from([2.0**-10, 0.5, 4.0, 2.0**10]))
def test_scale_invariance(
    short_holders: Event, rule: Deleveraging, holders: list[Row], part: float, scale: float
) -> None:
    """A market k times larger closes k times as much of everybody (k a power of two, so that rounding agrees)."""
    larger = [(size * scale, entry, leverage, hedge, other) for size, entry, leverage, hedge, other in holders]
    close = rule.allocate(event_of(short_holders, holders, part)).close
    assert rule.allocate(event_of(short_holders, larger, part)).close == pytest.approx(close * scale, rel=1e-9)


@each_rule
@quick
@given(holders=rows, less=share, more=share)
def test_monotone_in_the_loss(
    short_holders: Event, rule: Deleveraging, holders: list[Row], less: float, more: float
) -> None:
    """A larger loss closes nobody less."""
    less, more = sorted((less, more))
    small, large = (rule.allocate(event_of(short_holders, holders, part)).close for part in (less, more))
    assert (large >= small - 1e-9 * large.sum()).all()


@quick
@given(holders=rows, part=share)
def test_queue_against_the_queue_walked_one_by_one(short_holders: Event, holders: list[Row], part: float) -> None:
    event = event_of(short_holders, holders, part)
    size, score = np.abs(event.candidates.quantity), profit_times_leverage(event.candidates)
    left, walked = event.contracts, np.zeros_like(size)
    for row in sorted(range(len(size)), key=lambda row: (-score[row], row)):
        walked[row] = min(left, size[row])
        left -= walked[row]
    assert QueueAdl().allocate(event).close == pytest.approx(walked, rel=1e-9, abs=1e-9 * size.sum())


@quick
@given(holders=rows, part=share)
def test_pro_rata_closes_equal_shares_of_winners(short_holders: Event, holders: list[Row], part: float) -> None:
    event = event_of(short_holders, holders, part)
    closed = ProRataAdl().allocate(event).close / np.abs(event.candidates.quantity)
    winners = event.candidates.profit > 0
    for group in (closed[winners], closed[~winners]):
        assert group == pytest.approx(np.full(len(group), group.mean() if len(group) else 0.0), abs=1e-9)
    if winners.any() and (closed[~winners] > 1e-9).any():
        assert closed[winners].min() == pytest.approx(1.0)


@quick
@given(holders=rows, part=share)
def test_hedge_aware_touches_no_hedge_while_naked_contracts_remain(
    short_holders: Event, holders: list[Row], part: float
) -> None:
    event = event_of(short_holders, holders, part)
    size, hedged = np.abs(event.candidates.quantity), event.candidates.hedge + event.candidates.attested_hedge
    naked = np.maximum(size - hedged, 0.0)
    close, slack = HedgeAwareAdl().allocate(event).close, 1e-9 * size.sum()
    if (close > naked + slack).any():
        assert (close >= naked - slack).all()


@quick
@given(holders=rows, part=st.floats(0, 1e6))
def test_socialized_loss_takes_equal_fractions(short_holders: Event, holders: list[Row], part: float) -> None:
    event = event_of(short_holders, holders, part)
    able = np.minimum(np.maximum(event.candidates.profit, 0.0), event.candidates.spendable)
    answer = SocializedLoss().allocate(event)
    assert not answer.close.any()
    assert (answer.charge >= 0).all()
    assert (answer.charge <= able * (1 + 1e-12)).all()
    assert answer.charge.sum() == pytest.approx(min(event.dollars, able.sum()), rel=1e-9)
    fractions = answer.charge[able > 0] / able[able > 0]
    assert fractions == pytest.approx(np.full(len(fractions), fractions[:1].sum()), rel=1e-9)
