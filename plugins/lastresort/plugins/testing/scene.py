"""One venue at one moment and what happens there: what a rule is shown for each question."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import EventKind, Floats, Ints
from lastresort.plugins.testing.sample_venue import SampleVenue
from lastresort.simulation.waterfall import views
from lastresort.simulation.waterfall.open_losses import OpenLosses, busy

TO_ACCOUNTS = (
    EventKind.TAKEOVER,
    EventKind.LIQUIDATION_ORDER,
    EventKind.DELEVERAGING,
    EventKind.ASSIGNMENT,
    EventKind.CHARGE,
    EventKind.REDUCTION,
    EventKind.PREMIUM,
)


@dataclass(frozen=True, eq=False)
class Tick:
    """What a moment brings: phases in force `[M]`, and orders, cash flows and events as rows; one transfer, in USD."""

    phase: Ints
    until: Floats
    orders: tuple[Ints, Ints, Floats]
    transfer: float
    flows: tuple[Ints, Ints, Floats]
    events: tuple[Ints, Ints, Floats, Floats]


@dataclass(frozen=True, eq=False)
class Scene:
    """A venue once its engine has taken breached positions over, the same venue before that, and the tick.

    `final` tells whether this is the last moment.
    """

    venue: SampleVenue
    before: SampleVenue
    tick: Tick
    final: bool

    def views(self, question: str) -> list[Any]:
        """Views for a question that is not about losses; none where the engine would not ask."""
        return _VIEWS[question](self) if question in _VIEWS else []

    def losses(self) -> OpenLosses | None:
        """What is open before any stage is asked, on a copy of the venue; None where the engine has nothing to do."""
        venue = self.venue.copy()
        market = np.flatnonzero(busy(venue.inventory, venue.engine_cash, venue.remnant))
        return OpenLosses.of(venue, market, self.final) if len(market) else None


def _breaches(scene: Scene) -> list[Any]:
    held, since, orders = scene.before.breached()
    return [views.breach_view(scene.before, held, since, orders)] if len(held.account) else []


def _orders(scene: Scene) -> list[Any]:
    """The last account withdraws something."""
    whose = int(scene.venue.accounts.account[-1]) if len(scene.venue.accounts.account) else -1
    return [
        views.order_view(scene.venue, *scene.tick.orders),
        views.transfer_view(scene.venue, scene.tick.transfer, whose),
    ]


def _events(scene: Scene) -> list[Any]:
    if not len(scene.tick.events[0]):
        return []
    return [views.event_view(scene.venue, *scene.tick.events, _touched(scene))]


def _touched(scene: Scene) -> views.Touched:
    """Everything that moves positions or money of accounts happened to the first of them."""
    kind, _, contracts, dollars = scene.tick.events
    row = np.flatnonzero(np.isin(kind, TO_ACCOUNTS)) if len(scene.venue.accounts.account) else np.zeros(0, np.int64)
    return np.full(len(row), scene.venue.accounts.account[0] if len(row) else 0), row, -contracts[row], dollars[row]


def _markets(scene: Scene) -> list[Any]:
    """Every market in which somebody has a position."""
    seen = (views.market_view(scene.venue, market) for market in range(len(scene.venue.mark)))
    return [view for view in seen if len(view.candidates.account)]


_VIEWS: dict[str, Callable[[Scene], list[Any]]] = {
    "set_prices": lambda scene: [views.price_view(scene.venue)],
    "set_phase": lambda scene: [views.phase_view(scene.venue, scene.tick.phase, scene.tick.until)],
    "admit": _orders,
    "require_margin": lambda scene: [views.margin_view(scene.venue)],
    "liquidate": _breaches,
    "route_cash": lambda scene: [views.cash_view(scene.venue, *scene.tick.flows)],
    "intervene": _markets,
    "observe": _events,
}
"""What is shown for each question but those about losses, which depend on one another."""
