"""What a Python file imports, read from its text: files of its author, and libraries that are installed."""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from lastresort.simulation.waterfall.installed_code import is_installed

ENGINE = "lastresort"
"""The namespace whose sources the version of the engine stands for."""


@dataclass(frozen=True, slots=True)
class Imports:
    """`files` are the author's own, those asked about included; `libraries` are names of installed modules."""

    files: frozenset[Path]
    libraries: frozenset[str]


def imports_of(files: Iterable[Path]) -> Imports:
    """Follow the imports of some files, those inside functions too, to every file that is not installed."""
    waiting, own, libraries = [file.resolve() for file in files], set[Path](), set[str]()
    while waiting:
        file = waiting.pop()
        if file in own:
            continue
        own.add(file)
        for name in _names(file):
            for found in _found(name, file.parent):
                if is_installed(str(found)):
                    libraries.add(name.partition(".")[0])
                elif found.suffix == ".py":
                    waiting.append(found)
    return Imports(frozenset(own), frozenset(libraries))


def _names(file: Path) -> Iterator[str]:
    """Dotted names that a file imports; what a module is asked for may be a module itself."""
    for node in ast.walk(ast.parse(file.read_bytes(), str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = _package(file, node.level) + (node.module or "") if node.level else str(node.module)
            for name in (start, *(f"{start.rstrip('.')}.{alias.name}" for alias in node.names)):
                if name.strip("."):
                    yield name.strip(".")


def _package(file: Path, level: int) -> str:
    """The package that a relative import starts from, with a dot at its end."""
    parts, folder = list[str](), file.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join([*parts[: len(parts) - level + 1], ""])


def _found(name: str, folder: Path) -> Iterator[Path]:
    """Files that importing a dotted name would run, as far as they are found; nothing is imported."""
    if name.partition(".")[0] in {ENGINE, *sys.builtin_module_names}:
        return
    top = folder
    while (top / "__init__.py").is_file():
        top = top.parent
    path = [str(folder), str(top), *sys.path]
    whole = ""
    for part in name.split("."):
        whole = f"{whole}.{part}".lstrip(".")
        spec = _spec(whole, path)
        if spec is None:
            return
        if spec.origin and Path(spec.origin).is_file():
            yield Path(spec.origin).resolve()
        if spec.submodule_search_locations is None:
            return
        path = _inside(spec, path, part)


def _inside(spec: ModuleSpec, path: list[str], part: str) -> list[str]:
    """Where the modules of a package lie; one without `__init__.py` is as many folders as there are of its name."""
    if spec.origin is not None:
        return list(spec.submodule_search_locations or ())
    return [str(Path(folder) / part) for folder in path if (Path(folder) / part).is_dir()]


def _spec(name: str, path: list[str]) -> ModuleSpec | None:
    try:
        return PathFinder.find_spec(name, path)
    except KeyError:  # a folder without `__init__.py`, in a package that nobody has imported
        return ModuleSpec(name, None, is_package=True)
    except (ImportError, ValueError):
        return None
