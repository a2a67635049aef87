"""What besides its key the bytes of a run may depend on: Python, and the libraries that compute and write."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from lastresort.study.keys import engine_version

LIBRARIES = ("numpy", "numba", "scipy", "pandas", "pyarrow", "simpy", "pluggy", "pydantic")


def libraries() -> dict[str, str]:
    """Return the versions of the libraries, by name."""
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
    """Return what must agree wherever runs of one study are done: the engine, Python (without its patch), libraries."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"lastresort": engine_version(), "Python": python} | libraries()


def difference(found: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Return in what `found` differs first from what a study wants, as a clause; empty where it does not."""
    for name, here in wanted.items():
        if found[name] != here:
            return f"has {name} {found[name]}, the study {here}: install the same"
    return ""
