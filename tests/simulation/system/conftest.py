"""A market small enough to crash several times a second, and whole runs of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from lastresort.mechanisms.contract import Mechanism, Waterfall
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation import RunRecord, Scenario, simulate
from lastresort.simulation.run import Run
from lastresort.simulation.waterfall.time_limit import PATIENCE

AT_ONCE = " at once"
"""Behind the name of a policy: no order goes to the book, the engine takes over at once."""

CRASH: dict[str, Any] = {
    "name": "crash",
    "title": "A small crash",
    "summary": "Two venues, four markets, one headline, forty minutes.",
    "news": [{"time": 120, "size": -0.12, "spread": 300}],
    "venues": [
        {"name": "big", "open_interest": 0.6, "depth": 0.7, "fund": 2.0e8},
        {"name": "tail", "open_interest": 0.4, "depth": 0.3, "fund": 2.0e7, "leverage": 1.2},
    ],
    "groups": [
        {"name": "btc", "tier": 0, "markets": 1, "open_interest": 0.4, "beta": 1.0, "volatility": 0.004},
        {"name": "eth", "tier": 0, "markets": 1, "open_interest": 0.3, "beta": 1.2, "volatility": 0.008},
        {"name": "large", "tier": 1, "markets": 1, "open_interest": 0.2, "beta": 1.5, "volatility": 0.018},
        {"name": "small", "tier": 2, "markets": 1, "open_interest": 0.1, "beta": 1.8, "volatility": 0.030},
    ],
    "clock": {"duration": 2400, "calm_tick": 20, "stress_tick": 4, "stress_after_news": 1200},
    "population": {"accounts": 600},
}


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with the entries of `above` laid over it, groups of settings key by key."""
    merged = dict(below)
    for key, value in above.items():
        merged[key] = overlaid(merged.get(key, {}), value) if isinstance(value, Mapping) else value
    return merged


@pytest.fixture(scope="session")
def crash() -> Callable[..., Scenario]:
    """Make the small crash, with some settings laid over it."""
    return lambda *layers, **settings: Scenario(**overlaid(_stack(layers), settings))


def _stack(layers: tuple[Mapping[str, Any], ...]) -> dict[str, Any]:
    settings = dict(CRASH)
    for layer in layers:
        settings = overlaid(settings, layer)
    return settings


@pytest.fixture(scope="session")
def waterfalls() -> Callable[..., dict[str, Waterfall]]:
    """Build a policy for every venue; other people's `rules` are asked before the policy's own."""
    catalogue = Catalogue.load()

    def build(scenario: Scenario, policy: str, *rules: type[Mechanism]) -> dict[str, Waterfall]:
        known = replace(catalogue, mechanisms=catalogue.mechanisms | {rule.name: rule for rule in rules})
        own = catalogue.policies[policy.removesuffix(AT_ONCE)]
        taken = [step for step in own.waterfall if not (policy.endswith(AT_ONCE) and step.use == "order-first")]
        steps = (*(Step(use=rule.name) for rule in rules), *taken)
        extended = Policy(
            name=own.name, title="under test", summary="under test", role=own.role, engine=own.engine, waterfall=steps
        )
        return {venue.name: build_waterfall(extended, known) for venue in scenario.venues}

    return build


@pytest.fixture(scope="session")
def start(waterfalls: Callable[..., dict[str, Waterfall]]) -> Callable[..., Run]:
    """Set a run up and let the test watch it go."""

    def set_up(scenario: Scenario, policy: str, *rules: type[Mechanism], seed: int = 1) -> Run:
        return Run(scenario, waterfalls(scenario, policy, *rules), seed)

    return set_up


@pytest.fixture(scope="session")
def play(waterfalls: Callable[..., dict[str, Waterfall]]) -> Callable[..., RunRecord]:
    """Play a run and return its record; runs that several tests look at are played once."""
    played: dict[tuple[object, ...], RunRecord] = {}

    def run(
        scenario: Scenario, policy: str, *rules: type[Mechanism], seed: int = 1, patience: float = PATIENCE
    ) -> RunRecord:
        key = (scenario.model_dump_json(), policy, rules, seed)
        if key not in played:
            played[key] = simulate(scenario, waterfalls(scenario, policy, *rules), seed, policy, patience)
        return played[key]

    return run


@pytest.fixture(scope="session")
def liquidated() -> Callable[[RunRecord], float]:
    """Notional seized from accounts in a run, USD."""
    return lambda record: float(record.books[["liquidated_long", "liquidated_short"]].to_numpy().sum())
