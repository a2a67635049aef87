"""Bands around index and mark: Deribit, OKX and Perpetual Protocol by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.brakes.okx_price_limit import OkxPriceLimit
from lastresort.mechanisms.brakes.price_band import BandCentre, PriceBand
from lastresort.mechanisms.brakes.spread_closing import SpreadClosing
from lastresort.mechanisms.contract import Phase, Phases, PhaseView
from lastresort.plugins.testing.builders import phase_view

Band = Callable[[Phases], tuple[float, float]]
Trading = Callable[..., PhaseView]
prices = st.floats(0.2, 5.0)


def test_deribit_bandwidth_around_the_mark(trading: Trading, band: Band) -> None:
    """Deribit: 1.5 % around the mark."""
    said = PriceBand().set_phase(trading(0, [980.0], index=[1010.0], mark=[1000.0]))
    assert band(said) == pytest.approx((985, 1015))


def test_band_around_the_index(trading: Trading, band: Band) -> None:
    said = PriceBand(centre=BandCentre.INDEX, width=0.15).set_phase(trading(0, [980.0], index=[1000.0], mark=[990.0]))
    assert band(said) == pytest.approx((850, 1150))


@pytest.mark.parametrize("rule", [PriceBand(), OkxPriceLimit(), SpreadClosing()])
def test_bands_leave_phases_as_they_are(trading: Trading, rule: PriceBand | OkxPriceLimit | SpreadClosing) -> None:
    said = rule.set_phase(trading(0, [1.0, 1.0], [Phase.HALT, Phase.OPEN], until=[50.0, np.inf]))
    assert list(said.phase) == [Phase.HALT, Phase.OPEN]
    assert list(said.until) == [50, np.inf]


@pytest.mark.parametrize(
    ("premium", "low", "high"),
    [
        (0, 980, 1020),  # within Y of the index
        (20, 1000, 1040),  # the band follows the premium; sells never need more than the index
        (40, 1000, 1050),  # Z caps the buys
        (-10, 970, 1010),
        (-60, 950, 1000),  # buys may always reach the index, sells never below Z
    ],
)
def test_okx_formula_of_the_first_tier(trading: Trading, band: Band, premium: float, low: float, high: float) -> None:
    """OKX, tier 1: buys <= min[max(I, I (1 + 2 %) + P), I (1 + 5 %)], sells mirrored, at an index of 1,000."""
    said = OkxPriceLimit().set_phase(trading(0, [1000.0 + premium], index=[1000.0]))
    assert band(said) == pytest.approx((low, high))


def test_okx_tiers(trading: Trading) -> None:
    """Y 2, 4, 6 % and no premium."""
    said = OkxPriceLimit(tiers=(1, 2)).set_phase(trading(0, [1.0, 1.0, 1.0]))
    assert said.high == pytest.approx([1.02, 1.04, 1.06])


def test_okx_averages_the_premium_over_two_minutes(trading: Trading, band: Band) -> None:
    """A premium of 2 % of the index since 60 of 120 seconds counts for half."""
    rule = OkxPriceLimit()
    for second in range(121):
        said = rule.set_phase(trading(second, [1.02 if second > 60 else 1.0], index=[1.0]))
    assert band(said)[1] == pytest.approx(1.02 + 0.01)


@given(st.lists(st.tuples(prices, prices), min_size=1, max_size=10))
def test_okx_band_holds_the_index_and_stays_within_z(band: Band, path: list[tuple[float, float]]) -> None:
    rule = OkxPriceLimit()
    for second, (mid, index) in enumerate(path):
        said = rule.set_phase(phase_view(second, [mid], index=[index]))
        low, high = band(said)
        assert index * 0.95 * (1 - 1e-12) <= low <= index <= high <= index * 1.05 * (1 + 1e-12)


@pytest.mark.parametrize(
    ("mid", "index", "end", "passes"),
    [
        (100, 100, 98.9927965078, True),  # -1.0072 %
        (100, 100, 88.9996440013, False),  # -11.0003 %
        (100, 100, 110.1450249998, False),  # +10.1450 %
        (100, 90, 90 * 1.088777, True),  # from 11.11 % to 8.8777 %
        (100, 115, 115 * (1 - 0.139196), False),  # from -13.0434 % to -13.9196 %
        (100, 115, 115 * (1 - 0.126125), True),  # from -13.0434 % to -12.6125 %, still outside but nearer
        (100, 115, 115 * 1.147001, False),  # from -13.0434 % to +14.7001 %
        (100, 105, 105 * 1.129656, False),  # from -4.7619 % to +12.9656 %
        (100, 112, 112 * (1 - 0.089376), True),  # from -10.7143 % to -8.9376 %
    ],
)
def test_trades_of_the_curie_price_band_test(
    trading: Trading, band: Band, mid: float, index: float, end: float, passes: bool
) -> None:
    """Spreads before and after a swap, and whether it reverts: perp-curie-contract, ClearingHousePriceBandTest."""
    said = SpreadClosing().set_phase(trading(0, [mid], index=[index]))
    low, high = band(said)
    assert (low <= end <= high) is passes
