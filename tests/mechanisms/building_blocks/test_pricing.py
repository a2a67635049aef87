"""Price rules P1-P7 and P9 with numbers worked out by hand, on both sides, and who pays the gap."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.building_blocks.pricing import PriceRule, capacity, closes, closes_at, two_prices
from lastresort.mechanisms.contract import Candidates, LossEvent, Payer

Event = Callable[..., LossEvent]
Holders = Callable[..., Candidates]

# 100 contracts at mark 1 with a bankruptcy price 20 cents beyond it: the engine lacks 20 USD. The fund holds 15 of
# a peak of 20, so that its floor (70 % of the peak) leaves 1 to spend; 8 USD are uncovered.
PRICES = {
    PriceRule.BANKRUPTCY: (1.20, 1.20),
    PriceRule.MARK: (1.00, 1.00),
    PriceRule.PREVIOUS_MARK: (1.01, 1.01),
    PriceRule.ORACLE: (0.95, 0.95),
    PriceRule.ASYMMETRIC: (1.05, 1.20),  # 15 of the 20 are paid: 0.20 - 0.15 is left to those closed
    PriceRule.FUND_FLOOR: (1.19, 1.20),  # 1 of the 20 is paid
    PriceRule.BUDGET: (1.08, 1.08),  # 8 / 100 beyond the mark
    PriceRule.SETTLEMENT: (1.30, 1.30),
}
every_rule = pytest.mark.parametrize("rule", list(PriceRule))


@pytest.fixture
def long_engine(candidates: Holders, loss_event: Event) -> LossEvent:
    """The engine holds 100 longs, three shorts could close 60, 60 and 60."""
    holders = candidates([-60, -60, -60], equity=[1000, 1000, 1000])
    return loss_event(
        holders,
        contracts=100,
        bankruptcy_price=1.2,
        previous_mark=1.01,
        index=0.95,
        last_settlement=1.3,
        fund=15.0,
        fund_peak=20.0,
        uncovered=8.0,
    )


def mirrored(event: LossEvent) -> LossEvent:
    """The same event with longs and shorts exchanged and every price reflected at the mark."""
    fields = {name: 2 - getattr(event, name) for name in ("previous_mark", "index", "last_settlement")}
    holders = replace(event.candidates, quantity=-event.candidates.quantity)
    return replace(
        event, contracts=-event.contracts, bankruptcy_price=2 - event.bankruptcy_price, candidates=holders, **fields
    )


def test_every_price_rule_is_worked_out() -> None:
    assert set(PRICES) == set(PriceRule)


@every_rule
def test_prices_for_a_long_inventory(long_engine: LossEvent, rule: PriceRule) -> None:
    assert two_prices(long_engine, rule) == pytest.approx(PRICES[rule])


@every_rule
def test_prices_for_a_short_inventory(long_engine: LossEvent, rule: PriceRule) -> None:
    assert two_prices(mirrored(long_engine), rule) == pytest.approx([2 - price for price in PRICES[rule]])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (PriceRule.BANKRUPTCY, (0.9, 0.9)),  # those closed gain what the engine does not need
        (PriceRule.ASYMMETRIC, (1.0, 0.9)),  # nothing to pay for: the fund keeps the difference
        (PriceRule.FUND_FLOOR, (1.0, 0.9)),
        (PriceRule.BUDGET, (1.0, 1.0)),
    ],
)
def test_an_engine_that_lacks_nothing(long_engine: LossEvent, rule: PriceRule, expected: tuple[float, float]) -> None:
    assert two_prices(replace(long_engine, bankruptcy_price=0.9), rule) == pytest.approx(expected)


def test_a_budget_asks_nobody_for_more_than_the_engine_lacks(long_engine: LossEvent) -> None:
    """50 USD are uncovered, for the book is thin, but closing costs the engine only 20."""
    assert two_prices(replace(long_engine, uncovered=50.0), PriceRule.BUDGET) == pytest.approx((1.2, 1.2))


@pytest.mark.parametrize(("fund", "peak", "price"), [(0, 20, 1.2), (-5, 20, 1.2), (20, 20, 1.0), (90, 90, 1.0)])
def test_the_fund_moves_the_asymmetric_price(long_engine: LossEvent, fund: float, peak: float, price: float) -> None:
    event = replace(long_engine, fund=float(fund), fund_peak=float(peak))
    assert two_prices(event, PriceRule.ASYMMETRIC) == pytest.approx((price, 1.2))


@pytest.mark.parametrize(("fund", "peak", "price"), [(60, 60, 1.02), (42, 60, 1.2), (10, 60, 1.2), (99, 100, 1.0)])
def test_the_fund_stops_at_its_floor(long_engine: LossEvent, fund: float, peak: float, price: float) -> None:
    """60 at its peak may spend 18 of the 20 needed; 42 is the floor."""
    event = replace(long_engine, fund=float(fund), fund_peak=float(peak))
    assert two_prices(event, PriceRule.FUND_FLOOR) == pytest.approx((price, 1.2))


@every_rule
def test_an_empty_engine_closes_nothing_and_names_a_price(long_engine: LossEvent, rule: PriceRule) -> None:
    answer = closes(replace(long_engine, contracts=0.0, bankruptcy_price=float("nan")), np.full(3, 60.0), rule)
    assert not answer.close.any()
    assert (answer.winner_price, answer.loser_price) == (1.0, 1.0)


def test_who_loses_what_when_the_fund_pays_a_part(long_engine: LossEvent) -> None:
    """All 100 closed: those closed lose 5, the fund 15, and the engine's 20 are gone."""
    answer = closes(long_engine, np.array([60.0, 40.0, 0.0]), PriceRule.ASYMMETRIC)
    assert answer.gap_payer is Payer.FUND
    assert answer.close @ np.full(3, float(np.mean(answer.winner_price)) - 1.0) == pytest.approx(5.0)
    assert answer.close.sum() * (answer.loser_price - float(np.mean(answer.winner_price))) == pytest.approx(15.0)


