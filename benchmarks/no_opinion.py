"""A rule that is asked everything and says nothing: what asking costs. A plugin file of `benchmarks/performance.py`."""

from typing import ClassVar

from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Allocation,
    BreachView,
    CashView,
    EventView,
    Liquidation,
    LossEvent,
    LossSharing,
    MarginTerms,
    MarginView,
    Mechanism,
    OrderView,
    Phases,
    PhaseView,
    Prices,
    PriceView,
    ResidualView,
    Routing,
)


class NoOpinion(Mechanism):
    """Answer the ten questions of ticks and losses, each with no opinion."""

    name: ClassVar[str] = "no-opinion"
    source: ClassVar[str] = "yardstick of this project"

    def set_prices(self, view: PriceView) -> Prices | None:
        """No opinion on prices."""
        return None

    def set_phase(self, view: PhaseView) -> Phases | None:
        """No opinion on phases."""
        return None

    def admit(self, view: OrderView) -> Admission | None:
        """No opinion on orders and transfers."""
        return None

    def require_margin(self, view: MarginView) -> MarginTerms | None:
        """No opinion on margin."""
        return None

    def liquidate(self, view: BreachView) -> Liquidation | None:
        """No opinion on breached accounts."""
        return None

    def route_cash(self, view: CashView) -> Routing | None:
        """No opinion on fees and surpluses."""
        return None

    def absorb(self, view: ResidualView) -> Absorption | None:
        """No opinion on backstops."""
        return None

    def share_loss(self, view: ResidualView) -> LossSharing | None:
        """No opinion on sharing."""
        return None

    def allocate(self, event: LossEvent) -> Allocation | None:
        """No opinion on who bears it."""
        return None

    def observe(self, view: EventView) -> None:
        """Note nothing."""
