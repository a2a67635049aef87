"""A vault that takes inventory over, and programmes that assign it to liquidity providers, by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.backstops.backstop_vault import BackstopVault
from lastresort.mechanisms.backstops.capacity_assignment import CapacityAssignment
from lastresort.mechanisms.backstops.committed_providers import CommittedProviders
from lastresort.mechanisms.backstops.provider_assignment import ProviderAssignment
from lastresort.mechanisms.contract import Candidates, LossEvent, Payer, ResidualView, Scope

Residual = Callable[..., ResidualView]
Accounts = Callable[..., Candidates]
Event = Callable[..., LossEvent]
nan = float("nan")


def test_vault_takes_what_its_equity_carries(residual: Residual) -> None:
    """Equity 100: 3 x 100 less 240 held leaves 60 for inventory of 100 and 200 USD, a fifth of each."""
    view = residual([0, 0], [9, 9], [0, 0], [0], [0], inventory=[100, -200], vault_equity=[100], vault_notional=[240])
    answer = BackstopVault(leverage=3, cap=1).absorb(view)
    assert answer.payer is Payer.VAULT
    assert answer.take == pytest.approx([0.2, 0.2])
    assert not np.any(answer.pay)
    assert not np.any(answer.standby)


def test_vault_takes_at_most_its_cap_at_once(residual: Residual) -> None:
    """A quarter of 100 per pass: 25 of 100; with the mark at 0.5 the same contracts are worth half, so 25 of 50."""
    for mark, share in [(1.0, 0.25), (0.5, 0.5)]:
        view = residual([0], [9], [0], [0], [0], mark=[mark], vault_equity=[100], vault_notional=[0])
        assert BackstopVault(leverage=3, cap=0.25).absorb(view).take == pytest.approx([share])


@pytest.mark.parametrize(("equity", "held"), [(0.0, 0.0), (-50.0, 0.0), (100.0, 300.0), (100.0, 500.0)])
def test_a_vault_without_equity_or_room_takes_nothing(residual: Residual, equity: float, held: float) -> None:
    view = residual([5], [9], [0], [0], [0], vault_equity=[equity], vault_notional=[held])
    assert list(BackstopVault(leverage=3).absorb(view).take) == [0]


def test_vaults_of_different_pools_do_not_help_each_other(residual: Residual) -> None:
    view = residual([0] * 3, [9] * 3, [0, 1, 1], [0, 0], [0, 0], inventory=[100, 0, 10], vault_equity=[0, 1000])
    assert list(BackstopVault().absorb(view).take) == [0, 0, 1]


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0.01, 10), st.integers(0, 2)), min_size=1, max_size=8),
    equity=st.tuples(*[st.floats(-1e5, 1e5)] * 3),
    held=st.tuples(*[st.floats(0, 1e6)] * 3),
)
def test_vault_never_exceeds_leverage_or_cap(
    residual: Residual,
    rows: list[tuple[float, float, int]],
    equity: tuple[float, float, float],
    held: tuple[float, float, float],
) -> None:
    inventory, mark, pool = (np.array(column) for column in zip(*rows, strict=True))
    none = np.zeros(len(rows))
    view = residual(
        none, none, pool, [0] * 3, [0] * 3, inventory=inventory, mark=mark, vault_equity=equity, vault_notional=held
    )
    take = np.asarray(BackstopVault(leverage=2.0, cap=0.5).absorb(view).take)
    assert ((take >= 0) & (take <= 1)).all()
    taken = np.bincount(pool, take * np.abs(inventory) * mark, 3)
    assert (taken <= np.maximum(np.array(equity) * 0.5, 0) * (1 + 1e-9) + 1e-9).all()
    more = taken > 0
    assert (taken + held <= 2 * np.array(equity) * (1 + 1e-9))[more].all()


@pytest.mark.parametrize("rule", [ProviderAssignment, CapacityAssignment, CommittedProviders])
def test_programmes_offer_the_uncovered_inventory_to_providers(
    residual: Residual, rule: type[ProviderAssignment]
) -> None:
    sharing = rule().share_loss(residual([5, 5], [9, 9], [0, 0], [0], [0], uncovered=[9, 0]))
    assert sharing.scope is Scope.PROVIDERS
    assert list(sharing.contracts) == [1, 0]
    assert list(sharing.dollars) == [0, 0]


def test_assignments_are_equal_and_spill_to_larger_limits(candidates: Accounts, loss_event: Event) -> None:
    """Kraken's assignment of 752,621 contracts over volunteers with limits: 100,000 first, the rest in equal parts."""
    room = [100_000, 1e6, 500_000, 1e6, 1e6]
    makers = candidates([0] * 5, room=room, bid=[0.9, 0.9, 0.9, nan, 0.2])
    answer = ProviderAssignment().allocate(loss_event(makers, contracts=752_621))
    third = (752_621 - 100_000) / 3
    assert answer.assign == pytest.approx([100_000, third, third, 0, third])
    assert not np.any(answer.close)


