"""Axes of a grid: a path and the values it takes; every combination of values becomes a variant."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lastresort.experiments.planning.addresses import addressed
from lastresort.experiments.planning.overrides import Override, Setting
from lastresort.experiments.planning.subjects import Item, Subject
from lastresort.plugins.errors import InputError

MOST_VARIANTS = 10_000
"""More variants than that of one scenario or policy are a slip of the pen."""


@dataclass(frozen=True)
class Axis:
    """The values that one path takes, in this order; `place` is where that is said, as errors have it."""

    path: str
    values: tuple[Any, ...]
    place: str


Axes = list[tuple[Setting, ...]]
"""For each axis of one scenario or policy, the settings it takes."""


def axes_of(axes: Sequence[Axis], subjects: Sequence[Subject[Item]]) -> dict[str, Axes]:
    """Return the axes of each subject, by its name; raises InputError where a path leads nowhere."""
    found: dict[str, Axes] = {subject.name: [] for subject in subjects}
    for axis in axes:
        overrides = [Override(axis.path, value, axis.place) for value in axis.values]
        for name, address in addressed(axis.path, axis.place, subjects).items():
            found[name].append(tuple(Setting(override, address.key, address.location) for override in overrides))
    return found


def combinations(axes: Axes, place: str) -> Iterator[tuple[Setting, ...]]:
    """Yield every combination of one setting per axis, the last axis fastest; raises InputError for far too many."""
    size = math.prod(len(axis) for axis in axes)
    if size > MOST_VARIANTS:
        raise InputError(f"{place}: found {size:,} combinations; allowed: at most {MOST_VARIANTS:,}")
    return itertools.product(*axes)


def refuse_conflicts(settings: Sequence[Setting], axes: Axes) -> None:
    """Refuse two paths that set the same value, or one inside what the other sets; raises InputError."""
    said = [*settings, *(axis[0] for axis in axes)]
    for one, other in itertools.combinations(said, 2):
        depth = min(len(one.location), len(other.location))
        if one.location[:depth] == other.location[:depth]:
            first, second = one.override, other.override
            where = "there" if second.place == first.place else f"in {first.place}"
            raise InputError(
                f"{second.place}, '{second.path}': '{first.path}' {where} sets the same; allowed: one of the two"
            )
