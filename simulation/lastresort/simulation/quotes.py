"""Order-book depth: how market makers' quotes leave and return."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.simulation.prices import Prices
from lastresort.simulation.universe import Universe

DAY = 86400.0


class Quotes:
    """Near depth of bids and asks `[V, M]` and spot `[M]`, in contracts per unit log price, and realised volatility.

    Target depth = n0 x maker capacity x common^xi / (1 + ((r - 1)+ / r0)^2), at least a floor, skewed 1 -+ inventory;
    r is realised over normal volatility, common the same response of BTC spot. Depth changes never move a price.
    """

    def __init__(self, universe: Universe) -> None:
        scenario = universe.scenario
        makers, books = scenario.makers, scenario.books
        market_oi = universe.open_interest.sum(axis=0)
        self._makers = makers
        self._tied = universe.by_market(makers.common_weight)
        self._scale = universe.by_market(makers.volatility_scale)
        self._floor = universe.by_market(makers.floor)
        self._open_interest = universe.open_interest
        self.normal = universe.depth_share[:, None] * market_oi * universe.by_market(books.near)
        self.down = universe.depth_share[:, None] * market_oi * universe.by_market(books.far)
        self.up = books.far_up * self.down
        self.spot_normal = market_oi * universe.by_market(books.spot_near)
        self.spot_down = market_oi * universe.by_market(books.spot_far)
        self.spot_up = books.far_up * self.spot_down
        self.bid, self.ask, self.spot = self.normal.copy(), self.normal.copy(), self.spot_normal.copy()
        daily = np.hypot(universe.beta * scenario.volatility, universe.volatility)
        self._usual = np.maximum(daily, 1e-9) ** 2 / DAY
        shape = universe.shape
        self._average = np.zeros(shape)
        self._variance = np.tile(self._usual, (shape[0], 1))
        self._spot_average = np.zeros(shape[1])
        self._spot_variance = self._usual.copy()

    @property
    def depth(self) -> Floats:
        """Depth over normal depth, mean of both sides, `[V, M]`."""
        return (self.bid + self.ask) / (2 * self.normal)

    @property
    def spot_depth(self) -> Floats:
        """Spot depth over normal, `[M]`."""
        return self.spot / self.spot_normal

    @property
    def volatility(self) -> Floats:
        """Realised over normal volatility, `[V, M]`."""
        return np.sqrt(self._variance / self._usual)

    @property
    def common_volatility(self) -> float:
        """Realised over normal volatility of the first market's spot (BTC)."""
        return float(np.sqrt(self._spot_variance[0] / self._usual[0]))

    def near(self, flow: Floats) -> Floats:
        """The side of the book a flow meets: bids for sellers, asks for buyers."""
        return np.where(flow < 0, self.bid, self.ask)

    def advance(self, prices: Prices, dt: float, capacity: Floats, inventory: Floats, halted: Bools) -> None:
        """Renew volatility and move depth towards its target.

        `capacity` `[V]` is the makers' remaining quoting weight (1 at the start), `inventory` `[V, M]` theirs in
        contracts relative to the start. Volatility is EMA[(p - EMA60 p)^2 (e^(dt/30) - 1) / dt], exact for a random walk at any step
        and 2 / 60 as dt -> 0; unlike realised variance it does not vanish on a smooth fall.
        """
        log_price = prices.fundamental + prices.x
        self._measure(self._average, self._variance, log_price, dt)
        self._measure(self._spot_average, self._spot_variance, prices.fundamental + prices.y, dt)
        if not self._makers.withdraw:
            return
        calm = self._calmness(capacity)
        skew = 0.5 * np.clip(inventory / (self._makers.inventory_limit * self._open_interest), -1, 1)
        target = self.normal * np.maximum(calm * np.stack([1 - skew, 1 + skew]), self._floor)
        self.bid, self.ask = self._relax(np.stack([self.bid, self.ask]), target, dt, halted)
        spot_calm = calm.mean(axis=0)
        self.spot = self._relax(self.spot, self.spot_normal * np.maximum(spot_calm, self._floor), dt, halted.all(axis=0))

    def _measure(self, average: Floats, variance: Floats, log_price: Floats, dt: float) -> None:
        average += (log_price - average) * -np.expm1(-dt / 60)
        gap = log_price - average
        per_second = np.expm1(dt / 30) / dt
        variance += (gap * gap * per_second - variance) * -np.expm1(-dt / self._makers.volatility_window)

    def _calmness(self, capacity: Floats) -> Floats:
        own = np.maximum(self.volatility - 1, 0) / self._scale
        common = max(self.common_volatility - 1, 0) / self._makers.common_scale
        return capacity[:, None] * (1 / (1 + common * common)) ** self._tied / (1 + own * own)

    def _relax(self, depth: Floats, target: Floats, dt: float, halted: Bools) -> Floats:
        makers = self._makers
        slow, fast, auction = (np.exp(-dt / t) for t in (makers.return_time, makers.withdraw_time, makers.auction_time))
        left = np.where(halted, auction, np.where(target < depth, fast, slow))
        return np.asarray(target + (depth - target) * left)
