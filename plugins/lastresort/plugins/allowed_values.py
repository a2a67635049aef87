"""What a parameter may be, in words: read from the JSON schema of a rule."""

from collections.abc import Mapping
from typing import Any

from lastresort.plugins.errors import one_of

Described = Mapping[str, Any]

KINDS = {
    "integer": ("a whole number", "whole numbers"),
    "number": ("a number", "numbers"),
    "boolean": ("true or false", "true or false"),
    "null": ("none", "none"),
    "string": ("a text", "texts"),
    "object": ("a mapping", "mappings"),
}
"""How a kind of JSON is called, one of it and many."""

BOUNDS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}

DEEPEST = 4
"""Levels that are told: a model may hold itself."""


def allowed(described: Described, definitions: Mapping[str, Described], many: bool = False, depth: int = 0) -> str:
    """Return what a JSON schema allows, one of it or `many`; `definitions` are what it refers to, by name."""
    if depth > DEEPEST:
        return "anything"
    if "$ref" in described:
        return allowed(definitions[str(described["$ref"]).split("/")[-1]], definitions, many, depth + 1)
    if "anyOf" in described:
        return one_of(allowed(choice, definitions, many, depth + 1) for choice in described["anyOf"])
    if "enum" in described or "const" in described:
        return one_of(map(str, described.get("enum", [described.get("const")])))
    if described.get("type") == "array":
        return f"{'lists' if many else 'a list'} of {_items(described, definitions, depth)}"
    kind = KINDS.get(str(described.get("type")), ("anything", "anything"))[many]
    return f"{kind}{_inside(described, definitions, depth)}{_bounds(described)}"


def _items(described: Described, definitions: Mapping[str, Described], depth: int) -> str:
    fixed = described.get("prefixItems", [])
    if not fixed:
        return allowed(described.get("items") or {}, definitions, many=True, depth=depth + 1)
    if all(item == fixed[0] for item in fixed):
        return f"{len(fixed)} {allowed(fixed[0], definitions, many=True, depth=depth + 1)}"
    return f"{len(fixed)} values: {', '.join(allowed(item, definitions, depth=depth + 1) for item in fixed)}"


def _inside(described: Described, definitions: Mapping[str, Described], depth: int) -> str:
    """The keys of a mapping, or what it maps to."""
    inner = described.get("additionalProperties")
    if "properties" in described:
        keys = {name: allowed(one, definitions, depth=depth + 1) for name, one in described["properties"].items()}
        return f" with {', '.join(f'{name} ({told})' for name, told in keys.items())}"
    if isinstance(inner, Mapping):
        return f" of names to {allowed(inner, definitions, many=True, depth=depth + 1)}"
    return ""


def _bounds(described: Described) -> str:
    bounds = [f"{word} {described[key]:g}" for key, word in BOUNDS.items() if key in described]
    return f" {' and '.join(bounds)}" if bounds else ""