@pytest.mark.parametrize(
    ("contracts", "bankruptcy_price", "price"),
    [
        (100, 1.00, 0.9925),  # bankruptcy at the mark: moved to 0.75 % better for the provider
        (100, 1.20, 0.9925),  # the engine is under water: the same
        (100, 0.985, 0.985),  # 1.5 % is inside the window
        (100, 0.90, 0.975),  # 10 % is more than a provider may keep
        (-100, 1.00, 1.0075),
        (-100, 1.10, 1.025),
    ],
)
def test_assignment_price_lies_in_krakens_window(
    candidates: Accounts, loss_event: Event, contracts: float, bankruptcy_price: float, price: float
) -> None:
    makers = candidates([0, 0], room=[1e3, 1e3], bid=[1, 1])
    answer = ProviderAssignment().allocate(loss_event(makers, contracts, bankruptcy_price=bankruptcy_price))
    assert answer.winner_price == pytest.approx(price)
    assert answer.loser_price == pytest.approx(price)


def test_capacity_is_filled_pro_rata_and_offsetting_providers_are_free(candidates: Accounts, loss_event: Event) -> None:
    """QFEX: 120 long contracts over room 100, 200 and 300; the second is short 80 net, so its 40 reduce risk."""
    makers = candidates([0] * 3, room=[100, 200, 300], bid=[1, 1, 1], net_delta=[50, -80, 0])
    answer = CapacityAssignment(fee=0.01).allocate(loss_event(makers, contracts=120))
    assert answer.assign == pytest.approx([20, 40, 60])
    assert answer.winner_price == pytest.approx([0.99, 1.0, 0.99])
    assert answer.loser_price == 1.0
    assert answer.gap_payer is Payer.FUND


def test_offsetting_too_much_is_not_reducing(candidates: Accounts, loss_event: Event) -> None:
    """Short 15 net, 40 longs on top: 25 long afterwards is more risk than before."""
    makers = candidates([0], room=[100], bid=[1], net_delta=[-15])
    assert CapacityAssignment(fee=0.01).allocate(loss_event(makers, contracts=40)).winner_price == pytest.approx([0.99])


def test_a_position_of_high_beta_offsets_more_than_its_dollars(candidates: Accounts, loss_event: Event) -> None:
    """Short 80 net, 40 longs on top, in a market of beta 4.5: 100 long afterwards. At beta 2.5 it would be 20 long."""
    makers = candidates([0], room=[100], bid=[1], net_delta=[-80])
    for beta, price in [(2.5, 1.0), (4.5, 0.99)]:
        answer = CapacityAssignment(fee=0.01).allocate(loss_event(makers, contracts=40, beta=beta))
        assert answer.winner_price == pytest.approx([price])


def test_assignments_stop_where_the_fund_cannot_pay_the_fee(candidates: Accounts, loss_event: Event) -> None:
    """Fees on 20 and 60 contracts at 1 % are 0.80; the fund holds 0.20, so a quarter of them; the free one stays."""
    makers = candidates([0] * 3, room=[100, 200, 300], bid=[1, 1, 1], net_delta=[-50, 80, 0])
    answer = CapacityAssignment(fee=0.01).allocate(loss_event(makers, contracts=-120, fund=0.20))
    assert answer.assign == pytest.approx([5, 40, 15])
    assert answer.winner_price == pytest.approx([1.01, 1.0, 1.01])