def test_a_fee_on_top_of_the_mark_goes_to_the_fund(long_engine: LossEvent) -> None:
    answer = closes_at(long_engine, np.array([60.0, 40.0, 0.0]), winner=1.01, loser=1.0)
    assert answer.close.sum() * (answer.loser_price - float(np.mean(answer.winner_price))) == pytest.approx(-1.0)


@settings(max_examples=100, deadline=None)
@given(
    rule=st.sampled_from(list(PriceRule)),
    side=st.sampled_from([-1.0, 1.0]),
    asked=st.floats(1, 200),
    share=st.floats(0, 1),
    prices=st.tuples(*[st.floats(0.5, 1.5)] * 4),
    fund=st.floats(-10, 100),
    above=st.floats(0, 100),
    uncovered=st.floats(0, 100),
    equities=st.tuples(*[st.floats(0, 50)] * 3),
)
def test_neither_the_fund_nor_anybody_closed_is_over_drawn(
    candidates: Holders,
    loss_event: Event,
    rule: PriceRule,
    side: float,
    asked: float,
    share: float,
    prices: tuple[float, ...],
    fund: float,
    above: float,
    uncovered: float,
    equities: tuple[float, ...],
) -> None:
    """Also when fewer contracts are closed than were asked for."""
    holders = candidates([-60 * side] * 3, equity=list(equities))
    event = loss_event(
        holders,
        contracts=side * asked,
        **dict(zip(("bankruptcy_price", "previous_mark", "index", "last_settlement"), prices, strict=True)),
        fund=fund,
        fund_peak=max(fund, 0) + above,
        uncovered=uncovered,
    )
    answer = closes(event, np.full(3, share * asked / 3), rule)
    winner, loser = float(np.mean(answer.winner_price)), answer.loser_price
    paid_by_fund = side * (loser - winner) * answer.close.sum()
    spendable = max(fund - 0.7 * event.fund_peak, 0.0) if rule is PriceRule.FUND_FLOOR else max(fund, 0.0)
    assert paid_by_fund <= spendable + 1e-9
    assert (answer.close * side * (winner - event.mark) <= np.array(equities) + 1e-9).all()
    assert (answer.close <= share * asked / 3 + 1e-12).all()


def test_capacity_by_hand(candidates: Holders, loss_event: Event) -> None:
    """Price 1.5 against a long engine: a short loses half a dollar per contract, a long is no counterparty."""
    holders = candidates([-10, -10, -10, 10], equity=[6.0, 2.0, 0.0, 5.0])
    assert capacity(loss_event(holders, contracts=5), 1.5) == pytest.approx([10, 4, 0, 0])
    assert capacity(loss_event(holders, contracts=5), 0.5) == pytest.approx([10, 10, 10, 0])
    assert capacity(loss_event(holders, contracts=-5), 0.5) == pytest.approx([0, 0, 0, 10])
