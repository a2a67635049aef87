"""What is open of one venue's losses while its waterfall is asked."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints, Scope
from lastresort.simulation.waterfall.state import VenueState


@dataclass
class Severity:
    """What is still to be placed (signed contracts) and collected (USD) in each market `[n]`, and from whom."""

    contracts: Floats
    dollars: Floats
    scope: Scope


@dataclass
class OpenLosses:
    """One venue's open losses: rows `[n]` are markets, money in USD.

    Open interest and what the accounts own are those before anybody was asked. `severity` is what a rule has set for
    the stages after it; None as long as no rule has. `places_all` says whether an uncovered loss places all of the
    inventory behind it.
    """

    state: VenueState
    market: Ints
    final: bool
    deficit: Floats
    shortfall: Floats
    promised: Floats
    open_interest: Floats
    venue_equity: float
    places_all: bool = False
    severity: Severity | None = None

    @classmethod
    def of(cls, state: VenueState, market: Ints, final: bool, places_all: bool = False) -> "OpenLosses":
        """The losses in some markets, of which nobody has paid or promised anything yet."""
        none, interest = np.zeros(len(market)), state.open_interest[market]
        losses = cls(state, market, final, none, none, none, interest, state.venue_equity, places_all)
        losses.reckon()
        return losses

    def reckon(self) -> None:
        """Renew what is lost at mid prices, and what selling everything into today's book would lose, `[n]` USD."""
        state, market = self.state, self.market
        held, cash = self.inventory, state.engine_cash[market]
        self.deficit = deficit(state)[market]
        proceeds = held * state.fundamental[market] * state.sale_ratio(market, held)
        self.shortfall = np.maximum(self.deficit, -(cash + proceeds))

    @property
    def inventory(self) -> Floats:
        """What the engine holds, signed contracts."""
        return self.state.inventory[self.market]

    @property
    def uncovered(self) -> Floats:
        """What nobody has paid or promised; what is no more than rounding is nothing."""
        left = self.shortfall - self.promised
        return np.where(left > self.state.rounding, left, 0.0)

    @property
    def uncovered_share(self) -> Floats:
        """Share of the inventory whose loss nobody covers, `[n]`.

        Selling less of it costs less per contract, so that what is covered pays for selling the rest.
        """
        uncovered = self.uncovered
        if self.places_all:
            return np.asarray(uncovered > 0, dtype=np.float64)
        return np.minimum(np.divide(uncovered, self.shortfall, out=np.zeros_like(uncovered), where=uncovered > 0), 1.0)


def deficit(state: VenueState) -> Floats:
    """What the liquidation engine has lost at mid prices and nobody has paid, `[M]` USD, >= 0."""
    lost: Floats = np.maximum(-(state.engine_cash + state.inventory * state.mid), 0.0)
    return lost


def busy(inventory: Floats, cash: Floats, remnant: float) -> Bools:
    """Where an engine holds inventory, or cash or debts of more than a remnant (USD), in the shape of its books."""
    return np.asarray((inventory != 0) | (np.abs(cash) > remnant))
