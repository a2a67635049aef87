"""What besides its description a run depends on: Python, the libraries that compute and write, and the processor."""

import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("numpy", "numba", "scipy", "pandas", "pyarrow", "simpy", "pluggy", "pydantic")


@cache
def libraries() -> Mapping[str, str]:
    """Return the versions of the libraries, by name; they are looked up once."""
    return {library: version(library) for library in LIBRARIES}


def processor() -> str:
    """Return the model of the processor, as far as the system tells it: last digits may depend on it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(models), platform.processor() or platform.machine())


def machine() -> str:
    """Return the system and the processor of this computer."""
    return f"{platform.system()} {platform.machine()}, {processor()}"


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries: part of the identity of a run."""
    return {"Python": platform.python_version(), **libraries()}


def difference(found: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Return in what `found` differs first from what a study wants, as a clause; empty where it does not."""
    for name, here in wanted.items():
        if found[name] != here:
            return f"has {name} {found[name]}, the study {here}: install the same"
    return ""
