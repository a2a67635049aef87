"""Find plugins: the built-ins, installed distributions and files, all through the same door."""

from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pluggy

from lastresort.mechanisms import registration as built_in_mechanisms
from lastresort.plugins import hookspecs
from lastresort.plugins.errors import InputError, did_you_mean, one_line, one_of
from lastresort.plugins.plugin_file import load_plugin_file
from lastresort.simulation import registration as built_in_scenarios

HOOKS = ("lastresort_mechanisms", "lastresort_policies", "lastresort_scenarios")
BUILT_IN = "built-in"


def discover(plugin_files: Sequence[Path] = ()) -> pluggy.PluginManager:
    """Return a manager in which every plugin is registered under its origin: "built-in", distribution or file.

    Raises InputError for a plugin that fails to load, is given twice, or implements a hook that does not exist.
    """
    manager = pluggy.PluginManager(hookspecs.REGISTRATION)
    manager.add_hookspecs(hookspecs)
    _register(manager, built_in_mechanisms, BUILT_IN)
    _register(manager, built_in_scenarios, f"{BUILT_IN} scenarios")
    for entry_point in entry_points(group=hookspecs.REGISTRATION):
        _register(manager, _loaded(entry_point), _distribution(entry_point))
    for path in plugin_files:
        _register(manager, load_plugin_file(path), str(path))
    return manager


def brought(manager: pluggy.PluginManager, hook: str) -> Iterator[tuple[str, Any]]:
    """Yield (origin, item) for everything that the plugins bring through one hook, built-ins first."""
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        origin = implementation.plugin_name
        try:
            items = implementation.function()
        except Exception as error:
            raise InputError(f"plugin {origin}, hook '{hook}': {one_line(error)}") from error
        if not isinstance(items, list | tuple):
            raise InputError(f"plugin {origin}, hook '{hook}': found a {type(items).__name__}; allowed: a list")
        for item in items:
            yield origin, item


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


def _loaded(entry_point: EntryPoint) -> object:
    try:
        return entry_point.load()
    except Exception as error:
        place = f"plugin {_distribution(entry_point)}, entry point '{entry_point.value}'"
        raise InputError(f"{place}: {one_line(error)}") from error


def _distribution(entry_point: EntryPoint) -> str:
    distribution = entry_point.dist.name if entry_point.dist else "unknown distribution"
    return f"{distribution} ({entry_point.name})"
