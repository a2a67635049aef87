"""Collect what plugins bring: the built-ins, installed distributions and files, all through the same door."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from lastresort.mechanisms import registration as built_in_mechanisms
from lastresort.mechanisms.contract.plain_text import type_name
from lastresort.mechanisms.policy import Policy
from lastresort.plugins import hookspecs
from lastresort.plugins.answers import check_mechanism_class
from lastresort.plugins.brought import Brought, Kind
from lastresort.plugins.documents import read_document
from lastresort.plugins.errors import InputError, PluginWarning, did_you_mean, one_of
from lastresort.plugins.installed import Installed
from lastresort.plugins.loading import load
from lastresort.plugins.plugin_content import folder_files
from lastresort.plugins.plugin_file import load_plugin_file
from lastresort.plugins.report_section import check_section
from lastresort.plugins.rule_sources import fingerprint, sources
from lastresort.plugins.score import check_score
from lastresort.simulation import registration as built_in_scenarios

HOOKS = tuple(name for name in vars(hookspecs) if name.startswith("lastresort_"))
BUILT_IN = "built-in"


def built_ins(rooms: Sequence[ModuleType] = ()) -> list[Brought]:
    """Return what we bring ourselves, the origins "built-in", "built-in scenarios" and one for each of `rooms`.

    `rooms` are registration modules of rooms above this one, each named after its room, as in "built-in scores".
    """
    ours = [(BUILT_IN, built_in_mechanisms), (f"{BUILT_IN} scenarios", built_in_scenarios)]
    ours += [(f"{BUILT_IN} {module.__name__.split('.')[1]}", module) for module in rooms]
    return [_brought([module], origin, "built-in") for origin, module in ours]


def of_file(path: Path) -> Brought:
    """Import a plugin file or folder, and return what it brings.

    InputError where it fails or uses a hook that does not exist.
    """
    files = (path, *folder_files(path)) if path.is_dir() else (path,)
    return _brought(load_plugin_file(path), str(path), "file", files)


def of_installed(plugin: Installed) -> Brought:
    """Import an installed plugin, and return what it brings; InputError where it is broken."""
    place = f"plugin {plugin.origin}, entry point '{plugin.entry_point.value}'"
    module = load(plugin.entry_point.load, place, (_top(plugin.entry_point.module),))
    return _brought([module], plugin.origin, "installed", tuple(plugin.files))


def leave_out(reason: InputError) -> None:
    """Say that we go on without an installed plugin, and why."""
    warnings.warn(f"{reason}; going on without it", PluginWarning, stacklevel=2)


def _brought(plugins: Sequence[object], origin: str, kind: Kind, files: Iterable[Path] = ()) -> Brought:
    manager = pluggy.PluginManager(hookspecs.REGISTRATION)
    manager.add_hookspecs(hookspecs)
    for plugin in plugins:
        _register(manager, plugin, origin)
    rules = tuple(check_mechanism_class(item, origin) for item in _items(manager, "lastresort_mechanisms", origin))
    documents = [Path(item) for item in _items(manager, "lastresort_policies", origin)]
    own = {file for rule in rules for file in sources(rule, origin)} if kind != "built-in" else set[Path]()
    return Brought(
        origin=origin,
        kind=kind,
        mechanisms=rules,
        fingerprints={rule.name: fingerprint(rule, origin) for rule in rules},
        policies=tuple(read_document(file, Policy) for file in documents),
        scenarios=tuple(Path(item) for item in _items(manager, "lastresort_scenarios", origin)),
        scores=tuple(check_score(item, origin) for item in _items(manager, "lastresort_scores", origin)),
        sections=tuple(check_section(item, origin) for item in _items(manager, "lastresort_report_sections", origin)),
        files=tuple(sorted({*files, *documents, *own})),
    )


def _items(manager: pluggy.PluginManager, hook: str, origin: str) -> Iterator[Any]:
    """Everything that a plugin brings through one hook."""
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        place = f"plugin {origin}, hook '{hook}'"
        home = _top(str(getattr(implementation.function, "__module__", "")))
        items = load(partial(_listed, implementation.function), place, (home,))
        if isinstance(items, str):
            raise InputError(f"{place}: found a {items}; allowed: a list")
        yield from items


def _listed(hook: Callable[[], Any]) -> list[Any] | str:
    """What a hook brings, or the name of its type where that is no list."""
    items = hook()
    return list(items) if issubclass(type(items), list | tuple) else type_name(items)


def _top(module: str) -> str:
    return module.partition(".")[0]


def _register(manager: pluggy.PluginManager, plugin: object, origin: str) -> None:
    try:
        manager.register(plugin)
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
