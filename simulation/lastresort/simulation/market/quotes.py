"""Order-book depth: how market makers' quotes leave and return."""

import math

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
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
        log_price = prices.fundamental + prices.displacement
        self._average += (log_price - self._average) * -math.expm1(-dt / AVERAGING)
        gap = log_price - self._average
        square = gap * gap * (math.expm1(2 * dt / AVERAGING) / dt)
        self._variance += (square - self._variance) * -math.expm1(-dt / self._makers.volatility_window)
        self.volatility = np.sqrt(self._variance / self._usual)
        if not self._makers.withdraw:
            return
        skew = np.zeros_like(self.depth)
        skew[:-1] = 0.5 * np.clip(inventory / self._limit, -1, 1)
        calm = self._calmness(np.append(capacity, capacity.mean()))
        stay = self._stay(dt, gathering)
        self.bid = self._relax(self.bid, np.maximum(calm * (1 - skew), self._floor), stay)
        self.ask = self._relax(self.ask, np.maximum(calm * (1 + skew), self._floor), stay)
        self.renew_depth()

    def renew_depth(self) -> None:
        """Recompute depth over normal depth, both sides together."""
        self.depth = (self.bid + self.ask) / (2 * self.resting)

    def _calmness(self, capacity: Floats) -> Floats:
        power = self._makers.exponent
        own = (np.maximum(self.volatility - 1, 0) / self._scale) ** power
        common = (max(self.common_volatility - 1, 0) / self._makers.common_scale) ** power
        return np.asarray(capacity[:, None] * (1 / (1 + common)) ** self._tied / (1 + own))

    def _stay(self, dt: float, gathering: Bools) -> tuple[float, Floats | float]:
        """Share of the distance to the target that remains: when quotes leave, and when they return."""
        makers = self._makers
        fast, slow = math.exp(-dt / makers.withdraw_time), math.exp(-dt / makers.return_time)
        if not gathering.any():
            return fast, slow
        auction = math.exp(-dt / makers.auction_time)
        return fast, np.where(np.vstack([gathering, gathering.all(axis=0)]), auction, slow)

    def _relax(self, depth: Floats, target: Floats, stay: tuple[float, Floats | float]) -> Floats:
        goal = self.resting * target
        return np.asarray(goal + (depth - goal) * np.where(goal < depth, *stay))
