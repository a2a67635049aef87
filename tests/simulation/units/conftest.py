"""Universes of two venues and a few hundred accounts, and ledgers over them."""

from collections.abc import Callable
from typing import Any

import pytest

from lastresort.simulation.cross import Cross
from lastresort.simulation.isolated import Isolated
from lastresort.simulation.ledger import Ledger
from lastresort.simulation.population import draw_population
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.universe import Universe

SMALL: dict[str, Any] = {
    "name": "unit",
    "title": "A unit test",
    "summary": "Two venues and four markets.",
    "open_interest": 1e9,
    "venues": [
        {"name": "left", "open_interest": 0.6, "depth": 0.5, "fund": 1e6},
        {"name": "right", "open_interest": 0.4, "depth": 0.5, "fund": 1e5, "leverage": 1.2},
    ],
    "groups": [
        {"name": "btc", "tier": 0, "markets": 1, "open_interest": 0.5, "beta": 1.0, "volatility": 0.004},
        {"name": "large", "tier": 1, "markets": 1, "open_interest": 0.3, "beta": 1.5, "volatility": 0.018},
        {"name": "small", "tier": 2, "markets": 2, "open_interest": 0.2, "beta": 2.0, "volatility": 0.03},
    ],
    "population": {"accounts": 400},
    "clock": {"duration": 600},
}


@pytest.fixture(scope="session")
def make_universe() -> Callable[..., Universe]:
    """Build the frame of the small scenario; keywords override its top-level keys."""

    def make(**changes: Any) -> Universe:
        return Universe.of(Scenario.model_validate(SMALL | changes))

    return make


@pytest.fixture(scope="session")
def universe(make_universe: Callable[..., Universe]) -> Universe:
    """The frame of the small scenario."""
    return make_universe()


@pytest.fixture(scope="session")
def make_ledger() -> Callable[[Universe], Ledger]:
    """Draw a universe's accounts, always from the same seed, and open their ledger."""

    def make(universe: Universe) -> Ledger:
        isolated, cross = draw_population(universe, 7)
        return Ledger(universe, Isolated(universe, isolated), Cross(universe, cross))

    return make


@pytest.fixture
def ledger(universe: Universe, make_ledger: Callable[[Universe], Ledger]) -> Ledger:
    """A fresh ledger over the small scenario."""
    return make_ledger(universe)
