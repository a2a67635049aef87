"""Find plugins: the built-ins, installed distributions and files, all through the same door."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from lastresort.mechanisms import registration as built_in_mechanisms
from lastresort.mechanisms.contract.plain_text import type_name
from lastresort.plugins import hookspecs
from lastresort.plugins.errors import InputError, PluginWarning, did_you_mean, one_of
from lastresort.plugins.installed import Installed, installed, taking_part
from lastresort.plugins.loading import load
from lastresort.plugins.plugin_file import load_plugin_file
from lastresort.simulation import registration as built_in_scenarios

HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("lastresort_"))
BUILT_IN = "built-in"


def discover(plugin_files: Sequence[Path] = (), built_in: Sequence[ModuleType] = ()) -> pluggy.PluginManager:
    """Return a manager in which every plugin is registered under its origin: "built-in", distribution or file.

    `built_in` are registration modules of rooms above this one, each named after its room, as in "built-in scores".
    Raises InputError for a file that fails to load, is given twice, or implements a hook that does not exist; what an
    installed distribution brings is left out then, with a PluginWarning.
    """
    manager = pluggy.PluginManager(hookspecs.REGISTRATION)
    manager.add_hookspecs(hookspecs)
    _register(manager, built_in_mechanisms, BUILT_IN)
    _register(manager, built_in_scenarios, f"{BUILT_IN} scenarios")
    for module in built_in:
        _register(manager, module, f"{BUILT_IN} {module.__name__.split('.')[1]}")
    for plugin in taking_part(installed()):
        _admit(manager, plugin)
    for path in plugin_files:
        _register(manager, load_plugin_file(path), str(path))
    return manager


def brought(manager: pluggy.PluginManager, hook: str) -> Iterator[tuple[str, Any]]:
    """Yield (origin, item) for everything that the plugins bring through one hook, built-ins first."""
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        origin = implementation.plugin_name
        place = f"plugin {origin}, hook '{hook}'"
        items = load(partial(_listed, implementation.function), partial(_always, place))
        if isinstance(items, str):
            raise InputError(f"{place}: found a {items}; allowed: a list")
        for item in items:
            yield origin, item


def _listed(hook: Callable[[], Any]) -> list[Any] | str:
    """What a hook brings, or the name of its type where that is no list."""
    items = hook()
    return list(items) if issubclass(type(items), list | tuple) else type_name(items)


def _always(place: str, error: BaseException) -> str:
    return place


def _register(manager: pluggy.PluginManager, plugin: object, origin: str) -> None:
    if manager.has_plugin(origin):
        raise InputError(f"plugin {origin}: given twice; allowed: each plugin once")
    try:
        manager.register(plugin, name=origin)
    except pluggy.PluginValidationError as error:
        raise InputError(
            f"plugin {origin}: {' '.join(str(error).split())}; allowed: hooks without arguments"
        ) from error
    callers = manager.get_hookcallers(plugin) or []
    for caller in callers:
        if not caller.has_spec():
            hint = did_you_mean(caller.name, HOOKS)
            raise InputError(f"plugin {origin}, hook '{caller.name}': unknown hook; allowed: {one_of(HOOKS)}{hint}")
    if not callers:
        raise InputError(f"plugin {origin}: implements no hook; allowed: {one_of(HOOKS)}")


def _admit(manager: pluggy.PluginManager, plugin: Installed) -> None:
    """Register what a distribution brings; if that fails, nobody else suffers."""
    try:
        _register(manager, _loaded(plugin), plugin.origin)
    except InputError as error:
        leave_out(manager, plugin.origin, error)


def leave_out(manager: pluggy.PluginManager, origin: str, reason: InputError) -> None:
    """Go on without an installed plugin, and say why."""
    if manager.has_plugin(origin):
        manager.unregister(name=origin)
    warnings.warn(f"{reason}; going on without it", PluginWarning, stacklevel=2)


def take_out(manager: pluggy.PluginManager, origins: Sequence[str]) -> list[tuple[str, object]]:
    """Unregister plugins and return them, in the order of their origins."""
    return [(origin, manager.unregister(name=origin)) for origin in origins if manager.has_plugin(origin)]


def _loaded(plugin: Installed) -> object:
    place = f"plugin {plugin.origin}, entry point '{plugin.entry_point.value}'"
    return load(plugin.entry_point.load, partial(_always, place))
