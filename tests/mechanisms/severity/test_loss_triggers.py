"""When losses are shared: every trigger by hand, with its path of starts and stops."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lastresort.mechanisms.backstops.drawdown_fund import DrawdownFund
from lastresort.mechanisms.contract import LossSharing, Mechanism, ResidualView
from lastresort.mechanisms.severity.fund_exhausted import FundExhausted
from lastresort.mechanisms.severity.hysteresis_trigger import HysteresisTrigger
from lastresort.mechanisms.severity.peak_drawdown_trigger import PeakDrawdownTrigger
from lastresort.mechanisms.severity.pnl_factor_trigger import PnlFactorTrigger
from lastresort.mechanisms.severity.symbol_drawdown_trigger import SymbolDrawdownTrigger
from lastresort.mechanisms.severity.unfilled_trigger import UnfilledTrigger
from lastresort.mechanisms.severity.vault_under_water import VaultUnderWater

Residual = Callable[..., ResidualView]
HOUR = 3600.0
TRIGGERS = [
    FundExhausted,
    HysteresisTrigger,
    PeakDrawdownTrigger,
    PnlFactorTrigger,
    SymbolDrawdownTrigger,
    UnfilledTrigger,
    VaultUnderWater,
]


def said(trigger: Mechanism, view: ResidualView) -> LossSharing:
    answer = trigger.share_loss(view)
    assert answer is not None
    return answer


def contracts(trigger: Mechanism, view: ResidualView) -> list[float]:
    return [float(share) for share in said(trigger, view).contracts]


def test_fund_exhausted_keeps_the_severity_in_force_where_the_fund_is_gone(residual: Residual) -> None:
    """Pool 0 is empty, pool 1 has a tenth of its peak left; the severity in force is a half, and 3 USD each."""
    view = residual([4, 4], [9, 9], [0, 1], [0, 10], [100, 100], contracts=[0.5, 0.5], dollars=[3, 3])
    sharing = FundExhausted().share_loss(view)
    assert list(sharing.contracts) == [0.5, 0]
    assert list(sharing.dollars) == [3, 0]
    assert contracts(FundExhausted(floor=0.1), view) == [0.5, 0.5]


def test_fund_exhausted_forgives_rounding(residual: Residual) -> None:
    """A pool of 1e8 paid down in many steps may keep a fraction of a cent."""
    view = residual([1e6, 1e6], [1e6, 1e6], [0, 1], [0.003, 1000], [1e8, 1e8])
    assert contracts(FundExhausted(), view) == [1, 0]


def test_okx_places_everything_while_the_pool_is_thirty_percent_down(residual: Residual) -> None:
    """Both losses are covered, so nothing is in force; the pool falls to 0.71, then 0.70 of its peak; 8 h pass."""
    trigger = PeakDrawdownTrigger()
    for hours, balance, expected in [(0, 1000, 0), (1, 710, 0), (2, 700, 1), (9, 700, 1), (9.1, 700, 0)]:
        view = residual([0], [50], [0], [balance], [1000], uncovered=[0], time=hours * HOUR)
        assert contracts(trigger, view) == [expected], hours


def test_a_fast_fall_starts_it_before_a_slow_one(residual: Residual) -> None:
    """15 % within an hour or 30 % within eight: 850 in half an hour does; 860 and 720 in six hours do not, 700 does."""
    path = [(0, 1000, 0), (0.5, 850, 1), (1.6, 850, 0), (3, 780, 0), (6, 720, 0), (7, 700, 1)]
    trigger, slow = PeakDrawdownTrigger(faster=((HOUR, 0.15),)), PeakDrawdownTrigger()
    for hours, balance, expected in path:
        view = residual([0], [50], [0], [balance], [1000], uncovered=[0], time=hours * HOUR)
        assert contracts(trigger, view) == [expected], hours
        assert contracts(slow, view) == [float(balance <= 700)]


def test_okx_places_what_the_fund_cannot_cover_before_that(residual: Residual) -> None:
    view = residual([5, 5], [9, 9], [0, 0], [1000], [1000], uncovered=[9, 0])
    assert contracts(PeakDrawdownTrigger(), view) == [1, 0]


def test_okx_measures_from_the_peak_before_the_first_look(residual: Residual) -> None:
    """The fund paid 400 of 1,000 in the same pass, before the trigger was asked."""
    view = residual([0], [50], [0], [600], [1000], uncovered=[0])
    assert contracts(PeakDrawdownTrigger(), view) == [1]


def test_bybit_starts_at_thirty_and_stops_below_twenty_five(residual: Residual) -> None:
    """Bybit v5 API, ADL alert; the 8-hour high of the pool is 1,000 and of the market's result 0."""
    trigger = SymbolDrawdownTrigger()
    path = [(-100, 0), (-299, 0), (-300, 1), (-260, 1), (-250, 1), (-249, 0), (-299, 0), (-301, 1)]
    for k, (result, expected) in enumerate(path):
        view = residual([0], [9], [0], [900], [1000], uncovered=[0], time=60.0 * k, fund_result=[result])
        assert contracts(trigger, view) == [expected], result


