"""Order-book depth: how market makers' quotes leave and return."""

import math

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.kernels.quoting import quoted_depth, volatilities
from lastresort.simulation.market import ladder
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.scenario import Tiered
from lastresort.simulation.universe import Universe

DAY = 86400.0
AVERAGING = 60.0


class Quotes:
    """Near depth and realised volatility of every book: one row per venue and a last row for spot, `[V + 1, M]`.

    `bid`, `ask` and `resting` (normal) are near depth in contracts per unit log price, `down` and `up` the slopes of
    the latent book. Target depth = resting x maker capacity x common^xi / (1 + ((r - 1)+ / r0)^p), at least a floor,
    skewed by 1 -+ inventory; r is realised over normal volatility, common the same response of BTC spot. Depth changes
    never move a price.
    """

    def __init__(self, universe: Universe) -> None:
        scenario = universe.scenario
        makers, books = scenario.makers, scenario.books
        interest = universe.open_interest.sum(axis=0)
        self._makers = makers
        self._tied = universe.by_market(makers.common_weight)
        self._scale = universe.by_market(makers.volatility_scale)
        self._floor = universe.by_market(makers.floor)
        self._limit = makers.inventory_limit * universe.open_interest
        share = universe.depth_share[:, None]

        def rows(perpetual: Tiered, spot: Tiered) -> Floats:
            return np.asarray(interest * np.vstack([share * universe.by_market(perpetual), universe.by_market(spot)]))

        self.resting = rows(books.near, books.spot_near)
        self.down = rows(books.far, books.spot_far)
        self.up = rows(books.far_up, books.far_up)
        self.bid, self.ask = self.resting.copy(), self.resting.copy()
        self._usual = np.maximum(universe.daily_volatility, 1e-9) ** 2 / DAY
        self._average = np.zeros_like(self.resting)
        self._variance = np.tile(self._usual, (len(self.resting), 1))
        self.volatility = np.ones_like(self.resting)
        self.depth = np.ones_like(self.resting)

    @property
    def common_volatility(self) -> float:
        """Realised over normal volatility of the first market's spot (BTC)."""
        return float(self.volatility[-1, 0])

    @property
    def sides(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Near depth of both sides, and slopes of the latent book below and above: bid, ask, down and up."""
        return self.bid, self.ask, self.down, self.up

    def near(self, flow: Floats) -> Floats:
        """The side of the book a flow meets: bids for sellers, asks for buyers."""
        side: Floats = np.where(flow < 0, self.bid, self.ask)
        return side

    def slope(self, displacement: Floats) -> Floats:
        """Contracts per unit log price around where every book stands, both sides averaged, `[V + 1, M]`."""
        return ladder.slope(displacement, 0.5 * (self.bid + self.ask), self.down, self.up)

    def advance(self, prices: Prices, dt: float, capacity: Floats, inventory: Floats, gathering: Bools) -> None:
        """Renew volatility and move depth towards its target.

        `capacity` `[V]` is the makers' remaining quoting weight (1 at the start), `inventory` `[V, M]` theirs in
        contracts relative to the start; in `gathering` books quotes return for an auction. Volatility is EMA[(p - EMA60
        p)^2 (e^(dt/30) - 1) / dt], exact for a random walk at any step and 2 / 60 as dt -> 0; unlike realised variance
        it does not vanish on a smooth fall.
        """
        makers = self._makers
        gains = -math.expm1(-dt / AVERAGING), -math.expm1(-dt / makers.volatility_window)
        rates = (*gains, math.expm1(2 * dt / AVERAGING) / dt)
        where = (prices.displacement, prices.fundamental)
        self.volatility = volatilities(*where, self._average, self._variance, self._usual, rates)
        if not makers.withdraw:
            return
        times = makers.withdraw_time, makers.return_time, makers.auction_time
        leaving, returning, gathered = (math.exp(-dt / time) for time in times)
        response, sides = (self._tied, self._scale, makers.common_scale, makers.exponent), (self.bid, self.ask)
        goal = (self.resting, inventory, self._limit, self._floor, gathering)
        stay = (leaving, returning, gathered)
        self.bid, self.ask, self.depth = quoted_depth(self.volatility, capacity, response, sides, *goal, stay)

    def renew_depth(self) -> None:
        """Recompute depth over normal depth, both sides together."""
        self.depth = (self.bid + self.ask) / (2 * self.resting)
