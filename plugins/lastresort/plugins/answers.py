"""Which questions a mechanism class answers, and whether it keeps to the form of an answer."""

import inspect
import re
import warnings
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from lastresort.mechanisms.contract import QUESTIONS, Mechanism, views
from lastresort.mechanisms.contract.plain_text import escaped, representation
from lastresort.mechanisms.contract.version import version_problem, version_warning
from lastresort.mechanisms.policy import ENGINE
from lastresort.plugins import hookspecs
from lastresort.plugins.errors import InputError, PluginWarning, did_you_mean, one_of
from lastresort.simulation.waterfall.advice import NO_DATACLASS
from lastresort.simulation.waterfall.strangers import is_ours

ALLOCATING = frozenset({"allocate", "allocate_jointly"})
"""The two ways to say who bears a loss."""

OFTEN, SELDOM = 0.01, 31 * 86_400.0
"""The shortest and the longest time between two questions about what is done before a loss: of a tick, and of a run."""


def answered(mechanism: type[Mechanism]) -> tuple[str, ...]:
    """Questions that the class or one of its ancestors below Mechanism answers, in the order of the contract."""
    return tuple(name for name in QUESTIONS if getattr(mechanism, name) is not getattr(Mechanism, name))


def allocates(mechanism: type[Mechanism]) -> bool:
    """Whether a mechanism says who bears a loss, market by market or jointly."""
    return not ALLOCATING.isdisjoint(answered(mechanism))


def check_mechanism_class(item: object, origin: str) -> type[Mechanism]:
    """Return what a plugin brings as a mechanism; InputError where it is none, or breaks the form of the contract."""
    if not (inspect.isclass(item) and issubclass(item, Mechanism)):
        rule = "allowed: subclasses of Mechanism"
        raise InputError(f"plugin {origin}, hook 'lastresort_mechanisms': found {representation(item)}; {rule}")
    check_answers(item, origin)
    return item if is_ours(item) else _in_plain_text(item, origin)


def _in_plain_text(rule: type[Mechanism], origin: str) -> type[Mechanism]:
    """The same rule; in what it says of itself, marks that are not seen are spelled out."""
    if type(rule.source) is not str or not isinstance(rule.__doc__, str | None):
        place = f"plugin {origin}, mechanism '{rule.name}'"
        raise InputError(f"{place}: found a source or a docstring that is no text; allowed: text")
    rule.source = escaped(rule.source)
    rule.__doc__ = None if rule.__doc__ is None else escaped(rule.__doc__)
    for field in rule.model_fields.values():
        field.description = None if field.description is None else escaped(field.description)
    return rule


def check_answers(mechanism: type[Mechanism], origin: str) -> None:
    """Refuse a class that breaks the form of the contract.

    Raises InputError, naming the plugin, the mechanism, the hook and the rule it broke.
    """
    _check_name(mechanism, f"plugin {origin}, mechanism class {mechanism.__name__}")
    place = f"plugin {origin}, mechanism '{mechanism.name}'"
    _check_version(mechanism, place)
    _check_form(mechanism, place)
    _check_public_names(mechanism, place)
    if not answered(mechanism):
        raise InputError(f"{place}: answers no question; define at least one of {one_of(QUESTIONS)}")
    if ALLOCATING.issubset(answered(mechanism)):
        raise InputError(f"{place}: answers 'allocate' and 'allocate_jointly'; allowed: one of the two")
    _check_needs(mechanism, place)
    for hook in answered(mechanism):
        _check_arguments(mechanism, hook, f"{place}, hook '{hook}'")


def _check_name(mechanism: type[Mechanism], place: str) -> None:
    name = getattr(mechanism, "name", None)
    if "name" in mechanism.model_fields:
        raise InputError(f"{place}: its name is written as a parameter; leave the type out, as in name = 'my-rule'")
    if name is None:
        raise InputError(f"{place}: has no name; give it one in its body, for example name = 'my-rule'")
    if type(name) is not str or not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name):
        raise InputError(
            f"{place}: found the name {representation(name)}; allowed: lower-case letters, digits, dots and hyphens"
        )
    if name == ENGINE:
        raise InputError(f"{place}: found the name '{ENGINE}', a key of every policy; allowed: a name of its own")


