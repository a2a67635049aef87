"""What holds for every rule that collects cash or places contracts: balance, capacity, and empty tables."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Allocation, Candidates, Floats, LossEvent, Mechanism, ResidualView
from lastresort.mechanisms.recovery.capped_profit import CappedProfit
from lastresort.mechanisms.recovery.cash_call import CashCall
from lastresort.mechanisms.recovery.cash_redemption import CashRedemption
from lastresort.mechanisms.recovery.contract_levy import ContractLevy
from lastresort.mechanisms.recovery.default_auction import DefaultAuction
from lastresort.mechanisms.recovery.forced_allocation import ForcedAllocation
from lastresort.mechanisms.recovery.full_tear_up import FullTearUp
from lastresort.mechanisms.recovery.gains_haircut import GainsHaircut
from lastresort.mechanisms.recovery.global_haircut import GlobalHaircut
from lastresort.mechanisms.recovery.one_side_levy import OneSideLevy
from lastresort.mechanisms.recovery.partial_tear_up import PartialTearUp
from lastresort.mechanisms.recovery.profit_clawback import ProfitClawback
from lastresort.mechanisms.recovery.settlement_ladder import SettlementLadder
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss
from lastresort.mechanisms.recovery.solvency_adjusted_settlement import SolvencyAdjustedSettlement
from lastresort.mechanisms.recovery.winners_of_the_day import WinnersOfTheDay

Make = Callable[..., Candidates]
Event = Callable[..., LossEvent]


def positive(column: Floats) -> Floats:
    return np.maximum(column, 0.0)


def payout(holders: Candidates) -> Floats:
    """All that an isolated position is worth; where there is none, the profit."""
    profit = np.minimum(positive(holders.profit), holders.spendable)
    return np.where(holders.quantity != 0, holders.spendable, profit)


MOST: dict[type[Mechanism], Callable[[Candidates], Floats]] = {
    ContractLevy: lambda holders: np.where(holders.quantity != 0, holders.spendable, 0.0),
    OneSideLevy: lambda holders: np.where(holders.quantity != 0, holders.spendable, 0.0),
    ProfitClawback: lambda holders: np.minimum(positive(holders.gain), holders.spendable),
    WinnersOfTheDay: lambda holders: np.minimum(positive(holders.gain), holders.spendable),
    SocializedLoss: lambda holders: np.minimum(positive(holders.profit), holders.spendable),
    CappedProfit: lambda holders: np.minimum(positive(holders.profit), holders.spendable),
    SettlementLadder: payout,
    CashRedemption: lambda holders: np.minimum(positive(holders.equity - holders.unit_profit), holders.spendable),
    GlobalHaircut: lambda holders: holders.spendable,
    GainsHaircut: lambda holders: np.minimum(positive(holders.variation), holders.spendable),
    CashCall: lambda holders: np.minimum(2.75 * holders.contribution, holders.spendable),
    DefaultAuction: lambda holders: np.minimum(holders.contribution, holders.spendable),
}
"""What each rule can collect from each account when no pool protects anybody."""

PLACING = (PartialTearUp, ForcedAllocation, DefaultAuction)
amount = st.integers(-(10**8), 10**8).map(lambda cents: cents / 100)
size = st.integers(0, 10**8).map(lambda cents: cents / 100)
account = st.tuples(amount, amount, amount, amount, amount, size, size)


def made(make: Make, rows: Iterable[tuple[float, ...]]) -> Candidates:
    columns = np.array(list(rows)).reshape(-1, 7).T
    quantity, equity, profit, gain, variation, contribution, room = columns
    held = np.abs(quantity)
    leverage = np.divide(held, equity, out=np.full_like(held, 1e6), where=(held > 0) & (equity > 1e-6 * held))
    return make(
        quantity, equity=equity, profit=profit, gain=gain, variation=variation, unit_profit=profit, leverage=leverage,
        contribution=contribution, room=room, bid=np.where(room > 5e5, np.nan, 0.9 + room * 1e-7),
    )  # fmt: skip


@pytest.mark.parametrize("rule", MOST, ids=lambda rule: str(rule.name))
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(account, max_size=8), part=st.floats(0, 1.5))
def test_collected_is_what_is_owed_or_all_there_is(
    candidates: Make, loss_event: Event, rule: type[Mechanism], rows: list[tuple[float, ...]], part: float
) -> None:
    holders = made(candidates, rows)
    most = MOST[rule](holders)
    dollars = part * float(most.sum())
    answer = rule().allocate(loss_event(holders, dollars=dollars, fund=0.0))
    assert answer is not None
    assert (answer.charge >= 0).all()
    assert (answer.charge <= most * (1 + 1e-9) + 1e-9).all()
    assert answer.charge.sum() == pytest.approx(min(dollars, float(most.sum())), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("rule", PLACING, ids=lambda rule: str(rule.name))
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(account, max_size=8), contracts=st.integers(-(10**7), 10**7).map(float))
def test_placed_is_what_is_asked_or_all_there_is_room_for(
    candidates: Make, loss_event: Event, rule: type[Mechanism], rows: list[tuple[float, ...]], contracts: float
) -> None:
    holders = made(candidates, rows)
    answer = rule().allocate(loss_event(holders, contracts))
    assert answer is not None
    opposite = holders.quantity * contracts < 0
    willing = {
        PartialTearUp: opposite & (holders.equity >= 0),  # closing at the mark brings nobody back from below zero
        ForcedAllocation: holders.contribution > 0,
        DefaultAuction: np.isfinite(holders.bid),
    }[rule]
    most = np.where(willing, np.where(opposite, np.abs(holders.quantity), holders.room), 0.0)
    close, assign = answer.close, np.broadcast_to(answer.assign, most.shape)
    assert (close >= 0).all()
    assert (assign >= 0).all()
    assert not close[~opposite].any()
    assert not assign[opposite].any()
    assert (close + assign <= most * (1 + 1e-9)).all()
    assert (close + assign).sum() == pytest.approx(min(abs(contracts), float(most.sum())), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("rule", [*MOST, PartialTearUp, ForcedAllocation], ids=lambda rule: str(rule.name))
@pytest.mark.parametrize("contracts", [0.0, 100.0, -100.0])
def test_nobody_to_ask(candidates: Make, loss_event: Event, rule: type[Mechanism], contracts: float) -> None:
    answer = rule().allocate(loss_event(candidates([]), contracts, 50.0, bankruptcy_price=0.9))
    assert isinstance(answer, Allocation)
    for column in (answer.close, answer.charge, answer.winner_price, answer.loser_price, answer.assign):
        assert np.isfinite(column).all()
        assert np.size(column) in (0, 1)


@pytest.mark.parametrize(
    "rule",
    [*MOST, ForcedAllocation, FullTearUp, SolvencyAdjustedSettlement],
    ids=lambda rule: str(rule.name),
)
def test_nothing_to_share(residual: Callable[..., ResidualView], rule: type[Mechanism]) -> None:
    nowhere = np.zeros(0, dtype=np.int64)
    sharing = rule().share_loss(residual([], [], nowhere, balance=[0], peak=[0]))
    if sharing is not None:
        assert len(sharing.dollars) == len(sharing.contracts) == 0
