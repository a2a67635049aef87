"""A policy becomes bound methods in its own order, fresh for every venue; and the policy of a plugin file."""

from collections.abc import Callable
from inspect import signature
from pathlib import Path
from types import MethodType

import pytest

from lastresort.mechanisms.brakes.circuit_breaker import CircuitBreaker
from lastresort.mechanisms.contract import QUESTIONS, Mechanism
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins import hookspecs
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import WaterfallManager, build_waterfall
from lastresort.plugins.testing.small_crash import TROUGH, shown

TWO_RULES = """
class First(Mechanism):
    name = "aaa"
    def allocate(self, event): return None

class Second(Mechanism):
    name = "bbb"
    def allocate(self, event): return None
    def observe(self, view): return None
"""


@pytest.mark.parametrize("question", QUESTIONS)
def test_specification_has_the_arguments_of_the_contract(question: str) -> None:
    contract = list(signature(getattr(Mechanism, question)).parameters)[1:]
    assert list(signature(getattr(hookspecs, question)).parameters) == contract


def test_specifications_are_the_twelve_questions_and_fit_a_screen() -> None:
    manager = WaterfallManager()
    assert {name for name in vars(manager.hook) if not name.startswith("_")} == set(QUESTIONS)
    assert len(Path(hookspecs.__file__).read_text(encoding="utf-8").splitlines()) < 110


@pytest.mark.parametrize("order", [("aaa", "bbb"), ("bbb", "aaa")])
def test_rules_are_asked_in_the_order_of_the_policy(
    write_plugin: Callable[[str], Path], order: tuple[str, str]
) -> None:
    catalogue = Catalogue.load([write_plugin(TWO_RULES)])
    steps = tuple(Step(use=use) for use in (*order, "full-takeover"))
    waterfall = build_waterfall(Policy(name="p", title="t", summary="s", waterfall=steps), catalogue)
    assert [(answer.stage, answer.name) for answer in waterfall.allocate] == list(enumerate(order))
    assert [(answer.stage, answer.name) for answer in waterfall.observe] == [(order.index("bbb"), "bbb")]
    assert [(answer.stage, answer.name) for answer in waterfall.liquidate] == [(2, "full-takeover")]


def test_what_a_stage_says_to_losses_stays_together(write_plugin: Callable[[str], Path]) -> None:
    rule = """
        class Both(Mechanism):
            name = "both"
            def allocate(self, event): return None
            def share_loss(self, view): return None
            def absorb(self, view): return None
    """
    catalogue = Catalogue.load([write_plugin(rule)])
    steps = tuple(Step(use=use) for use in ("full-takeover", "insurance-fund", "both", "queue-adl"))
    losses = build_waterfall(Policy(name="p", title="t", summary="s", waterfall=steps), catalogue).losses
    assert [stage.name for stage in losses] == ["insurance-fund", "both", "queue-adl"]
    assert [stage.absorb is not None for stage in losses] == [True, True, False]
    assert [stage.share_loss is not None for stage in losses] == [False, True, False]
    assert [stage.allocate is not None for stage in losses] == [False, True, True]


def test_answers_are_bound_methods_of_fresh_mechanisms_with_the_policy_parameters() -> None:
    catalogue = Catalogue.load()
    steps = (Step(use="full-takeover", parameters={"penalty": 0.02}), Step(use="circuit-breaker"))
    policy = Policy(name="p", title="t", summary="s", waterfall=steps)
    one, other = build_waterfall(policy, catalogue), build_waterfall(policy, catalogue)
    ((stage, name, answer, _),) = one.set_phase
    assert (stage, name) == (1, "circuit-breaker")
    ((_, _, other_answer, _),) = other.set_phase
    assert isinstance(answer, MethodType)
    assert isinstance(other_answer, MethodType)
    assert isinstance(answer.__self__, CircuitBreaker)
    assert answer.__self__ is not other_answer.__self__
    ((_, _, liquidate, _),) = one.liquidate
    assert liquidate(*shown("liquidate", TROUGH)).penalty == 0.02
    assert one.admit == ()


@pytest.mark.parametrize(
    ("answers", "waterfall"),
    [
        (["allocate"], ["order-first", "full-takeover", "insurance-fund", "mine"]),
        (["absorb"], ["order-first", "full-takeover", "mine", "queue-adl"]),
        (["share_loss"], ["order-first", "full-takeover", "insurance-fund", "mine", "queue-adl"]),
        (["share_loss", "allocate"], ["order-first", "full-takeover", "insurance-fund", "mine"]),
        (["liquidate"], ["mine", "order-first", "full-takeover", "insurance-fund", "queue-adl"]),
        (["liquidate", "absorb"], ["mine", "order-first", "full-takeover", "queue-adl"]),
        (["liquidate", "absorb", "allocate"], ["mine", "order-first", "full-takeover"]),
        (["set_phase"], ["mine", "order-first", "full-takeover", "insurance-fund", "queue-adl"]),
        (["admit", "observe"], ["mine", "order-first", "full-takeover", "insurance-fund", "queue-adl"]),
    ],
)
def test_policy_of_a_plugin_file(write_plugin: Callable[[str], Path], answers: list[str], waterfall: list[str]) -> None:
    arguments = {name: "event" if name == "allocate" else "view" for name in answers}
    methods = "".join(f"\n    def {name}(self, {argument}): return None" for name, argument in arguments.items())
    catalogue = Catalogue.load([write_plugin(f"class Mine(Mechanism):\n    name = 'mine'{methods}")])
    policy = catalogue.policies["fund+mine"]
    assert [step.use for step in policy.waterfall] == waterfall
    assert policy.title == "mine", "no docstring: the name is the title"