def test_bybit_forgets_after_eight_hours_and_keeps_symbols_apart(residual: Residual) -> None:
    trigger = SymbolDrawdownTrigger()
    for hours, expected in [(0, [1, 0]), (7, [1, 0]), (8.5, [0, 0])]:
        view = residual([0, 0], [9, 9], [0, 0], [900], [1000], time=hours * HOUR, fund_result=[-400, 0])
        assert contracts(trigger, view) == expected, hours


def test_bybit_empty_pool_starts_it_for_every_symbol(residual: Residual) -> None:
    view = residual([1, 1], [9, 9], [0, 1], [0, 1000], [1000, 1000])
    assert contracts(SymbolDrawdownTrigger(), view) == [1, 0]


def test_bybit_fund_and_trigger_hand_over_at_the_same_draw_down(residual: Residual) -> None:
    """The fund pays 300 of 500 and stops at -0.30; the trigger below it fires in the same pass and in the next."""
    fund, trigger = DrawdownFund(), SymbolDrawdownTrigger()
    paid = float(fund.absorb(residual([500], [500], [0], [1000], [1000])).pay[0])
    after = residual([500 - paid], [500 - paid], [0], [1000 - paid], [1000], fund_result=[-paid])
    assert contracts(trigger, after) == [1]
    later = residual([50], [50], [0], [1000 - paid], [1000], fund_result=[-paid], time=5.0)
    assert not fund.absorb(later).pay.any()
    assert contracts(trigger, later) == [1]


def test_xcoin_starts_on_a_fall_and_stops_only_when_recovered(residual: Residual) -> None:
    """Peak 1,000: starts 30 % down, not below 90 % of the peak does it stop, though no alarm sounds from 0.75 on."""
    trigger = HysteresisTrigger()
    for k, (balance, expected) in enumerate([(800, 0), (700, 1), (750, 1), (899, 1), (900, 0), (750, 0), (690, 1)]):
        view = residual([0], [9], [0], [balance], [1000], uncovered=[0], time=60.0 * k)
        assert contracts(trigger, view) == [expected], balance


def test_xcoin_counts_more_than_three_losses_of_five_million_in_four_hours(residual: Residual) -> None:
    """Falls of 6 M each look; one of 4 M does not count. The fourth large one starts it."""
    trigger = HysteresisTrigger()
    for hours, balance, expected in [(0, 994, 0), (1, 988, 0), (2, 984, 0), (3, 978, 0), (3.5, 972, 1), (4.5, 972, 0)]:
        view = residual([0], [9], [0], [balance * 1e6], [1e9], uncovered=[0], time=hours * HOUR)
        assert contracts(trigger, view) == [expected], hours


def test_xcoin_starts_on_too_much_unsold_inventory(residual: Residual) -> None:
    """60 M and 50 M wait in pool 0, 90 M in pool 1; the limit is 100 M."""
    view = residual([0] * 3, [9] * 3, [0, 0, 1], [1e9, 1e9], [1e9, 1e9], inventory=[60e6, -50e6, 90e6])
    assert contracts(HysteresisTrigger(), view) == [1, 1, 0]


