"""Variants of scenarios and policies: one per combination of a grid, with names to read and to call files by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from lastresort.experiments.planning.grid import Axes, Axis, axes_of, combinations, refuse_conflicts
from lastresort.experiments.planning.overrides import Override, Setting, applied, settings_of
from lastresort.experiments.planning.repetition import first_repeated
from lastresort.experiments.planning.subjects import Item, Subject
from lastresort.plugins.errors import InputError

LONGEST_NAME = 150
"""Characters; file systems allow 255 bytes, and others add to a name."""


@dataclass(frozen=True)
class Variant(Generic[Item]):
    """A scenario or policy as it runs, the name of what it varies, and its value of each key of the grid."""

    item: Item
    base: str
    choices: Mapping[str, Any]


def varied(
    subjects: Sequence[Subject[Item]],
    overrides: Sequence[Override],
    axes: Sequence[Axis],
    place: str,
    fixed: str = "",
) -> list[Variant[Item]]:
    """Return all variants, subject by subject; what no axis speaks of keeps its name, and so does `fixed`.

    Raises InputError where a path leads nowhere, a value is not allowed, two paths set the same, or two variants of one
    subject do not differ.
    """
    settings = settings_of(overrides, subjects)
    grids = axes_of(axes, [subject for subject in subjects if subject.name != fixed])
    return [
        variant
        for subject in subjects
        for variant in _variants(subject, settings[subject.name], grids.get(subject.name, []), place)
    ]


def _variants(subject: Subject[Item], settings: list[Setting], axes: Axes, place: str) -> list[Variant[Item]]:
    refuse_conflicts(settings, axes)
    choices = list(combinations(axes, place))
    variants = [
        Variant(
            applied(subject, [*settings, *choice], name),
            subject.name,
            {setting.key: setting.override.value for setting in choice},
        )
        for name, choice in zip(_names(subject.name, choices), choices, strict=True)
    ]
    _refuse_twins(variants, place)
    return variants


def _names(base: str, choices: list[tuple[Setting, ...]]) -> list[str]:
    """Names that say what is chosen; numbers where those would be too long for a file name, or equal."""
    names = [
        " ".join([base, *(f"{_plain(setting.key)}={shown(setting.override.value)}" for setting in choice)])
        for choice in choices
    ]
    unusable = max(map(len, names)) > LONGEST_NAME or first_repeated(map(str.casefold, names)) is not None
    if unusable and any(choices):
        return [f"{base} variant={number}" for number in range(1, len(names) + 1)]
    return names


def shown(value: Any) -> str:
    """Return a value of a grid as it stands in a name: short, and without characters that file names dislike."""
    if isinstance(value, list):
        return ",".join(map(shown, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and float(f"{value:g}") == value:
        return f"{value:g}"
    return "null" if value is None else _plain(str(value))


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.+-]", "-", text)


def _refuse_twins(variants: list[Variant[Item]], place: str) -> None:
    seen: dict[str, str] = {}
    for variant in variants:
        content = variant.item.model_dump_json(exclude={"name"})
        if content in seen:
            both = f"with {seen[content]} and with {_told(variant)}"
            raise InputError(f"{place}: '{variant.base}' comes out the same {both}; allowed: variants that differ")
        seen[content] = _told(variant)


def _told(variant: Variant[Item]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in variant.choices.items())
