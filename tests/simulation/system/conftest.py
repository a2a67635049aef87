"""Markets small enough to crash many times in a minute, and whole runs of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import pytest

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation import RunRecord, Scenario
from lastresort.simulation.run import Run, simulate

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


class Start(Protocol):
    """Set a run up: one policy on every venue, with third-party rules asked before its own."""

    def __call__(self, scenario: Scenario, policy: str, *rules: type[Mechanism], seed: int = 1) -> Run: ...


class Play(Protocol):
    """Play a run to its end."""

    def __call__(self, scenario: Scenario, policy: str, *rules: type[Mechanism], seed: int = 1) -> RunRecord: ...


def overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`below` with the entries of `above` put over it, groups of settings key by key."""
    merged = dict(below)
    for key, value in above.items():
        both_groups = isinstance(value, Mapping) and isinstance(below.get(key), Mapping)
        merged[key] = overlaid(below[key], value) if both_groups else value
    return merged


@pytest.fixture(scope="session")
def crash() -> Callable[..., Scenario]:
    """Make the small crash, with some settings changed."""
    return lambda **settings: Scenario(**overlaid(CRASH, settings))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The built-in mechanisms and policies."""
    return Catalogue.load()


@pytest.fixture(scope="session")
def start(catalogue: Catalogue) -> Start:
    """Set a run up."""

    def set_up(scenario: Scenario, policy: str, *rules: type[Mechanism], seed: int = 1) -> Run:
        known = replace(catalogue, mechanisms=catalogue.mechanisms | {rule.name: rule for rule in rules})
        built_in = catalogue.policies[policy]
        steps = (*(Step(use=rule.name) for rule in rules), *built_in.waterfall)
        extended = Policy(name=policy, title=built_in.title, summary=built_in.summary, waterfall=steps)
        return Run(scenario, {venue.name: build_waterfall(extended, known) for venue in scenario.venues}, seed)

    return set_up


@pytest.fixture(scope="session")
def play(catalogue: Catalogue) -> Play:
    """Play runs of a policy as it is; equal runs are played once."""
    played: dict[tuple[str, str, int], RunRecord] = {}

    def run(scenario: Scenario, policy: str, seed: int = 1) -> RunRecord:
        key = (scenario.model_dump_json(), policy, seed)
        if key not in played:
            waterfalls = {v.name: build_waterfall(catalogue.policies[policy], catalogue) for v in scenario.venues}
            played[key] = simulate(scenario, waterfalls, seed, policy)
        return played[key]

    return run
