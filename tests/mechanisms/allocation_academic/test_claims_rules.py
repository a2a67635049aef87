"""Claims problems: the tables of Aumann and Maschler (1985), and the contested garment that holds between any two."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.mechanisms.allocation.equal_awards_adl import EqualAwardsAdl
from lastresort.mechanisms.allocation.equal_losses_adl import EqualLossesAdl
from lastresort.mechanisms.allocation.talmud_adl import TalmudAdl
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.contract import LossEvent

Winners = Callable[..., LossEvent]
CLAIMS = [100.0, 200.0, 300.0]


def awards(make: Winners, rule: Deleveraging, claims: list[float], estate: float) -> list[float]:
    """What the winners keep of their claims when `estate` is left of all of them."""
    return list(np.array(claims) - rule.allocate(make(claims, sum(claims) - estate)).close)


@pytest.mark.parametrize(
    ("rule", "estate", "expected"),
    [
        (TalmudAdl(), 100, [100 / 3] * 3),
        (TalmudAdl(), 200, [50, 75, 75]),
        (TalmudAdl(), 300, [50, 100, 150]),
        (EqualAwardsAdl(), 100, [100 / 3] * 3),
        (EqualAwardsAdl(), 200, [200 / 3] * 3),
        (EqualAwardsAdl(), 300, [100, 100, 100]),
        (EqualLossesAdl(), 100, [0, 0, 100]),
        (EqualLossesAdl(), 200, [0, 50, 150]),
        (EqualLossesAdl(), 300, [0, 100, 200]),
    ],
)
def test_three_widows(winners: Winners, rule: Deleveraging, estate: float, expected: list[float]) -> None:
    """Kethubot 93a: claims of 100, 200 and 300 on estates of 100, 200 and 300; the other two rules for comparison."""
    assert awards(winners, rule, CLAIMS, estate) == pytest.approx(expected)


def test_two_hold_a_garment(winners: Winners) -> None:
    """Baba Metzia 2a: one says "it is all mine", the other "half of it is mine"; three quarters and one quarter."""
    assert awards(winners, TalmudAdl(), [1.0, 0.5], 1.0) == pytest.approx([0.75, 0.25])


def contested_garment(estate: float, claims: tuple[float, float]) -> float:
    """What the first of two gets: what the other concedes, and half of what both claim."""
    conceded = [max(estate - claims[1], 0.0), max(estate - claims[0], 0.0)]
    return conceded[0] + (estate - sum(conceded)) / 2


some_claims = st.lists(st.floats(0.01, 1e4), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(claims=some_claims, part=st.floats(0, 1))
def test_any_two_divide_like_the_garment(winners: Winners, claims: list[float], part: float) -> None:
    """The property that, by Aumann and Maschler's theorem, only this rule has."""
    kept = awards(winners, TalmudAdl(), claims, part * sum(claims))
    for i, first in enumerate(claims):
        for j, second in enumerate(claims[:i]):
            fair = contested_garment(kept[i] + kept[j], (first, second))
            assert kept[i] == pytest.approx(fair, rel=1e-6, abs=1e-6 * sum(claims))


@settings(max_examples=60, deadline=None)
@given(claims=some_claims, part=st.floats(0, 1))
def test_awards_and_losses_are_each_others_mirror(winners: Winners, claims: list[float], part: float) -> None:
    """Duality: what one rule lets winners keep of an estate is what the other makes them lose of the same amount."""
    estate, slack = part * sum(claims), 1e-9 * sum(claims)
    kept = awards(winners, EqualAwardsAdl(), claims, estate)
    assert EqualLossesAdl().allocate(winners(claims, estate)).close == pytest.approx(kept, rel=1e-6, abs=slack)
    both = TalmudAdl().allocate(winners(claims, estate)).close
    assert awards(winners, TalmudAdl(), claims, estate) == pytest.approx(both, rel=1e-6, abs=slack)