def _check_version(mechanism: type[Mechanism], place: str) -> None:
    problem = version_problem(mechanism.api_version)
    if problem is not None:
        raise InputError(f"{place}: {problem}")
    warning = version_warning(mechanism.api_version)
    if warning is not None:
        warnings.warn(f"{place}: {warning}", PluginWarning, stacklevel=2)


def _check_form(mechanism: type[Mechanism], place: str) -> None:
    """A rule is no dataclass; a field that hides a method of pydantic's, or a question, is told of."""
    if any("__dataclass_fields__" in vars(owner) for owner in mechanism.__mro__):
        raise InputError(f"{place}: it is made a dataclass; {NO_DATACLASS}")
    for name in mechanism.model_fields:
        if hasattr(Mechanism, name):
            whose = "a question" if name in QUESTIONS else "a method of every pydantic model"
            told = f"{place}, parameter '{name}': {whose} has this name; allowed: another, such as {name}_"
            warnings.warn(told, PluginWarning, stacklevel=2)


def _check_needs(mechanism: type[Mechanism], place: str) -> None:
    """Refuse columns that this release does not show, and a rhythm that is none."""
    for name in ("needs", "asked_every"):
        if name in mechanism.model_fields:
            example = {"needs": "needs = ('LossEvent.beta',)", "asked_every": "asked_every = 300.0"}[name]
            raise InputError(f"{place}: '{name}' is written as a parameter; leave the type out, as in {example}")
    if not isinstance(mechanism.needs, tuple | list):
        allowed = "a tuple of columns, as in needs = ('LossEvent.beta',)"
        raise InputError(f"{place}, needs: found {representation(mechanism.needs)}; allowed: {allowed}")
    shown = {
        f"{name}.{column.name}" for name, view in vars(views).items() if is_dataclass(view) for column in fields(view)
    }
    for column in mechanism.needs:
        if column not in shown:
            hint = did_you_mean(str(column), sorted(shown))
            allowed = "columns of the contract's views, as in 'LossEvent.beta'"
            raise InputError(f"{place}, needs: found {representation(column)}; allowed: {allowed}{hint}")
    _check_rhythm(mechanism, place)


def rhythm(mechanism: Mechanism) -> float:
    """How often a mechanism is asked what it does before a loss, seconds; InputError where that is no such time."""
    _check_rhythm(type(mechanism), f"mechanism '{mechanism.name}'")
    return float(type(mechanism).asked_every)


def _check_rhythm(mechanism: type[Mechanism], place: str) -> None:
    every = mechanism.asked_every
    if type(every) not in (int, float) or not OFTEN <= every <= SELDOM:
        allowed = f"seconds, from {OFTEN:g} to {SELDOM:g}"
        raise InputError(f"{place}, asked_every: found {representation(every)}; allowed: {allowed}")


def _check_public_names(mechanism: type[Mechanism], place: str) -> None:
    for owner in mechanism.__mro__:
        if owner in BaseModel.__mro__:
            continue
        for name, value in vars(owner).items():
            if _is_method(value) and not (name.startswith("_") or name in QUESTIONS or hasattr(BaseModel, name)):
                rule = "public methods of a mechanism are answers; a helper starts with an underscore"
                raise InputError(f"{place}, method '{name}': {rule}{did_you_mean(name, QUESTIONS)}")


def _is_method(value: Any) -> bool:
    return inspect.isfunction(value) or isinstance(value, classmethod | staticmethod | property | cached_property)


def _check_arguments(mechanism: type[Mechanism], hook: str, place: str) -> None:
    asked = list(inspect.signature(getattr(hookspecs, hook)).parameters)
    method = inspect.getattr_static(mechanism, hook)
    if not inspect.isfunction(method):
        raise InputError(f"{place}: found a {type(method).__name__}; allowed: a plain method of self and {asked[0]}")
    taken = list(inspect.signature(method).parameters)[1:]
    if taken != asked:
        unknown = next((name for name in taken if name not in asked), "")
        found = f"({', '.join(['self', *taken])})"
        raise InputError(
            f"{place}: found the arguments {found}; allowed: (self, {asked[0]}){did_you_mean(unknown, asked)}"
        )
