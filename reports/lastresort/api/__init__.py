"""The front door: everything that the commands do, as functions that a notebook or a program calls."""

from lastresort.api.comparing import compare
from lastresort.api.results import Results, open_results

__all__ = ["Results", "compare", "open_results"]
