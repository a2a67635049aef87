"""The built-in mechanisms and policies, registered by the same hooks as anybody's."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pluggy

from lastresort.mechanisms.contract import Mechanism

FAMILIES = ("liquidation", "backstops", "severity", "allocation", "recovery", "brakes")

hookimpl = pluggy.HookimplMarker("lastresort")


@hookimpl
def lastresort_mechanisms() -> list[type[Mechanism]]:
    """Every built-in mechanism: one per module of the family folders."""
    return [mechanism for family in FAMILIES for mechanism in _mechanisms_of(family)]


@hookimpl
def lastresort_policies() -> list[Path]:
    """The YAML files of the built-in policies."""
    return sorted((Path(__file__).parent / "policies").rglob("*.yaml"))


def _mechanisms_of(family: str) -> list[type[Mechanism]]:
    package = import_module(f"lastresort.mechanisms.{family}")
    modules = [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
    return [
        item
        for module in modules
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Mechanism) and item.__module__ == module.__name__
    ]
