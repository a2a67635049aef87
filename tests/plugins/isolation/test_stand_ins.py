"""A rule without its code: it has the parameters, texts and questions of the rule that was described."""

import json
from datetime import timedelta
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BeforeValidator, Field, field_validator

from lastresort.mechanisms.contract import LossEvent, Mechanism
from lastresort.plugins.answers import answered
from lastresort.plugins.brought import Brought
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.description import described
from lastresort.plugins.isolation.stand_in import stand_in
from lastresort.plugins.manager import make

RULES = Catalogue.load().mechanisms


def told_of(rule: type[Mechanism]) -> type[Mechanism]:
    """The stand-in of a rule, by way of JSON."""
    document = json.loads(json.dumps(described(Brought("here", "file", (rule,), {rule.name: "0"}))))
    return stand_in(document["mechanisms"][0])


@pytest.mark.parametrize("name", RULES)
def test_a_stand_in_says_what_the_rule_says(name: str) -> None:
    rule, other = RULES[name], told_of(RULES[name])
    assert other is not rule
    assert (other.name, other.source, other.evidence, other.__doc__) == (name, rule.source, rule.evidence, rule.__doc__)
    assert answered(other) == answered(rule)
    assert other.model_json_schema() == rule.model_json_schema()
    fields, others = rule.model_fields, other.model_fields
    assert [(key, one.description, one.is_required()) for key, one in others.items()] == [
        (key, one.description, one.is_required()) for key, one in fields.items()
    ]
    if not any(one.is_required() for one in fields.values()):
        assert other().model_dump(mode="json") == rule().model_dump(mode="json")


class Bounded(Mechanism):
    """A rule with bounds."""

    name = "bounded"
    share: float = Field(default=0.5, ge=0, lt=1)
    steps: tuple[int, ...] = (1, 2)
    kind: str | None = None

    def allocate(self, event: LossEvent) -> None:
        """Say nothing."""


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers() | st.text(max_size=3) | st.none())
def test_parameters_are_refused_alike(value: object) -> None:
    other = told_of(Bounded)
    for field in ("share", "steps", "kind"):
        here, there = (_made(rule, {field: value}) for rule in (Bounded, other))
        assert here == there


def _made(rule: type[Mechanism], parameters: dict[str, object]) -> object:
    try:
        return make(rule, parameters, "here").model_dump(mode="json")
    except InputError as error:
        return str(error)


class Lenient(Mechanism):
    """A rule that reads its parameters itself."""

    name = "lenient"
    share: float = 0.5
    wait: timedelta = timedelta(seconds=60)
    half: Annotated[float, BeforeValidator(lambda value: 0.5 if value == "half" else value)] = 0.1

    @field_validator("share", mode="before")
    @classmethod
    def _percent(cls, value: object) -> object:
        return float(value[:-1]) / 100 if isinstance(value, str) else value

    def allocate(self, event: LossEvent) -> None:
        """Say nothing."""


@pytest.mark.parametrize("parameters", [{"share": "30%"}, {"wait": 12}, {"wait": "PT12S"}, {"half": "half"}])
def test_what_only_the_rule_can_judge_is_left_to_it(parameters: dict[str, object]) -> None:
    assert Lenient.model_validate(parameters)
    assert told_of(Lenient).model_validate(parameters)


def test_nobody_gets_an_answer_from_a_stand_in() -> None:
    assert told_of(Bounded)().allocate(None) is None  # type: ignore[arg-type]
