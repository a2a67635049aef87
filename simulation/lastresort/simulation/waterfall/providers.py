"""Liquidity providers: what market makers would take over from a liquidation engine, and at which price.

An assumption about behaviour: each maker commits a share of its free collateral and asks for a discount to the mark
that pays for holding the position through an hour of the market's present volatility, times its own risk aversion;
it looks through the loudest moments.
"""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import MAKER
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import DAY, Quotes
from lastresort.simulation.universe import Universe

HOUR = 3600.0


class Providers:
    """Room and bids of the makers' accounts."""

    def __init__(self, universe: Universe, ledger: Ledger, prices: Prices, quotes: Quotes) -> None:
        settings, entities = universe.scenario.backstops, universe.scenario.makers.entities
        self._ledger, self._prices, self._quotes = ledger, prices, quotes
        self._share = settings.provider_share
        self._aversion = np.linspace(*settings.provider_risk, entities)
        self._loudest = settings.provider_volatility
        self._hourly = universe.daily_volatility * np.sqrt(HOUR / DAY)

    def rows(self, venue: int) -> Ints:
        """Makers' cross-margin rows at one venue."""
        return self._ledger.cross.cohort_at(MAKER, venue)

    def offers(self, rows: Ints, venue: int, market: int, side: float) -> tuple[Floats, Floats]:
        """Contracts of room of any accounts, and makers' bids (USD per contract; NaN for everybody else), `[rows]`."""
        cross, makers = self._ledger.cross, self._ledger.cross.rows[MAKER]
        room = cross.room(self._prices.valuation, rows, market)
        volunteers = cross.cohort[rows] == MAKER
        entity = (rows[volunteers] - makers.start) // cross.shape[0]
        loud = min(float(self._quotes.volatility[venue, market]), self._loudest)
        discount = self._aversion[entity] * self._hourly[market] * loud
        bid = np.full(len(rows), np.nan)
        bid[volunteers] = self._prices.settlement[venue, market] * np.exp(-side * discount)
        return np.where(volunteers, self._share * room, room), bid
