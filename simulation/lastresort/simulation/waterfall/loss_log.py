"""A running log of losses: who paid what, per book and event."""

from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Absorption, EventKind, Floats, Ints, LossEvent, Payer
from lastresort.simulation.universe import Universe

CENT = 0.01


class LossLog:
    """Loss events as rows, and cumulative USD per book `[V, M]` for every layer of the waterfall."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._cent = universe.threshold(CENT)
        shape = universe.shape
        self.rows: list[dict[str, Any]] = []
        self.tick: list[tuple[int, int, int, float, float]] = []
        self.paid = {payer: np.zeros(shape) for payer in Payer}
        self.deleveraged, self.haircut, self.charged = np.zeros(shape), np.zeros(shape), np.zeros(shape)

    def absorption(self, time: float, venue: int, market: Ints, mechanism: str, said: Absorption) -> None:
        """A backstop paid or took inventory."""
        self.paid[said.payer][venue, market] += said.pay
        for m, pay, take in zip(market, np.asarray(said.pay), np.asarray(said.take), strict=True):
            if pay > 0 or take > 0:
                self._note(
                    time, venue, int(m), EventKind.ABSORPTION, mechanism, float(take), float(pay), float("nan"), 0
                )

    def deleveraging(self, event: LossEvent, venue: int, mechanism: str, quantity: Floats, price: Floats) -> None:
        """Accounts were closed for somebody else's loss; dollars are their loss against the mark (negative: gain)."""
        loss = float((quantity * (price - event.mark)).sum())
        self.deleveraged[venue, event.market] += float(np.abs(quantity).sum()) * event.mark
        self.haircut[venue, event.market] += loss
        mean = float((np.abs(quantity) * price).sum() / np.abs(quantity).sum())
        kind = EventKind.DELEVERAGING
        self._note(event.time, venue, event.market, kind, mechanism, float(quantity.sum()), loss, mean, len(quantity))

    def assignment(self, event: LossEvent, venue: int, mechanism: str, quantity: Floats, price: Floats) -> None:
        """Accounts took inventory over; dollars are what it cost them against the mark (negative: gain)."""
        loss = float((quantity * (price - event.mark)).sum())
        self.haircut[venue, event.market] += loss
        mean = float((np.abs(quantity) * price).sum() / np.abs(quantity).sum())
        kind = EventKind.ASSIGNMENT
        self._note(event.time, venue, event.market, kind, mechanism, float(quantity.sum()), loss, mean, len(quantity))

    def gap(self, venue: int, market: int, payer: Payer, dollars: float) -> None:
        """A payer bore the gap between the two prices of forced closes (negative: received it)."""
        if abs(dollars) > self._cent:
            self.paid[payer][venue, market] += dollars

    def settlement(self, time: float, venue: int, market: int, mechanism: str, price: float, lost: float) -> None:
        """Every position of a market was closed, and accounts lost USD together against the mark (negative: gained)."""
        self.haircut[venue, market] += lost
        self._note(time, venue, market, EventKind.SETTLEMENT, mechanism, 0.0, lost, price, 0)

    def charge(self, event: LossEvent, venue: int, mechanism: str, dollars: Floats) -> None:
        """Accounts were charged."""
        total = float(dollars.sum())
        self.charged[venue, event.market] += total
        self._note(event.time, venue, event.market, EventKind.CHARGE, mechanism, 0.0, total, float("nan"), len(dollars))

    def halt(self, time: float, venue: int, market: int, mechanism: str) -> None:
        """A market was halted."""
        self._note(time, venue, market, EventKind.HALT, mechanism, 0.0, 0.0, float("nan"), 0)

    def unpaid(self, time: float, venue: int, market: int, dollars: float) -> None:
        """A loss nobody paid by the end of the run."""
        self._note(time, venue, market, EventKind.UNPAID, "", 0.0, dollars, float("nan"), 0)

    def _note(
        self,
        time: float,
        venue: int,
        market: int,
        kind: EventKind,
        mechanism: str,
        contracts: float,
        dollars: float,
        price: float,
        payers: int,
    ) -> None:
        self.tick.append((int(kind), venue, market, contracts, dollars))
        self.rows.append(
            {
                "time": time,
                "venue": self._universe.venues[venue],
                "market": self._universe.markets[market],
                "kind": kind.name.lower(),
                "mechanism": mechanism,
                "contracts": contracts,
                "dollars": dollars,
                "price": price,
                "payers": payers,
            }
        )
