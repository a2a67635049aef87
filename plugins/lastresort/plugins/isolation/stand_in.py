"""A rule without its code: what a process that has not imported a plugin knows of the plugin's rules.

A stand-in has the name, the texts and the parameters of the rule, and answers the same questions, each with nothing;
nobody asks it. Parameters are held to their types and bounds here; whatever else the rule demands of them is found out
when it is rehearsed, where its code is.
"""

import warnings
from collections.abc import Mapping
from types import FunctionType, new_class
from typing import Annotated, Any, Literal, Union

from pydantic import Field

from lastresort.mechanisms.contract import Evidence, Mechanism
from lastresort.mechanisms.contract.plain_text import escaped

BOUNDS = {"minimum": "ge", "exclusiveMinimum": "gt", "maximum": "le", "exclusiveMaximum": "lt"}
LONGEST = 20_000
"""Characters of a text that a rule says of itself."""

KINDS: Mapping[str, Any] = {"integer": int, "number": float, "boolean": bool, "string": str, "null": None}


def stand_in(told: Mapping[str, Any]) -> type[Mechanism]:
    """Return the stand-in of a rule that a plugin's process has described."""
    schema = dict(told["schema"])
    body: dict[str, Any] = {
        "__doc__": _text(told["doc"]),
        "__module__": __name__,
        "__annotations__": {},
        "name": str(told["name"]),
        "source": _text(told["source"]),
        "evidence": Evidence(told["evidence"]),
        "model_json_schema": classmethod(lambda cls, *_, **__: schema),
        **{question: _silent(question) for question in told["answers"]},
    }
    for name, field in schema.get("properties", {}).items():
        known = _bounded(field, schema.get("$defs", {}))
        body["__annotations__"][name] = Any if name in told["own"] else known
        body[name] = _default(name, told["defaults"], _text(field.get("description", "")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what is to be said of its fields, its process has said
        return new_class(str(told["class"]), (Mechanism,), exec_body=lambda namespace: namespace.update(body))


def _text(said: Any) -> str:
    """What a rule says of itself, with marks that are not seen spelled out, and cut where it is a book."""
    text = str(said)
    return escaped(text if len(text) <= LONGEST else f"{text[:LONGEST]} ...")


def _silent(question: str) -> FunctionType:
    """A method of its own, by which a rule is seen to answer a question."""
    usual = getattr(Mechanism, question)
    return FunctionType(usual.__code__, usual.__globals__, question)


def _default(name: str, defaults: Mapping[str, Any], description: str) -> Any:
    if name in defaults:
        return Field(default=_frozen(defaults[name]), description=description or None)
    return Field(description=description or None)


def _frozen(value: Any) -> Any:
    """Lists of JSON as tuples, which no rule can change for another."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _bounded(described: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    """What a JSON schema allows, as a type; what is not told of numbers, texts and lists is anything."""
    kind = _kind(described, definitions)
    bounds = {ours: described[theirs] for theirs, ours in BOUNDS.items() if theirs in described}
    return Annotated[kind, Field(**bounds)] if bounds else kind


def _kind(described: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    if "$ref" in described:
        return _bounded(definitions[str(described["$ref"]).split("/")[-1]], definitions)
    if "anyOf" in described:
        return Union[tuple(_bounded(choice, definitions) for choice in described["anyOf"])]  # noqa: UP007 - not known before
    if "format" in described:  # a text in JSON, and more than one form of it in a policy
        return Any
    if "enum" in described:
        return Literal[tuple(described["enum"])]
    if described.get("type") == "array":
        return _list(described, definitions)
    return KINDS.get(str(described.get("type")), Any)


def _list(described: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    items = [_bounded(item, definitions) for item in described.get("prefixItems", [])]
    return tuple.__class_getitem__(tuple(items) or (_bounded(described.get("items", {}), definitions), ...))
