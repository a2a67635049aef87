"""A plugin in one Python file or in a folder of them: its own hooks, or simply the mechanisms it defines.

A file is a module of a package that is called after it and stands for its folder, so that it may import what lies
beside it by bare names and by relative ones. Where its folder is itself a package, and the file imports relatively,
that package is imported as Python would. A folder with an `__init__.py` is a package; of any other, each file is a
plugin.
"""

import ast
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from importlib import import_module
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
from lastresort.plugins.plugin_content import INIT, folder_files, is_test
from lastresort.plugins.source_only import SourceOnly, read_sources_in
from lastresort.simulation.waterfall import file_guard

hookimpl = pluggy.HookimplMarker(REGISTRATION)

MECHANISMS = "lastresort_mechanisms"


class DefinedMechanisms:
    """The plugin that a module without hooks amounts to: every mechanism class of its own, private bases left out.

    Its own are those that it defines, and of a package also what it imports from its modules.
    """

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    @hookimpl
    def lastresort_mechanisms(self) -> list[type[Mechanism]]:
        """The module's own concrete mechanisms, in the order of the file, each once."""
        found = [value for value in vars(self._module).values() if _is_concrete(value, self._module)]
        return list(dict.fromkeys(found))


def load_plugin_file(path: Path) -> list[object]:
    """Run a plugin file, or the files of a folder, and return the objects to register.

    Hooks of a module count, and where none of them brings mechanisms, those that it defines. Raises InputError where
    the file is missing, is not Python, fails (naming line and exception), or brings nothing.
    """
    _refuse_others(path)
    modules = _run_folder(path) if path.is_dir() else [_run_file(path)]
    found = [plugin for plugin in map(_plugin, modules) if plugin is not None]
    if not found:
        raise InputError(f"plugin {path}: defines no mechanism; allowed: subclasses of Mechanism, or hooks")
    return found


def _refuse_others(path: Path) -> None:
    if path.is_dir():
        if (path / "pyproject.toml").is_file() and not (path / INIT).is_file():
            install = f"'pip install --editable {path}', after which it takes part by itself"
            raise InputError(f"plugin {path}: found the folder of a distribution; allowed: {install}")
    elif path.suffix != ".py" and (path.suffix or path.exists()):
        raise InputError(
            f"plugin {path}: found a '{path.suffix}' file; allowed: a Python file ending in .py, or a folder"
        )
    elif not path.is_file():
        raise InputError(f"plugin {path}: there is no such file")


def _plugin(module: ModuleType) -> object | None:
    """What is registered of a module; None where it brings nothing, as what helps others."""
    hooks = [name for name, value in vars(module).items() if hasattr(value, f"{REGISTRATION}_impl")]
    defined = DefinedMechanisms(module)
    if hooks:
        if MECHANISMS not in hooks:
            setattr(module, MECHANISMS, defined.lastresort_mechanisms)
        return module
    return defined if defined.lastresort_mechanisms() else None


def _is_concrete(value: object, module: ModuleType) -> bool:
    if not inspect.isclass(value) or not issubclass(value, Mechanism):
        return False
    own = value.__module__ == module.__name__ or (
        hasattr(module, "__path__") and value.__module__.startswith(f"{module.__name__}.")
    )
    return own and not inspect.isabstract(value) and not value.__name__.startswith("_")


def _run_file(path: Path) -> ModuleType:
    file = path.resolve()
    top, parents = _package_of(file) if _imports_relatively(file) else (file.parent, ())
    dotted = ".".join([*parents, file.stem.replace(".", "_")])
    with _package(path, top) as package, beside(file.parent), file_guard.listening() as opened:
        work = partial(_execute, package, dotted, file, top)
        module = load(work, f"plugin {path}", file=str(file))
    _check_data([module], path, opened)
    return module


def _run_folder(path: Path) -> list[ModuleType]:
    """The package, where it brings something by itself, or all modules that lie in the folder."""
    home = path.resolve()
    init = home / INIT
    with _package(path, home) as package, beside(home.parent), beside(home), file_guard.listening() as opened:
        where, file = f"plugin {path}", str(init) if init.is_file() else ""
        modules = [load(partial(_initialised, package), where, file=file)] if init.is_file() else []
        if not any(map(_plugin, modules)):
            stems = [
                one.stem for one in sorted(home.glob("*.py")) if not one.name.startswith("_") and not is_test(one.name)
            ]
            modules += [load(partial(import_module, f"{package}.{stem}"), where) for stem in stems]
        load(partial(import_all, frozenset(folder_files(home)), home, package), where)
    _check_data(modules, path, opened)
    return modules


@contextmanager
def _package(path: Path, top: Path) -> Iterator[str]:
    """The name of an empty package that stands for a folder; nothing of it is left where the block fails."""
    name = f"{PLUGIN_FILE}{path.stem.replace('.', '_')}_{sha256(str(path.resolve()).encode()).hexdigest()[:8]}"
    _forget(name)
    package = ModuleType(name)
    package.__path__ = [str(top)]
    read_sources_in(str(top))
    sys.modules[name] = package  # pydantic resolves the annotations of a class through its module
    try:
        yield name
    except BaseException:
        _forget(name)
        raise


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]


def _initialised(package: str) -> ModuleType:
    """Run the `__init__.py` of a package that stands for a folder, if there is one."""
    (folder,) = sys.modules[package].__path__
    file = Path(folder) / INIT
    if file.is_file():
        loader = SourceOnly(package, str(file))
        spec = importlib.util.spec_from_file_location(package, file, loader=loader, submodule_search_locations=[folder])
        assert spec is not None
        sys.modules[package] = importlib.util.module_from_spec(spec)
        loader.exec_module(sys.modules[package])
    return sys.modules[package]


def _execute(package: str, dotted: str, file: Path, top: Path) -> ModuleType:
    """Run the file, and import what it imports inside functions only."""
    if "." in dotted or _imports_relatively(file):
        _initialised(package)
    name = f"{package}.{dotted}"
    if "." in dotted:
        import_module(name.rpartition(".")[0])
    if name not in sys.modules:  # its own package may have imported it
        loader = SourceOnly(name, str(file))
        spec = importlib.util.spec_from_file_location(name, file, loader=loader)
        assert spec is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        loader.exec_module(sys.modules[name])
    import_all(imports_of([file]).files - {file}, top, package)
    return sys.modules[name]


def _package_of(file: Path) -> tuple[Path, tuple[str, ...]]:
    """The outermost package that a file lies in, and the names of those between; its folder where it lies in none."""
    folder, names = file.parent, list[str]()
    while (folder.parent / INIT).is_file() and (folder / INIT).is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    return folder, tuple(names)


def _imports_relatively(file: Path) -> bool:
    """Whether a file imports by relative names; text that is no Python is told of when it is run."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):
        return False
    return any(isinstance(node, ast.ImportFrom) and node.level > 0 for node in ast.walk(tree))


def _check_data(modules: list[ModuleType], path: Path, opened: list[str]) -> None:
    """Raise InputError where a plugin has read a file while it was loaded that none of its rules declares."""
    values = [value for module in modules for value in vars(module).values()]
    rules = [value for value in values if inspect.isclass(value) and issubclass(value, Mechanism)]
    declared = {str(file) for rule in rules for file in data_files(rule)}
    for file in opened:
        if file not in declared:
            allowed = f"data = ['{Path(file).name}'] in a rule of it"
            raise InputError(f"plugin {path}: it opens '{file}', which it does not declare; allowed: {allowed}")
