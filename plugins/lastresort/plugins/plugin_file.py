"""A plugin in one Python file: its own hooks, or simply the mechanisms it defines."""

import importlib.util
import inspect
import sys
from functools import partial
from hashlib import sha256
from importlib.abc import Loader
from pathlib import Path
from types import ModuleType

import pluggy

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.contract.data_files import data_files
from lastresort.plugins.beside import PLUGIN_FILE, beside, import_all
from lastresort.plugins.errors import InputError
from lastresort.plugins.hookspecs import REGISTRATION
from lastresort.plugins.imports import imports_of
from lastresort.plugins.loading import load
from lastresort.simulation.waterfall import file_guard

hookimpl = pluggy.HookimplMarker(REGISTRATION)


class DefinedMechanisms:
    """The plugin that a file without hooks amounts to: every mechanism class it defines, private bases left out."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    @hookimpl
    def lastresort_mechanisms(self) -> list[type[Mechanism]]:
        """The file's own concrete mechanisms, in the order of the file."""
        return [value for value in vars(self._module).values() if _is_concrete(value, self._module.__name__)]


def load_plugin_file(path: Path) -> ModuleType | DefinedMechanisms:
    """Run a plugin file and return the object to register.

    Its own hooks count, and where none of them brings mechanisms, those that the file defines.
    Raises InputError where the file is missing, is not Python, fails (naming line and exception), or brings nothing.
    """
    module = _run(path)
    hooks = [name for name, value in vars(module).items() if hasattr(value, f"{REGISTRATION}_impl")]
    defined = DefinedMechanisms(module)
    if hooks and "lastresort_mechanisms" not in hooks:
        module.lastresort_mechanisms = defined.lastresort_mechanisms  # type: ignore[attr-defined]
    if hooks:
        return module
    if not defined.lastresort_mechanisms():
        raise InputError(f"plugin {path}: defines no mechanism; allowed: subclasses of Mechanism, or hooks")
    return defined


def _is_concrete(value: object, module: str) -> bool:
    if not inspect.isclass(value) or not issubclass(value, Mechanism):
        return False
    return value.__module__ == module and not inspect.isabstract(value) and not value.__name__.startswith("_")


def _run(path: Path) -> ModuleType:
    name = f"{PLUGIN_FILE}{path.stem}_{sha256(str(path.resolve()).encode()).hexdigest()[:8]}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise InputError(f"plugin {path}: found a '{path.suffix}' file; allowed: a Python file ending in .py")
    if not path.is_file():
        raise InputError(f"plugin {path}: there is no such file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pydantic resolves the annotations of a class through its module
    try:
        with beside(path.parent), file_guard.listening() as opened:
            work = partial(_execute, spec.loader, module, path.resolve())
            load(work, f"plugin {path}", file=str(path.resolve()))
    except BaseException:
        sys.modules.pop(name, None)
        raise
    _check_data(module, path, opened)
    return module


def _execute(loader: Loader, module: ModuleType, path: Path) -> None:
    """Run the file, and import what it imports inside functions only."""
    loader.exec_module(module)
    import_all(imports_of([path]).files - {path}, path.parent)


def _check_data(module: ModuleType, path: Path, opened: list[str]) -> None:
    """Raise InputError where the file has read another while it was loaded that none of its rules declares."""
    rules = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Mechanism)]
    declared = {str(file) for rule in rules for file in data_files(rule)}
    for file in opened:
        if file not in declared:
            allowed = f"data = ['{Path(file).name}'] in a rule of it"
            raise InputError(f"plugin {path}: it opens '{file}', which it does not declare; allowed: {allowed}")
