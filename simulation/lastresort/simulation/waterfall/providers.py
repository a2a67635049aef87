"""Liquidity providers: what market makers would take over from a liquidation engine, and at which price.

An assumption about behaviour: each maker commits a share of its free collateral and asks for a discount to the mark
that pays for holding the position through an hour of the market's present volatility, times its own risk aversion;
it looks through the loudest moments.
"""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import MAKER, VALUE
from lastresort.simulation.market.quotes import DAY, Quotes
from lastresort.simulation.universe import Universe

HOUR = 3600.0


class Providers:
    """What accounts commit to taking positions over, and what makers ask for it."""

    def __init__(self, universe: Universe, ledger: Ledger, quotes: Quotes) -> None:
        settings, entities = universe.scenario.backstops, universe.scenario.makers.entities
        self._ledger, self._quotes = ledger, quotes
        self._share = settings.provider_share
        self._aversion = np.linspace(*settings.provider_risk, entities)
        self._loudest = settings.provider_volatility
        self._hourly = universe.daily_volatility * np.sqrt(HOUR / DAY)

    def rows(self, venue: int) -> Ints:
        """Makers' cross-margin rows at one venue."""
        return self._ledger.cross.cohort_at(MAKER, venue)

    def committed(self, rows: Ints) -> Floats:
        """Share of their free margin that accounts would margin more with, `[rows]`; value buyers nothing."""
        cohort = self._ledger.cross.cohort[rows]
        return np.where(cohort == MAKER, self._share, np.where(cohort == VALUE, 0.0, 1.0))

    def discount(self, rows: Ints, venue: int, market: int) -> Floats:
        """Log discounts to the mark of makers' bids, `[rows]`; NaN for everybody else."""
        cross, makers = self._ledger.cross, self._ledger.cross.rows[MAKER]
        volunteers = cross.cohort[rows] == MAKER
        entity = (rows[volunteers] - makers.start) // cross.shape[0]
        loud = min(float(self._quotes.volatility[venue, market]), self._loudest)
        discount = np.full(len(rows), np.nan)
        discount[volunteers] = self._aversion[entity] * self._hourly[market] * loud
        return discount
