"""Turn a policy into the compiled waterfall of one venue: pluggy checks and orders, the engine calls bound methods."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pluggy

from lastresort.mechanisms.contract import QUESTIONS, Answer, Mechanism, Waterfall
from lastresort.mechanisms.policy import ENGINE, Policy, Step
from lastresort.plugins import hookspecs
from lastresort.plugins.answers import answered, rhythm
from lastresort.plugins.documents import validated
from lastresort.plugins.errors import InputError, did_you_mean
from lastresort.plugins.loading import load
from lastresort.simulation.waterfall import file_guard, own_frames
from lastresort.simulation.waterfall.advice import CONSTRUCTOR
from lastresort.simulation.waterfall.strangers import is_ours

if TYPE_CHECKING:
    from lastresort.plugins.catalogue import Catalogue


class _Stage:
    """One stage: pluggy tells plugins apart by `==`, and two mechanisms with the same parameters are equal."""

    def __init__(self, mechanism: Mechanism) -> None:
        self.mechanism = mechanism
        for question in answered(type(mechanism)):
            setattr(self, question, getattr(mechanism, question))


class WaterfallManager(pluggy.PluginManager):
    """The stages of one venue: whatever question a mechanism overrides is a hook implementation, undecorated."""

    def __init__(self) -> None:
        super().__init__(hookspecs.WATERFALL)
        self.add_hookspecs(hookspecs)

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        """Take the answers of a mechanism, and nothing else, for hook implementations."""
        if name not in QUESTIONS or not isinstance(plugin, _Stage):
            return None
        return pluggy.HookimplOpts(
            wrapper=False, hookwrapper=False, optionalhook=False, tryfirst=False, trylast=False, specname=None
        )

    def register(self, plugin: object, name: str | None = None) -> str | None:
        """Register a mechanism as a stage of its own, whatever stages are equal to it."""
        return super().register(_Stage(plugin) if isinstance(plugin, Mechanism) else plugin, name)

    def compile(self) -> Waterfall:
        """Return the answers to every question, in the order in which pluggy would call them."""
        stages = [name for name, _ in reversed(self.list_name_plugin())]
        answers: dict[str, Any] = {
            question: tuple(
                Answer(
                    stages.index(answer.plugin_name),
                    answer.plugin_name,
                    answer.function,
                    rhythm(answer.plugin.mechanism),
                )
                for answer in reversed(getattr(self.hook, question).get_hookimpls())
            )
            for question in QUESTIONS
        }
        return Waterfall(**answers)


def build_waterfall(policy: Policy, catalogue: "Catalogue") -> Waterfall:
    """Return a fresh waterfall of fresh mechanisms, asked in the order of the policy, behind the policy's engine.

    Raises InputError for unknown mechanisms, bad parameters, a stage named twice, or a policy that liquidates nobody.
    """
    manager = WaterfallManager()
    stages = [_stage(policy, position, catalogue) for position in range(len(policy.waterfall))]
    for step, mechanism in reversed(list(zip(policy.waterfall, stages, strict=True))):  # pluggy asks the latest first
        manager.register(mechanism, name=step.stage)
    waterfall = manager.compile()
    if not waterfall.liquidate:
        raise InputError(
            f"policy '{policy.name}': no stage answers 'liquidate'; add a step such as 'use: full-takeover'"
        )
    engine, reference = policy.engine, policy.role == "reference"
    return replace(
        waterfall,
        reference=reference,
        wait=engine.wait,
        halted=engine.halted,
        places_all=engine.places == "inventory",
    )


def _stage(policy: Policy, position: int, catalogue: "Catalogue") -> Mechanism:
    step = policy.waterfall[position]
    place = f"policy '{policy.name}', step {position + 1} ({step.stage})"
    _check_step(step, policy.waterfall[:position], catalogue, place)
    return make(catalogue.mechanisms[step.use], step.parameters, f"{place}, parameters")


def make(mechanism: type[Mechanism], parameters: Mapping[str, Any], place: str) -> Mechanism:
    """Return a fresh mechanism; raises InputError, which begins with `place`, also where its own set-up raises."""
    if is_ours(mechanism):
        return validated(mechanism, parameters, place)
    made = load(partial(_set_up, mechanism, parameters, place), place, own_frames.homes_of(mechanism))
    if isinstance(made, InputError):
        raise made
    return made


def _set_up(mechanism: type[Mechanism], parameters: Mapping[str, Any], place: str) -> Mechanism | InputError:
    with file_guard.watching(mechanism):
        try:
            made = validated(mechanism, parameters, place)
        except InputError as error:
            return _of_constructor(mechanism, error) or error
    unset = [name for name in mechanism.model_fields if name not in vars(made)]
    if not unset:
        return made
    not_set = InputError(f"{place}: its parameter '{unset[0]}' is not set")
    return _of_constructor(mechanism, not_set) or not_set


def _of_constructor(mechanism: type[Mechanism], error: InputError) -> InputError | None:
    """What is wrong where the rule has a constructor of its own, which pydantic calls: that it has one."""
    for owner in mechanism.__mro__:
        made = vars(owner).get("__init__")
        if type(made) is FunctionType and issubclass(owner, Mechanism) and not is_ours(owner):
            place = f"{own_frames.short(made.__code__.co_filename)}, line {made.__code__.co_firstlineno}"
            return InputError(f"{error} ({place}, __init__); {CONSTRUCTOR}", error.traceback)
    return None


def _check_step(step: Step, before: tuple[Step, ...], catalogue: "Catalogue", place: str) -> None:
    known = sorted(catalogue.mechanisms)
    if step.use not in known:
        shown = "a name that 'lastresort list mechanisms' shows"
        raise InputError(f"{place}: unknown mechanism; allowed: {shown}{did_you_mean(step.use, known)}")
    if step.stage == ENGINE:
        raise InputError(f"{place}: found the name '{ENGINE}', a key of every policy; allowed: a name of its own")
    if step.named in known and step.named != step.use:
        raise InputError(f"{place}: 'as' is the name of another mechanism; allowed: a name that no mechanism has")
    if any(step.stage == other.stage for other in before):
        again = f"a name of its own for each stage, for example 'as: second-{step.use}'"
        raise InputError(f"{place}: the same stage stands twice in the waterfall; allowed: {again}")
