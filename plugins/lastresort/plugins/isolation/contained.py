"""The catalogue of a process that imports no plugin: each is described by a process of its own."""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from lastresort.mechanisms.policy import Policy
from lastresort.plugins import loading
from lastresort.plugins.brought import Brought, Kind
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.discovery import built_ins, leave_out
from lastresort.plugins.errors import InputError, PluginEndedError, PluginWarning
from lastresort.plugins.installed import installed, taking_part
from lastresort.plugins.isolation.elsewhere import score_of, section_of
from lastresort.plugins.isolation.plugin_process import believed
from lastresort.plugins.isolation.plugin_set import PluginSet
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.plugins.isolation.stand_in import stand_in

LEAST = 3.0
"""Seconds that a plugin may take to be imported, however impatient somebody is with its answers."""


def contained(
    plugin_files: Sequence[Path] = (), rooms: Sequence[ModuleType] = (), patience: float | None = None
) -> Catalogue:
    """Collect built-ins, installed plugins and plugin files; of plugins, only processes of their own run any code.

    Otherwise as `Catalogue.load`. With `patience` a plugin may take so many seconds to be imported, or a few. Raises
    PluginEndedError where a plugin file ends its process.
    """
    seconds = loading.PATIENCE if patience is None else max(patience, LEAST)
    parts, plugins = built_ins(rooms), dict[str, PluginSet]()
    for one in taking_part(installed()):
        found = PluginSet(installed=(one.origin,))
        try:
            parts.append(_brought(one.origin, found, "installed", seconds))
            plugins[one.origin] = found
        except InputError as error:
            leave_out(error)
        except PluginEndedError as error:
            leave_out(InputError(_sentence(error, one.origin)))
    for file in plugin_files:
        found = PluginSet((file,))
        try:
            parts.append(_brought(str(file), found, "file", seconds))
        except PluginEndedError as error:
            raise PluginEndedError(_sentence(error, str(file)), error.final, error.traceback) from error
        plugins[str(file)] = found
    if plugins and os.name != "posix":
        warnings.warn("plugins run in this process on this system: nothing is contained", PluginWarning, stacklevel=2)
    return Catalogue.of_parts(parts, plugins)


def _sentence(error: PluginEndedError, origin: str) -> str:
    """How a plugin ended its process while it was imported; where it left on purpose, it is named already."""
    named = f"plugin {origin}"
    return str(error) if str(error).startswith(named) else f"{named}: {error}"


def _brought(origin: str, plugins: PluginSet, kind: Kind, patience: float) -> Brought:
    told = ROOMS.brought(plugins, patience)
    return believed(lambda said: _read(said, origin, plugins, kind), told)


def _read(said: Any, origin: str, plugins: PluginSet, kind: Kind) -> Brought:
    (told,) = said
    return Brought(
        origin=origin,
        kind=kind,
        mechanisms=tuple(map(stand_in, told["mechanisms"])),
        fingerprints={str(one["name"]): str(one["fingerprint"]) for one in told["mechanisms"]},
        policies=tuple(map(Policy.model_validate, told["policies"])),
        scenarios=tuple(map(Path, told["scenarios"])),
        scores=tuple(score_of(one, plugins) for one in told["scores"]),
        sections=tuple(section_of(one, plugins) for one in told["sections"]),
    )
