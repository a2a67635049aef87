"""Plugin code in this very process for a while, so that a debugger can stop in it."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from lastresort.plugins.errors import PluginWarning
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.simulation.waterfall.strangers import unguarded


@contextmanager
def debugging() -> Iterator[None]:
    """Run plugins in this process for as long as the block lasts: `with debugging(): run(...)` stops at a breakpoint.

    Nothing is contained meanwhile, which a warning says: a plugin can change every result, and no answer is too late.
    """
    told = "plugins run in this process: nothing is contained, and no result of it should be believed"
    warnings.warn(told, PluginWarning, stacklevel=3)
    with ROOMS.uncontained(), unguarded():
        yield