def test_vault_trigger_fires_under_water_or_full(residual: Residual) -> None:
    """Equities -1, 100, 100 and 100 with 0, 299, 300 and 400 held, at leverage 3."""
    view = residual(
        [1] * 4,
        [9] * 4,
        [0, 1, 2, 3],
        [0] * 4,
        [0] * 4,
        vault_equity=[-1, 100, 100, 100],
        vault_notional=[0, 299, 300, 400],
    )
    assert contracts(VaultUnderWater(leverage=3), view) == [1, 0, 1, 1]


def test_gmx_places_what_brings_the_factor_down(residual: Residual) -> None:
    """Pool 0 owes 90 of 100 and leaves 77: 13/90. Pool 1 owes 30 and 30 of 100, leaves 50: a sixth. Pool 2: 0.54."""
    view = residual([0] * 4, [90, 30, 30, 54], [0, 1, 1, 2], [60, 100, 100], [60, 100, 100], vault_equity=[40, 0, -5])
    assert contracts(PnlFactorTrigger(), view) == pytest.approx([13 / 90, 1 / 6, 1 / 6, 0])


def test_gmx_without_a_pool_places_everything(residual: Residual) -> None:
    view = residual([0, 0], [5, 0], [0, 1], [0, 0], [0, 0])
    assert contracts(PnlFactorTrigger(), view) == [1, 0]


def test_gmx_must_not_leave_more_than_it_starts_at() -> None:
    with pytest.raises(ValidationError, match="must not exceed"):
        PnlFactorTrigger(start=(0.5, 0.9), after=(0.6,))


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_gmx_leaves_exactly_the_lower_factor_if_losses_grow_with_inventory(
    residual: Residual, shortfall: float, money: float
) -> None:
    share = contracts(PnlFactorTrigger(), residual([0], [shortfall], [0], [money], [money]))[0]
    if shortfall > 0.85 * money:
        assert shortfall * (1 - share) == pytest.approx(0.77 * money, abs=1e-6)
    else:
        assert share == 0


def test_delta_shares_where_the_book_asks_more_than_five_percent(residual: Residual) -> None:
    """200 contracts at 0.5 are worth 100 USD: selling loses 5, 5.1 and 4 on top of what is lost; the last are none."""
    view = residual(
        [0, 10, 10, 10],
        [5, 15.1, 14, 15.1],
        [0] * 4,
        [0],
        [0],
        inventory=[200, -200, 200, 0],
        mark=[0.5] * 4,
        contracts=[1, 0.4, 1, 1],
    )
    assert contracts(UnfilledTrigger(), view) == [0, 0.4, 0, 0]


rows = st.tuples(
    st.floats(0, 1e9), st.floats(0, 1e9), st.floats(-1e9, 1e9), st.floats(-1e9, 1e9), st.floats(0, 1), st.integers(0, 2)
)


@settings(max_examples=60, deadline=None)
@given(
    passes=st.lists(st.lists(rows, min_size=0, max_size=5), min_size=1, max_size=3),
    pools=st.tuples(*[st.floats(0, 1e9)] * 3),
    which=st.sampled_from(TRIGGERS),
)
def test_every_trigger_stays_within_inventory_and_deficit(
    residual: Residual,
    passes: list[list[tuple[float, float, float, float, float, int]]],
    pools: tuple[float, float, float],
    which: type[Mechanism],
) -> None:
    """Any losses, inventories, results and severities in force, also no market at all."""
    trigger = which()
    for k, markets in enumerate(passes):
        table = np.array(markets, dtype=np.float64).reshape(len(markets), 6)
        deficit, ahead, inventory, result, share = table[:, :5].T
        view = residual(
            deficit,
            deficit + ahead,
            table[:, 5].astype(np.int64),
            np.array(pools) * 0.9**k,
            pools,
            time=600.0 * k,
            inventory=inventory,
            fund_result=result,
            contracts=share,
            dollars=share * deficit,
            vault_equity=[-1e6, 1e6, 1e8],
        )
        sharing = said(trigger, view)
        assert ((sharing.contracts >= 0) & (sharing.contracts <= 1)).all()
        assert ((sharing.dollars >= 0) & (sharing.dollars <= deficit)).all()
