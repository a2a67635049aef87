"""The fixed frame of a run: venues, markets, and what is known about each before the first tick.

Arrays over venues and markets have shape `[V, M]`; a *book* is one venue's market and its flat index is v * M + m.
"""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.scenario import Scenario

USUAL = (1e9, 1e12)
"""Open interest of worlds for which thresholds in USD were made."""


@dataclass(frozen=True)
class Universe:
    """Names, tiers `[M]`, groups `[M]`, open interest `[V, M]` in USD and depth shares `[V]` of a scenario."""

    scenario: Scenario
    venues: tuple[str, ...]
    markets: tuple[str, ...]
    tier: Ints
    group: Ints
    open_interest: Floats
    depth_share: Floats
    beta: Floats
    volatility: Floats

    @classmethod
    def of(cls, scenario: Scenario) -> "Universe":
        """The frame of `scenario`; a group's open interest is split evenly over its markets."""
        counts = [group.markets for group in scenario.groups]

        def spread(values: list[float]) -> Floats:
            return np.repeat(np.array(values, dtype=np.float64), counts)

        per_market = spread([g.open_interest / g.markets for g in scenario.groups])
        venue_share = np.array([v.open_interest for v in scenario.venues])
        return cls(
            scenario=scenario,
            venues=tuple(v.name for v in scenario.venues),
            markets=scenario.markets,
            tier=np.repeat(np.array([g.tier for g in scenario.groups]), counts),
            group=np.repeat(np.arange(len(counts)), counts),
            open_interest=scenario.open_interest * venue_share[:, None] * per_market,
            depth_share=np.array([v.depth for v in scenario.venues]),
            beta=spread([g.beta for g in scenario.groups]),
            volatility=spread([g.volatility for g in scenario.groups]),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(V, M)."""
        return len(self.venues), len(self.markets)

    @property
    def daily_volatility(self) -> Floats:
        """Usual volatility of each market's log price per square root of a day, `[M]`."""
        return np.hypot(self.beta * self.scenario.volatility, self.volatility)

    def threshold(self, dollars: float) -> float:
        """What is negligible, USD, where it is `dollars` in worlds of usual size: from 1 bn to 1,000 bn.

        In smaller worlds it is less and in larger ones more, in proportion to open interest.
        """
        interest = self.scenario.open_interest
        return dollars * min(1.0, interest / USUAL[0]) * max(1.0, interest / USUAL[1])

    def by_market(self, tiered: tuple[float, float, float]) -> Floats:
        """A tiered parameter, one value per market `[M]`."""
        return np.array(tiered, dtype=np.float64)[self.tier]
