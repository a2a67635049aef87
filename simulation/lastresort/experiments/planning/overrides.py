"""One number of a scenario or of a policy set to another value: `path=value`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from lastresort.experiments.planning.addresses import addressed
from lastresort.experiments.planning.locations import Location
from lastresort.experiments.planning.subjects import Item, Subject, UnfitError
from lastresort.plugins.errors import InputError

COMMAND_LINE = "--set"


@dataclass(frozen=True)
class Override:
    """What `path` names becomes `value`, a YAML scalar or a list; `place` is where that is said, as errors have it.

    Paths are `scenarios.NAME.KEY` and `policies.NAME.MECHANISM.PARAMETER`; the name `*` means all that have the key.
    """

    path: str
    value: Any
    place: str = COMMAND_LINE


@dataclass(frozen=True)
class Setting:
    """An override at its place in one scenario or policy; `key` is its path there."""

    override: Override
    key: str
    location: Location


def parse_override(text: str) -> Override:
    """Return `path=value`, the value read as YAML 1.2; raises InputError."""
    path, equals, value = text.partition("=")
    path = path.strip()
    if not (path and equals and value.strip()):
        raise InputError(f"{COMMAND_LINE}: found '{text}'; allowed: path=value, as in scenarios.*.volatility=0.03")
    try:
        content = YAML(typ="safe").load(value)
    except (YAMLError, ValueError) as error:
        raise InputError(f"{COMMAND_LINE}, '{path}': found {value!r}, which is not valid YAML") from error
    return Override(path, checked(content, f"{COMMAND_LINE}, '{path}'"))


def checked(value: Any, place: str, depth: int = 2) -> Any:
    """Return a number, a text, a switch, null or lists of these, `depth` deep; raises InputError for anything else."""
    if isinstance(value, list) and depth:
        return [checked(item, place, depth - 1) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise InputError(f"{place}: found {_kind(value)}; allowed: a number, a text, true, false, null or a list of these")


def _kind(value: object) -> str:
    match value:
        case dict():
            return "a mapping"
        case list():
            return "lists in lists in lists"
        case _:
            return f"a {type(value).__name__}"


def settings_of(overrides: Sequence[Override], subjects: Sequence[Subject[Item]]) -> dict[str, list[Setting]]:
    """Return what the overrides set in each subject, by its name; raises InputError where a path leads nowhere."""
    settings: dict[str, list[Setting]] = {subject.name: [] for subject in subjects}
    for override in overrides:
        for name, address in addressed(override.path, override.place, subjects).items():
            settings[name].append(Setting(override, address.key, address.location))
    return settings


def applied(subject: Subject[Item], settings: Sequence[Setting], name: str) -> Item:
    """Return the subject under `name` with all settings at once; raises InputError, naming the path at fault."""
    if not settings:
        return subject.item
    document = subject.document()
    for setting in settings:
        _put(document, setting.location, setting.override.value)
    try:
        return subject.rebuilt(name, document, {setting.location for setting in settings})
    except UnfitError as unfit:
        raise InputError(_sentence(subject, settings, unfit)) from unfit


def _put(document: Any, location: Location, value: Any) -> None:
    for part in location[:-1]:
        document = document[part]
    document[location[-1]] = value


def _sentence(subject: Subject[Item], settings: Sequence[Setting], unfit: UnfitError) -> str:
    """Blame the override whose value does not fit, or all of them where only their combination does not."""
    for setting in settings:
        if unfit.location and unfit.location[: len(setting.location)] == setting.location:
            override = setting.override
            return f"{override.place}, '{override.path}': found {override.value!r}; allowed: {unfit.allowed}"
    together = ", ".join(f"{setting.key}={setting.override.value!r}" for setting in settings)
    return f"{settings[0].override.place}: {subject.noun} '{subject.name}' with {together}; allowed: {unfit.allowed}"
