"""Equal keys mean equal runs: whatever decides a run is in its key, and prose is not."""

from dataclasses import replace

from lastresort.plugins.catalogue import Catalogue
from lastresort.study.keys import canonical, run_key
from lastresort.study.waterfalls import resolve


def test_canonical_text_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": [1.0, 2], "a": None}) == canonical({"a": None, "b": [1.0, 2]}) == '{"a":null,"b":[1.0,2]}'


def test_seed_scenario_parameters_and_sources_are_in_the_key() -> None:
    catalogue = Catalogue.load()
    scenario = catalogue.scenario("oct-2025")
    policy = resolve(catalogue.policy("fund+queue-adl"), catalogue)
    key = run_key(scenario, policy, 1, catalogue)
    wider = scenario.model_copy(update={"volatility": 0.021})
    fund = policy.waterfall[1].model_copy(update={"parameters": {"usable": 0.5}})
    other_fund = policy.model_copy(update={"waterfall": (policy.waterfall[0], fund, policy.waterfall[2])})
    edited = replace(catalogue, fingerprints={**catalogue.fingerprints, "queue-adl": "edited"})
    others = {
        run_key(scenario, policy, 2, catalogue),
        run_key(wider, policy, 1, catalogue),
        run_key(scenario, other_fund, 1, catalogue),
        run_key(scenario, policy, 1, edited),
    }
    assert len(others | {key}) == 5
    assert run_key(scenario, policy.model_copy(update={"summary": "In other words."}), 1, catalogue) == key


def test_a_resolved_policy_says_what_its_author_left_open() -> None:
    catalogue = Catalogue.load()
    fund = resolve(catalogue.policy("fund+queue-adl"), catalogue).waterfall[1]
    assert (fund.use, fund.parameters["usable"]) == ("insurance-fund", 0.30)
