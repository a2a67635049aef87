"""A policy has one colour: its button, its rows and its marks take it from one order."""

from types import SimpleNamespace
from typing import Any

from lastresort.reports.document.paper import policy_variable
from lastresort.reports.plotting import palette
from lastresort.reports.scenario_results import ScenarioResults, in_order

POLICIES = [
    SimpleNamespace(name=name, title=name.upper(), role=role)
    for name, role in (
        ("deep", "reference"),
        ("queue", "contender"),
        ("warehouse", "reference"),
        ("share", "contender"),
    )
]


def scenario(policies: list[Any], order: tuple[str, ...] = ()) -> ScenarioResults:
    """Results of which only the policies matter."""
    unused: Any = None
    return ScenarioResults(SimpleNamespace(policies=policies), unused, unused, {}, order=order)  # type: ignore[arg-type]


def test_buttons_and_figures_agree_where_references_come_first_and_a_scenario_lacks_a_policy() -> None:
    order = tuple(policy.name for policy in in_order([scenario(POLICIES)]))
    assert order == ("queue", "share", "deep", "warehouse")
    whole, part = scenario(POLICIES, order), scenario(POLICIES[2:], order)
    for place, policy in enumerate(in_order([whole, part])):  # as the template of the buttons counts them
        for results in (whole, part):
            for key in results.keys([one for one in results.policies if one.name == policy.name]):
                assert palette.VARIABLES[key.look.colour] == policy_variable(place)
