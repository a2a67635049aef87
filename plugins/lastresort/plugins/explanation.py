"""Everything there is to know about one mechanism: formula, source, parameters, who uses it, what it does."""

import inspect
from dataclasses import dataclass
from typing import Any

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import DOUBTFUL, Standing
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.discovery import BUILT_IN
from lastresort.plugins.errors import InputError, PluginEndedError, did_you_mean, one_of
from lastresort.plugins.figures import engine_in_words, standing_of_figures
from lastresort.plugins.isolation.texts import texts
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import PATIENCE, interruptible

ENGINE_QUESTIONS = frozenset({"liquidate", "absorb", "share_loss", "allocate", "allocate_jointly"})
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
    """What `lastresort explain` tells."""

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
    transcript: list[str]


def explanation(name: str, catalogue: Catalogue) -> Explanation:
    """Explain a mechanism by its name.

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
        transcript=_transcript(name, catalogue),
    )


def family(mechanism: type[Mechanism], origin: str) -> str:
    """The folder that a built-in mechanism lies in; "plugin" for all others."""
    return mechanism.__module__.split(".")[-2] if origin == BUILT_IN else "plugin"


def parameters(mechanism: type[Mechanism]) -> list[Parameter]:
    """The fields of a mechanism, in its own order."""
    schema = mechanism.model_json_schema()
    return [
        _parameter(name, described, schema.get("$defs", {})) for name, described in schema.get("properties", {}).items()
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


def _parameter(name: str, described: dict[str, Any], definitions: dict[str, Any]) -> Parameter:
    meaning = described.get("description", "")
    doubt = next((word for word in DOUBTFUL if meaning.endswith(f"({word})")), "")
    return Parameter(
        name=name,
        meaning=meaning.removesuffix(f"({doubt})").rstrip() if doubt else meaning,
        default=described.get("default", "none, it must be given"),
        allowed=_allowed(described, definitions),
        doubt=doubt,
    )


def _allowed(described: dict[str, Any], definitions: dict[str, Any]) -> str:
    """What a JSON schema allows, in words."""
    if "$ref" in described:
        return _allowed(definitions[described["$ref"].split("/")[-1]], definitions)
    if "anyOf" in described:
        return one_of(_allowed(choice, definitions) for choice in described["anyOf"])
    if "enum" in described:
        return one_of(map(str, described["enum"]))
    if described.get("type") == "array":
        item: dict[str, Any] = described.get("items") or next(iter(described.get("prefixItems", [])), {})
        return f"a list of numbers{_bounds(item)}"
    kinds = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "null": "none"}
    return f"{kinds.get(str(described.get('type')), 'a text')}{_bounds(described)}"


def _bounds(described: dict[str, Any]) -> str:
    words = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}
    bounds = [f"{word} {described[key]:g}" for key, word in words.items() if key in described]
    return f" {' and '.join(bounds)}" if bounds else ""


def _transcript(name: str, catalogue: Catalogue) -> list[str]:
    """The small crash with default parameters; nothing where some parameter has no default."""
    if any(field.is_required() for field in catalogue.mechanisms[name].model_fields.values()):
        return []
    try:
        reference = catalogue.plays_reference(name)
        return catalogue.ask(name, transcript, PATIENCE, texts, name=name, reference=reference)
    except PluginEndedError as error:
        raise PluginEndedError(f"mechanism '{name}': {error}", error.final) from error


def transcript(catalogue: Catalogue, name: str, reference: bool, patience: float) -> list[str]:
    """Return what a mechanism with default parameters says in the small crash; InputError where it breaks the contract.

    It is called where the mechanism's code is, and plays a `reference` or not.
    """
    from lastresort.plugins.rehearsal import rehearse_one  # a crash takes a while to load
    from lastresort.plugins.testing.transcripts.transcript import played

    mechanism, origin = catalogue.mechanisms[name], catalogue.origins[name]
    if origin != BUILT_IN:
        rehearse_one(mechanism(), f"plugin {origin}", patience, reference)
    with interruptible(patience), rationed():
        return list(played(mechanism()))
