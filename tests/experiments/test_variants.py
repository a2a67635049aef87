"""Variants: every combination once, under a name of its own that can be read and used for files."""

import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.experiments.planning import Override
from lastresort.experiments.planning.grid import Axis
from lastresort.experiments.planning.subjects import PolicySubject, ScenarioSubject
from lastresort.experiments.planning.variants import Variant, shown, varied
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.simulation.scenario import Scenario

CATALOGUE = Catalogue.load()
SCENARIOS = [ScenarioSubject(CATALOGUE.scenario(name)) for name in ("oct-2025", "calm-day")]
POLICIES = [
    PolicySubject(resolve(CATALOGUE.policies[name], CATALOGUE), CATALOGUE.mechanisms)
    for name in ("deep-pocket", "fund+queue-adl", "fund+queue-adl+circuit-breaker")
]
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.,+=-]{0,199}")


def axes(grid: dict[str, list[Any]]) -> list[Axis]:
    """A grid as a study file has it."""
    return [Axis(path, tuple(values), "grid") for path, values in grid.items()]


def vary_scenarios(grid: dict[str, list[Any]], **overrides: Any) -> list[Variant[Scenario]]:
    """Variants of October and of the calm day."""
    return varied(SCENARIOS, [Override(path, value, "set") for path, value in overrides.items()], axes(grid), "grid")


def vary_policies(grid: dict[str, list[Any]]) -> list[Variant[Policy]]:
    """Variants of the reference and of two policies with the same queue."""
    return varied(POLICIES, [], axes(grid), "grid", fixed="deep-pocket")


def names(variants: list[Variant[Any]]) -> list[str]:
    """Names under which they run."""
    return [variant.item.name for variant in variants]


def test_without_a_grid_everything_is_as_it_was() -> None:
    assert [variant.item for variant in vary_scenarios({})] == [subject.item for subject in SCENARIOS]


def test_combinations_come_in_order_and_say_what_they_are() -> None:
    grid: dict[str, list[Any]] = {
        "scenarios.oct-2025.venues.first.fund": [4e8, 1.5e9],
        "scenarios.oct-2025.makers.withdraw": [True, False],
    }
    variants = vary_scenarios(grid)
    assert names(variants) == [
        "oct-2025 venues.first.fund=4e+08 makers.withdraw=true",
        "oct-2025 venues.first.fund=4e+08 makers.withdraw=false",
        "oct-2025 venues.first.fund=1.5e+09 makers.withdraw=true",
        "oct-2025 venues.first.fund=1.5e+09 makers.withdraw=false",
        "calm-day",
    ]
    assert [(v.item.venues[0].fund, v.item.makers.withdraw) for v in variants[:4]] == [
        (4e8, True),
        (4e8, False),
        (1.5e9, True),
        (1.5e9, False),
    ]
    assert {variant.base for variant in variants[:4]} == {"oct-2025"}


def test_what_is_set_holds_in_every_variant() -> None:
    variants = vary_scenarios({"scenarios.oct-2025.volatility": [0.03, 0.04]}, **{"scenarios.*.clock.duration": 600})
    assert [(v.item.volatility, v.item.duration) for v in variants] == [(0.03, 600), (0.04, 600), (0.02, 600)]


def test_the_reference_never_varies_and_others_do_where_they_have_the_mechanism() -> None:
    assert names(vary_policies({"policies.*.full-takeover.penalty": [0.01, 0.02]})) == [
        "deep-pocket",
        "fund+queue-adl full-takeover.penalty=0.01",
        "fund+queue-adl full-takeover.penalty=0.02",
        "fund+queue-adl+circuit-breaker full-takeover.penalty=0.01",
        "fund+queue-adl+circuit-breaker full-takeover.penalty=0.02",
    ]
    assert names(vary_policies({"policies.*.circuit-breaker.limit": [0.2]})) == [
        "deep-pocket",
        "fund+queue-adl",
        "fund+queue-adl+circuit-breaker circuit-breaker.limit=0.2",
    ]


