"""SALib, which samples and analyses: loaded when it is needed, with a sentence where it is missing."""

from importlib import import_module
from importlib.metadata import version
from typing import Any

from lastresort.plugins.errors import InputError

NAME = "SALib"
MISSING = "sensitivity analysis needs the library SALib: pip install 'lastresort[sensitivity]'"


def library(module: str) -> Any:
    """Return a module of SALib, as in "sample.morris"; raises InputError where SALib is not installed."""
    try:
        return import_module(f"{NAME}.{module}")
    except ImportError as error:
        raise InputError(MISSING) from error


def library_version() -> str:
    """Return the version of SALib; raises InputError where it is not installed."""
    library("util")
    return version(NAME)
