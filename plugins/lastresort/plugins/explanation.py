"""Everything there is to know about one mechanism: formula, source, parameters, who uses it, what it does."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.mechanisms.policy import DOUBTFUL, Standing
from lastresort.plugins.allowed_values import allowed
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.discovery import BUILT_IN
from lastresort.plugins.errors import InputError, PluginEndedError, did_you_mean
from lastresort.plugins.figures import engine_in_words, standing_of_figures
from lastresort.plugins.isolation.texts import texts
from lastresort.plugins.manager import make
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import PATIENCE, interruptible

ENGINE_QUESTIONS = frozenset({"liquidate", *LOSSES})
"""Questions between which a liquidation engine stands."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: what it means, with its unit; its default; what is allowed; and the doubt about the default."""

    name: str
    meaning: str
    default: Any
    allowed: str
    doubt: str


@dataclass(frozen=True)
class Use:
    """One policy that has the mechanism in its waterfall, with parameters, source, and evidence by parameter.

    `engine` is what the policy says of its liquidation engine, and how well that is known; empty for a mechanism that
    has nothing to do with positions taken over.
    """

    policy: str
    parameters: dict[str, Any]
    source: str
    evidence: str
    figures: dict[str, Standing]
    engine: str


@dataclass(frozen=True)
class Explanation:
    """What `lastresort explain` tells; `given` are parameters that are no defaults in the transcript."""

    name: str
    summary: str
    formula: str
    family: str
    origin: str
    questions: list[str]
    source: str
    evidence: str
    parameters: list[Parameter]
    uses: list[Use]
    given: dict[str, Any]
    transcript: list[str]


def explanation(name: str, catalogue: Catalogue, given: Mapping[str, Any] = MappingProxyType({})) -> Explanation:
    """Explain a mechanism by its name; in the small crash it has default parameters, but for what is `given`.

    Raises InputError where there is none of this name, or where one of a plugin breaks the contract.
    """
    from lastresort.plugins.testing.transcripts.transcript import in_words

    if name not in catalogue.mechanisms:
        hint = did_you_mean(name, catalogue.mechanisms)
        raise InputError(f"unknown mechanism '{name}'; allowed: a name that 'lastresort list mechanisms' shows{hint}")
    mechanism, origin = catalogue.mechanisms[name], catalogue.origins[name]
    summary, _, formula = inspect.cleandoc(mechanism.__doc__ or "").partition("\n\n")
    return Explanation(
        name=name,
        summary=summary.replace("\n", " "),
        formula=formula,
        family=family(mechanism, origin),
        origin=origin,
        questions=[in_words(question) for question in answered(mechanism)],
        source=mechanism.source,
        evidence=str(mechanism.evidence),
        parameters=parameters(mechanism),
        uses=uses(name, catalogue),
        given=dict(given),
        transcript=_transcript(name, given, catalogue),
    )


def family(mechanism: type[Mechanism], origin: str) -> str:
    """The folder that a built-in mechanism lies in; "plugin" for all others."""
    return mechanism.__module__.split(".")[-2] if origin == BUILT_IN else "plugin"


def parameters(mechanism: type[Mechanism]) -> list[Parameter]:
    """The fields of a mechanism, in its own order."""
    schema = mechanism.model_json_schema()
    described, definitions = schema.get("properties", {}), schema.get("$defs", {})
    return [
        _parameter(name, described[name], definitions, _default(field))
        for name, field in mechanism.model_fields.items()
        if name in described
    ]


def uses(name: str, catalogue: Catalogue) -> list[Use]:
    """The policies that have the mechanism in their waterfall."""
    questions = answered(catalogue.mechanisms[name])
    return [
        Use(
            policy=policy.name,
            parameters=step.parameters,
            source=step.source,
            evidence=step.evidence or "",
            figures=standing_of_figures(step, catalogue.mechanisms[name]),
            engine=engine_in_words(policy.engine) if ENGINE_QUESTIONS.intersection(questions) else "",
        )
        for policy in catalogue.policies.values()
        for step in policy.waterfall
        if step.use == name
    ]


def _default(field: FieldInfo) -> Any:
    """As a policy would write it, also where it is made anew for each rule."""
    if field.is_required():
        return "none, it must be given"
    return to_jsonable_python(field.get_default(call_default_factory=True))


def _parameter(name: str, described: dict[str, Any], definitions: dict[str, Any], default: Any) -> Parameter:
    meaning = described.get("description", "")
    doubt = next((word for word in DOUBTFUL if meaning.endswith(f"({word})")), "")
    return Parameter(
        name=name,
        meaning=meaning.removesuffix(f"({doubt})").rstrip() if doubt else meaning,
        default=default,
        allowed=allowed(described, definitions),
        doubt=doubt,
    )


def _transcript(name: str, given: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """The small crash with default parameters, but for what is `given`; how to see it where one has none."""
    missing = [key for key, field in catalogue.mechanisms[name].model_fields.items() if field.is_required()]
    for key in missing:
        if key not in given:
            return [f"Parameter '{key}' has no default: --with {key}=VALUE shows what the rule says."]
    told = {"name": name, "given": dict(given), "reference": catalogue.plays_reference(name)}
    try:
        return catalogue.ask(name, transcript, PATIENCE, texts, **told)
    except PluginEndedError as error:
        raise PluginEndedError(f"mechanism '{name}': {error}", error.final, error.traceback) from error


def transcript(
    catalogue: Catalogue, name: str, given: Mapping[str, Any], reference: bool, patience: float
) -> list[str]:
    """Return what a mechanism says in the small crash, with default parameters but for what is `given`.

    It is called where the mechanism's code is, and plays a `reference` or not. InputError where it breaks the contract.
    """
    from lastresort.plugins.rehearsal import rehearse_one  # a crash takes a while to load
    from lastresort.plugins.testing.transcripts.transcript import played

    mechanism, origin = catalogue.mechanisms[name], catalogue.origins[name]
    place = f"mechanism '{name}', parameters"
    if origin != BUILT_IN:
        rehearse_one(make(mechanism, given, place), f"plugin {origin}", patience, reference)
    with interruptible(patience), rationed():
        return list(played(make(mechanism, given, place)))
