"""Universes of two venues and a few hundred accounts, ledgers over them, and exchanges that stand still.

Parameters that the tests reckon with are set here, so that a change of the defaults changes no test.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import QUESTIONS, Answer, Mechanism, Waterfall
from lastresort.plugins.answers import answered
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import draw_population
from lastresort.simulation.run import Run
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.universe import Universe

SMALL: dict[str, Any] = {
    "name": "unit",
    "title": "A unit test",
    "summary": "Two venues and four markets.",
    "open_interest": 1e9,
    "volatility": 0.02,
    "venues": [
        {"name": "left", "open_interest": 0.6, "depth": 0.5, "fund": 1e6},
        {"name": "right", "open_interest": 0.4, "depth": 0.5, "fund": 1e5, "leverage": 1.2},
    ],
    "groups": [
        {"name": "btc", "tier": 0, "markets": 1, "open_interest": 0.5, "beta": 1.0, "volatility": 0.004},
        {"name": "large", "tier": 1, "markets": 1, "open_interest": 0.3, "beta": 1.5, "volatility": 0.018},
        {"name": "small", "tier": 2, "markets": 2, "open_interest": 0.2, "beta": 2.0, "volatility": 0.03},
    ],
    "books": {
        "near": (0.8, 0.8, 0.9),
        "far": (10.0, 1.5, 0.2),
        "far_up": (100.0, 15.0, 2.0),
        "spot_near": (0.5, 0.4, 0.35),
        "mark_clamp": (0.03, 0.05, 0.10),
        "fee": 0.00045,
    },
    "makers": {
        "entities": 12,
        "leverage": [3.0, 3.0],
        "hedge_time": 90,
        "common_scale": 4.0,
        "common_weight": (0.0, 0.6, 1.0),
        "floor": (0.05, 0.03, 0.02),
        "withdraw_time": 20,
        "return_time": 900,
        "auction_time": 120,
        "deleveraging_shock": 10.0,
        "deleveraging_memory": 2400,
    },
    "retail": {"panic_start": (0.05, 0.08, 0.10), "panic_time": 36000, "institutional_panic": 0.35},
    "shorts": {
        "take_profit_start": (0.04, 0.08, 0.12),
        "take_profit_scale": (0.05, 0.10, 0.15),
        "take_profit_time": 3600,
    },
    "desks": {
        "basis_threshold": 0.004,
        "basis_rate": 1 / 60,
        "rehedge_time": 300,
        "orphan_sold": 0.6,
        "pairs_tolerance": 0.1,
        "arbitrageurs": 16,
        "arbitrage_threshold": 0.001,
    },
    "margin": {"fund_split": (0.5, 0.3, 0.2)},
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


Stage = Mapping[str, Callable[[Any], Any]] | Mechanism


@pytest.fixture(scope="session")
def compiled() -> Callable[..., Waterfall]:
    """Compile stages, each a mechanism or a mapping from questions to answers; `stage-1` is asked first."""

    def build(*stages: Stage, reference: bool = False) -> Waterfall:
        answers = [_answers(stage) for stage in stages]
        staged: dict[str, Any] = {
            question: tuple(
                Answer(k, f"stage-{k + 1}", answer[question]) for k, answer in enumerate(answers) if question in answer
            )
            for question in QUESTIONS
        }
        return Waterfall(**staged, reference=reference)

    return build


def _answers(stage: Stage) -> Mapping[str, Callable[[Any], Any]]:
    return {q: getattr(stage, q) for q in answered(type(stage))} if isinstance(stage, Mechanism) else stage


@pytest.fixture
def standing(make_universe: Callable[..., Universe], compiled: Callable[..., Waterfall]) -> Callable[..., Run]:
    """An exchange at opening prices whose clock does not run; keywords override the scenario's top-level keys."""

    def build(*stages: Stage, reference: bool = False, **changes: Any) -> Run:
        scenario = make_universe(**changes).scenario
        return Run(scenario, {venue.name: compiled(*stages, reference=reference) for venue in scenario.venues}, 1)

    return build


@pytest.fixture(scope="session")
def move_prices() -> Callable[[Run, float], None]:
    """Put every price of an exchange at one level, in books without impact."""

    def move(run: Run, level: float) -> None:
        prices, quotes = run.prices, run.quotes
        prices.fundamental = np.full(len(prices.index), np.log(level))
        prices.refresh_mids()
        prices.mark = prices.valuation = prices.settlement = prices.mid.copy()
        quotes.bid[:] = quotes.ask[:] = 1e22

    return move
