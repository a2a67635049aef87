"""The frame of every programme that offers the engine's inventory to liquidity providers who volunteered."""

import numpy as np

from lastresort.mechanisms.building_blocks.scaling import scaled
from lastresort.mechanisms.contract import (
    Allocation,
    Bools,
    Floats,
    LossEvent,
    LossSharing,
    Mechanism,
    ResidualView,
    Scope,
)


class Assignment(Mechanism):
    """A rule that offers the inventory behind uncovered losses to providers; a subclass says to whom in `allocate`."""

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Place what is to be placed, collect nothing."""
        none = np.zeros(len(view.market))
        return LossSharing(contracts=scaled(view, 1.0).contracts, dollars=none, scope=Scope.PROVIDERS)


def volunteer_room(event: LossEvent, price: float) -> Floats:
    """Contracts each candidate can take over at `price` (USD per contract), `[n]`; none for who does not volunteer.

    Who holds the opposite side can take as many as it holds, which needs no margin; nobody more than it can pay for.
    """
    providers = event.candidates
    size = np.where(_offsets(event), np.abs(providers.quantity), np.maximum(providers.room, 0.0))
    lost = np.full_like(size, max(float(np.sign(event.contracts)) * (price - event.mark), 0.0))
    affordable = np.divide(providers.spendable, lost, out=size.copy(), where=lost > 0)
    return np.where(np.isfinite(providers.bid), np.minimum(size, affordable), 0.0)


def engine_price(event: LossEvent) -> float:
    """The price at which the engine ends with nothing; the mark where it has nothing to place."""
    return event.bankruptcy_price if event.contracts else event.mark


def hands_over(event: LossEvent, taken: Floats, provider_price: Floats | float, engine_price: float) -> Allocation:
    """Each account takes `taken` `[n]` contracts, as a position or against what it holds on the opposite side.

    For those who did not volunteer the latter is a forced close. The fund pays the gap between the two prices.
    """
    forced = event.scope is not Scope.PROVIDERS
    close = np.where(forced & _offsets(event), taken, 0.0)
    return Allocation(close, np.zeros_like(close), provider_price, engine_price, assign=taken - close)


def _offsets(event: LossEvent) -> Bools:
    opposite: Bools = event.candidates.quantity * event.contracts < 0
    return opposite
