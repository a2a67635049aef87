"""Equal keys mean equal runs: whatever decides a run is in its key, and prose is not."""

from dataclasses import replace
from typing import Any

import pytest

from lastresort.experiments.environment import processor
from lastresort.experiments.keys import canonical, run_key, waterfall_identity, world_identity
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.simulation.scenario import Scenario


def test_canonical_text_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": [1.0, 2], "a": None}) == canonical({"a": None, "b": [1.0, 2]}) == '{"a":null,"b":[1.0,2]}'


def key_of(scenario: Scenario, policy: Policy, seed: int, catalogue: Catalogue) -> str:
    """The key of one run."""
    return run_key(world_identity(scenario), waterfall_identity(policy, catalogue), seed)


def _behind(policy: Policy, engine: dict[str, Any]) -> Policy:
    """The policy behind an engine with something changed."""
    return policy.model_copy(update={"engine": policy.engine.model_copy(update=engine)})


def test_seed_scenario_parameters_and_sources_are_in_the_key() -> None:
    catalogue = Catalogue.load()
    scenario = catalogue.scenario("oct-2025")
    policy = resolve(catalogue.policy("fund+queue-adl"), catalogue)
    key = key_of(scenario, policy, 1, catalogue)
    wider = scenario.model_copy(update={"volatility": 0.021})
    order, takeover, fund, queue = policy.waterfall
    half = fund.model_copy(update={"parameters": {"usable": 0.5}})
    other_fund = policy.model_copy(update={"waterfall": (order, takeover, half, queue)})
    edited = replace(catalogue, fingerprints={**catalogue.fingerprints, "queue-adl": "edited"})
    others = {
        key_of(scenario, policy, 2, catalogue),
        key_of(wider, policy, 1, catalogue),
        key_of(scenario, other_fund, 1, catalogue),
        key_of(scenario, policy, 1, edited),
        key_of(scenario, policy.model_copy(update={"role": "reference"}), 1, catalogue),
    }
    engines: list[dict[str, Any]] = [{"wait": 2.0}, {"halted": False}, {"places": "inventory"}]
    others |= {key_of(scenario, _behind(policy, engine), 1, catalogue) for engine in engines}
    assert len(others | {key}) == 9
    assert key_of(scenario, _behind(policy, {"source": "a page", "evidence": "official page"}), 1, catalogue) == key
    assert key_of(scenario, policy.model_copy(update={"summary": "In other words."}), 1, catalogue) == key
    assert key_of(scenario, policy.model_copy(update={"name": "under-another-name"}), 1, catalogue) == key


def test_a_resolved_policy_says_what_its_author_left_open() -> None:
    catalogue = Catalogue.load()
    fund = resolve(catalogue.policy("fund+queue-adl"), catalogue).waterfall[2]
    assert (fund.use, fund.parameters["usable"]) == ("insurance-fund", 0.30)


def test_the_processor_is_that_of_the_system_or_of_what_python_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "processor : 0\nmodel name\t: Some Processor 3 GHz\nprocessor : 1\nmodel name\t: Another\n"
    monkeypatch.setattr("pathlib.Path.read_text", lambda self, **options: text)
    assert processor() == "Some Processor 3 GHz"
    monkeypatch.setattr("pathlib.Path.read_text", lambda self, **options: "no models here")
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert processor() == "x86_64"
