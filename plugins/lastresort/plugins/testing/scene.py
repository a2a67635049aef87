"""One venue at one moment and what happens there: what a rule is shown for each question."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.plugins.testing.sample_venue import SampleVenue
from lastresort.simulation.waterfall import views
from lastresort.simulation.waterfall.open_losses import OpenLosses, busy


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
    return [views.order_view(scene.venue, *scene.tick.orders), views.transfer_view(scene.venue, scene.tick.transfer)]


def _events(scene: Scene) -> list[Any]:
    return [views.event_view(scene.venue, *scene.tick.events)] if len(scene.tick.events[0]) else []


_VIEWS: dict[str, Callable[[Scene], list[Any]]] = {
    "set_prices": lambda scene: [views.price_view(scene.venue)],
    "set_phase": lambda scene: [views.phase_view(scene.venue, scene.tick.phase, scene.tick.until)],
    "admit": _orders,
    "require_margin": lambda scene: [views.margin_view(scene.venue)],
    "liquidate": _breaches,
    "route_cash": lambda scene: [views.cash_view(scene.venue, *scene.tick.flows)],
    "observe": _events,
}
"""What is shown for each question but those about losses, which depend on one another."""
