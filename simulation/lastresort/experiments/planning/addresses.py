"""Which scenarios or policies a path speaks of, and where in each."""

from collections.abc import Sequence
from dataclasses import dataclass

from lastresort.experiments.planning.locations import Location, PlaceError, locate
from lastresort.experiments.planning.subjects import NOUNS, Item, Subject
from lastresort.plugins.errors import InputError, did_you_mean, one_of

EVERY = "*"


@dataclass(frozen=True)
class Address:
    """A place in one scenario or policy; `key` is the part of the path after its name."""

    key: str
    location: Location


def kind_of(path: str, place: str) -> str:
    """Return the first word of a path, "scenarios" or "policies"; raises InputError for others."""
    kind = path.split(".")[0]
    if kind not in NOUNS:
        raise InputError(f"{place}, '{path}': found '{kind}'; allowed: {one_of(NOUNS)}{did_you_mean(kind, NOUNS)}")
    return kind


def addressed(path: str, place: str, subjects: Sequence[Subject[Item]]) -> dict[str, Address]:
    """Return where a path leads in each of the subjects it speaks of, by their names.

    `*` speaks of all that have the key. Raises InputError, beginning with `place`, where none has it.
    """
    name, key = _split(path, place, subjects)
    found: dict[str, Address] = {}
    failures: list[PlaceError] = []
    for subject in subjects:
        if name in (subject.name, EVERY):
            try:
                found[subject.name] = Address(key, locate(subject.document(), key))
            except PlaceError as failure:
                failures.append(failure)
    if not found:
        raise InputError(f"{place}, '{path}': {_nearest(failures)}")
    return found


def _split(path: str, place: str, subjects: Sequence[Subject[Item]]) -> tuple[str, str]:
    """The name in a path and what follows it; the longest name that fits, for names may contain dots."""
    kind, _, rest = path.partition(".")
    names = [subject.name for subject in subjects]
    fitting = [name for name in (*names, EVERY) if rest.startswith(f"{name}.")]
    if fitting:
        name = max(fitting, key=len)
        return name, rest[len(name) + 1 :]
    if rest in (*names, EVERY):
        raise InputError(f"{place}, '{path}': names no key; allowed: {kind}.{rest}.KEY")
    found = rest.split(".")[0]
    hint = did_you_mean(found, names)
    raise InputError(
        f"{place}, '{path}': no {NOUNS[kind]} '{found}' takes part; allowed: {one_of((*names, EVERY))}{hint}"
    )


def _nearest(failures: list[PlaceError]) -> PlaceError:
    """Of paths that lead nowhere, what those that came furthest allow together."""
    depth = max(failure.depth for failure in failures)
    nearest = [failure for failure in failures if failure.depth == depth]
    allowed = dict.fromkeys(label for failure in nearest for label in failure.allowed)
    return PlaceError(depth, nearest[0].inside, nearest[0].found, tuple(allowed))
