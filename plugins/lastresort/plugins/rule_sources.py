"""Everything that decides what a rule answers: its files, what they import and declare, and the libraries beside them.

The identity of a run is made of it, so that a changed helper module, parent class or table never gives an old result.
"""

import inspect
import json
from functools import cache
from hashlib import sha256
from importlib.metadata import packages_distributions, version
from pathlib import Path

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.contract.data_files import data_files
from lastresort.plugins.errors import InputError
from lastresort.plugins.imports import ENGINE, imports_of
from lastresort.plugins.installed import installed
from lastresort.plugins.plugin_content import folder_files
from lastresort.simulation.waterfall.installed_code import is_installed
from lastresort.simulation.waterfall.own_frames import short


def fingerprint(rule: type[Mechanism], origin: str) -> str:
    """Return the sha256 (hex) of everything that decides what a rule answers.

    Of a built-in rule that is its source file, since the version of the engine covers the others. InputError where a
    file that it declares is missing; `origin` is the plugin that it begins with.
    """
    if _of_engine(rule):
        return _digest(Path(inspect.getfile(rule)))
    home = Path(inspect.getfile(rule)).resolve().parent
    parts = sorted([_named(file, home), _digest(file)] for file in sources(rule, origin))
    return sha256(json.dumps([parts, libraries(rule)]).encode()).hexdigest()


def sources(rule: type[Mechanism], origin: str) -> list[Path]:
    """Files of a plugin's rule, sorted: of its classes, what these import, its distribution or folder, its data."""
    declared = list(data_files(rule))
    for file in declared:
        if not file.is_file():
            raise InputError(f"plugin {origin}, mechanism '{rule.name}', data: there is no file '{file}'")
    classes = _class_files(rule)
    declared = [file.resolve() for file in declared]
    folder = folder_files(Path(origin)) if Path(origin).is_dir() else []
    return sorted({*imports_of([*classes, *folder]).files, *_distribution_files(rule), *declared})


def libraries(rule: type[Mechanism]) -> dict[str, str]:
    """Versions of the installed distributions that a plugin's rule imports, by name."""
    names = imports_of(_class_files(rule)).libraries
    found = {one for name in names for one in _distributions().get(name, ())}
    return {name: version(name) for name in sorted(found)}


@cache
def _distributions() -> dict[str, list[str]]:
    return {name: list(found) for name, found in packages_distributions().items()}


def _class_files(rule: type[Mechanism]) -> list[Path]:
    """Source files of a rule's class and of those it inherits from, as far as they are no part of the engine."""
    own = [owner for owner in rule.__mro__ if not _of_engine(owner) and owner.__module__ != "builtins"]
    files = {owner: Path(inspect.getfile(owner)).resolve() for owner in own}
    return [file for owner, file in files.items() if issubclass(owner, Mechanism) or not is_installed(str(file))]


def _distribution_files(rule: type[Mechanism]) -> list[Path]:
    tops = {owner.__module__.partition(".")[0] for owner in rule.__mro__}
    return [file for one in installed() if one.entry_point.module.partition(".")[0] in tops for file in one.files]


def _of_engine(owner: type) -> bool:
    return owner.__module__.partition(".")[0] == ENGINE


def _named(file: Path, home: Path) -> str:
    """A path that is the same on every machine, and differs for files of one name."""
    return file.relative_to(home).as_posix() if file.is_relative_to(home) else short(str(file))


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