def test_engines_vary_like_mechanisms() -> None:
    variants = vary_policies({"policies.fund+queue-adl.engine.wait": [0, 2, 15]})
    assert [(variant.item.name, variant.item.engine.wait) for variant in variants[1:4]] == [
        ("fund+queue-adl engine.wait=0", 0.0),
        ("fund+queue-adl engine.wait=2", 2.0),
        ("fund+queue-adl engine.wait=15", 15.0),
    ]


KEYS = ("volatility", "books.fee", "backstops.vault", "population.tail", "rails.service")
GRIDS = st.dictionaries(
    st.sampled_from(KEYS), st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=3, unique=True), max_size=3
)


@given(GRIDS)
@settings(max_examples=40, deadline=None)
def test_every_combination_comes_once(grid: dict[str, list[float]]) -> None:
    variants = vary_scenarios({f"scenarios.*.{key}": values for key, values in grid.items()})
    size = math.prod(map(len, grid.values()))
    assert [variant.base for variant in variants] == ["oct-2025"] * size + ["calm-day"] * size
    assert len({name.casefold() for name in names(variants)}) == 2 * size
    assert len({tuple(variant.choices.items()) for variant in variants}) == size
    for variant in variants:
        assert FILE_NAME.fullmatch(variant.item.name)
        assert Scenario.model_validate_json(variant.item.model_dump_json()) == variant.item


def test_policies_under_variant_names_can_be_read_again() -> None:
    for variant in vary_policies({"policies.*.insurance-fund.usable": [1e-5, 0.5]}):
        assert Policy.model_validate(variant.item.model_dump(mode="json", by_alias=True)) == variant.item


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.30000000000000004"),
        (-0.5, "-0.5"),
        (1e-7, "1e-07"),
        (12, "12"),
        (None, "null"),
        ([1, [0.5]], "1,0.5"),
    ],
)
def test_values_in_names(value: object, text: str) -> None:
    assert shown(value) == text


def test_names_that_would_be_equal_or_too_long_are_numbered() -> None:
    assert names(vary_scenarios({"scenarios.calm-day.title": ["a/b", "a b"]}))[1:] == [
        "calm-day variant=1",
        "calm-day variant=2",
    ]
    assert names(vary_scenarios({"scenarios.calm-day.title": ["x" * 300]}))[1:] == ["calm-day variant=1"]


@pytest.mark.parametrize(
    ("grid", "sentence"),
    [
        (
            {"scenarios.*.volatility": [0.1], "scenarios.calm-day.volatility": [0.2]},
            "grid, 'scenarios.calm-day.volatility': 'scenarios.*.volatility' there sets the same; allowed: one of",
        ),
        (
            {"scenarios.*.clock.duration": [60]},
            "grid, 'scenarios.*.clock.duration': 'scenarios.*.clock.duration' in set sets the same; allowed: one",
        ),
        (
            {"scenarios.*.margin.fund_split": [[1, 0, 0]], "scenarios.*.margin.fund_split.1": [0.2]},
            "grid, 'scenarios.*.margin.fund_split.1': 'scenarios.*.margin.fund_split' there sets the same",
        ),
        (
            {"scenarios.*.volatility": [1, 1.0]},
            "grid: 'oct-2025' comes out the same with volatility=1 and with volatility=1.0; allowed: variants",
        ),
        (
            {"scenarios.*.volatility": [0.1, -0.1]},
            "grid, 'scenarios.*.volatility': found -0.1; allowed: greater than or equal to 0",
        ),
        (
            {f"scenarios.*.{key}": list(range(10)) for key in KEYS},
            "grid: found 100,000 combinations; allowed: at most 10,000",
        ),
    ],
)
def test_a_mistake_in_a_grid_is_one_sentence(grid: dict[str, list[Any]], sentence: str) -> None:
    with pytest.raises(InputError) as error:
        vary_scenarios(grid, **{"scenarios.*.clock.duration": 600})
    assert str(error.value).startswith(sentence)
