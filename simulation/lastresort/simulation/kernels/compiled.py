"""How kernels are compiled: once per machine, kept on disk beside their source, with the arithmetic of IEEE 754."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def compiled(kernel: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Compile a function over arrays and numbers; sums keep their order, and x / 0 is what NumPy says it is."""
    made: Callable[Arguments, Result] = njit(cache=True, error_model="numpy")(kernel)
    return made
