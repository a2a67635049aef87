"""Who is never asked: Aevo's majors, Xcoin's flat accounts, losers where a venue takes winners only."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.allocation.aevo_adl import AevoAdl
from lastresort.mechanisms.allocation.gmx_keeper import GmxKeeper
from lastresort.mechanisms.allocation.hyperliquid_adl import HyperliquidAdl
from lastresort.mechanisms.allocation.xcoin_net_delta import XcoinNetDelta
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.contract import Candidates, LossEvent

Event = Callable[..., LossEvent]
Holders = Callable[..., Candidates]


@pytest.mark.parametrize(("market", "closed"), [(0, 0), (1, 0), (2, 50)])
def test_aevo_exempts_majors(candidates: Holders, loss_event: Event, market: int, closed: float) -> None:
    event = loss_event(candidates([-100], entry_price=1.5), 50, market=market)
    assert AevoAdl().allocate(event).close.sum() == closed


def test_aevo_exempts_the_markets_it_is_told(candidates: Holders, loss_event: Event) -> None:
    event = loss_event(candidates([-100], entry_price=1.5), 50, market=0)
    assert AevoAdl(exempt=()).allocate(event).close.sum() == 50
    assert AevoAdl(exempt=(0, 7)).allocate(event).close.sum() == 0


@pytest.mark.parametrize("delta", [0.0, 1.0, -1.0])
def test_xcoin_never_touches_a_flat_account(candidates: Holders, loss_event: Event, delta: float) -> None:
    """The first account holds 200 USD of which at most 1 is not offset; the engine has more than the other can take."""
    holders = candidates(
        [-100, -100], entry_price=1.5, leverage=[2, 1], isolated=[False, False], net_delta=[delta, -100.0]
    )
    assert XcoinNetDelta().allocate(loss_event(holders, 1000)).close == pytest.approx([0, 100])


def test_xcoin_counts_net_delta_in_dollars_of_the_market(candidates: Holders, loss_event: Event) -> None:
    """At beta 2 a portfolio of this position alone has twice its dollars of net delta, and ranks as if isolated."""
    holders = candidates(
        [-100, -100], entry_price=1.5, isolated=np.array([True, False]), net_delta=[0, -200], maintenance=[10, 10]
    )
    assert XcoinNetDelta().allocate(loss_event(holders, 50, beta=2.0)).close == pytest.approx([50, 0])


@pytest.mark.parametrize("rule", [HyperliquidAdl(), GmxKeeper()], ids=lambda rule: str(rule.name))
def test_losers_are_left_alone(candidates: Holders, loss_event: Event, rule: Deleveraging) -> None:
    holders = candidates([100, 100, 100], entry_price=[0.5, 1.5, 1.0])
    assert rule.allocate(loss_event(holders, -1000)).close == pytest.approx([100, 0, 0])


def test_a_keeper_picks_at_random(candidates: Holders, loss_event: Event) -> None:
    """Ten contracts of three equal winners: each of them is the first with some seed, and a seed decides."""
    holders = candidates([-10, -10, -10], entry_price=1.5)

    def picked(seed: int) -> int:
        event = loss_event(holders, 10, random=lambda: np.random.default_rng(seed))
        close = GmxKeeper().allocate(event).close
        assert sorted(close) == [0, 0, 10]
        return int(np.argmax(close))

    assert {picked(seed) for seed in range(30)} == {0, 1, 2}
    assert [picked(seed) for seed in range(9)] == [picked(seed) for seed in range(9)]