def test_committed_providers_fill_best_bids_at_the_bankruptcy_price(candidates: Accounts, loss_event: Event) -> None:
    """Longs, bankruptcy at 0.95: bids of 0.98 and 0.96 are good enough, 0.94 is not, and one does not volunteer."""
    makers = candidates([0] * 4, room=[50, 60, 500, 500], bid=[0.96, 0.98, 0.94, nan])
    answer = CommittedProviders().allocate(loss_event(makers, contracts=100, bankruptcy_price=0.95))
    assert answer.assign == pytest.approx([40, 60, 0, 0])
    assert answer.winner_price == answer.loser_price == 0.95


def test_committed_providers_of_shorts_bid_low(candidates: Accounts, loss_event: Event) -> None:
    """Shorts, bankruptcy at 1.05: who would sell at 1.02 goes before who wants 1.04; 1.06 is too dear."""
    makers = candidates([0] * 3, room=[50, 50, 50], bid=[1.04, 1.02, 1.06])
    answer = CommittedProviders().allocate(loss_event(makers, contracts=-80, bankruptcy_price=1.05))
    assert answer.assign == pytest.approx([30, 50, 0])


@pytest.mark.parametrize("rule", [ProviderAssignment, CapacityAssignment, CommittedProviders])
def test_providers_on_the_opposite_side_close_what_they_hold(
    candidates: Accounts, loss_event: Event, rule: type[ProviderAssignment]
) -> None:
    """Longs go to one maker short 30, which needs no room, and to one long 30 with room for 10."""
    makers = candidates([-30, 30], room=[0, 10], bid=[1, 1])
    answer = rule().allocate(loss_event(makers, contracts=100))
    assert answer.close == pytest.approx([30, 0])
    assert answer.assign == pytest.approx([0, 10])


def test_nobody_buys_beyond_its_means_above_the_mark(candidates: Accounts, loss_event: Event) -> None:
    """Longs at 1.10 with the mark at 1: each contract costs 0.10, so who can spend 2 takes 20 of 100."""
    makers = candidates([0], room=[100], bid=[1.2], spendable=[2])
    answer = CommittedProviders().allocate(loss_event(makers, contracts=100, bankruptcy_price=1.1))
    assert answer.assign == pytest.approx([20])


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.floats(0, 1e5),
            st.one_of(st.just(nan), st.floats(0.5, 1.5)),
            st.floats(-1e5, 1e5),
            st.floats(-1e5, 1e5),
            st.floats(0, 1e5),
        ),
        max_size=10,
    ),
    contracts=st.floats(-1e5, 1e5, allow_subnormal=False),
    bankruptcy_price=st.floats(0.5, 1.5),
    fund=st.floats(0, 100),
    rule=st.sampled_from([ProviderAssignment, CapacityAssignment, CommittedProviders]),
)
def test_assignments_respect_room_volunteers_total_and_fund(
    candidates: Accounts,
    loss_event: Event,
    rows: list[tuple[float, float, float, float, float]],
    contracts: float,
    bankruptcy_price: float,
    fund: float,
    rule: type[ProviderAssignment],
) -> None:
    room, bid, delta, quantity, spendable = np.array(rows, dtype=np.float64).reshape(len(rows), 5).T
    makers = candidates(quantity, room=room, bid=bid, net_delta=delta, spendable=spendable)
    event = loss_event(makers, contracts, bankruptcy_price=bankruptcy_price if contracts else nan, fund=fund)
    answer = rule().allocate(event)
    opposite, side = quantity * contracts < 0, np.sign(contracts)
    assign, price = np.asarray(answer.assign), np.broadcast_to(answer.winner_price, room.shape)
    taken = answer.close + assign
    assert (taken >= 0).all()
    assert (assign <= np.where(opposite, 0, room) * (1 + 1e-9)).all()
    assert (answer.close <= np.where(opposite, np.abs(quantity), 0) * (1 + 1e-9)).all()
    assert not taken[np.isnan(bid)].any()
    assert taken.sum() <= abs(contracts) * (1 + 1e-9)
    assert np.isfinite(price).all()
    assert (taken * side * (price - 1.0) <= spendable * (1 + 1e-9) + 1e-9).all()
    assert side * (taken * (answer.loser_price - price)).sum() <= fund * (1 + 1e-9) + 1e-9
