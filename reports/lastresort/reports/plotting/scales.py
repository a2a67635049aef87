"""Logarithmic scales whose numbers are written plainly."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from lastresort.reports import notation

TIMES = (0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 6 * 3600.0, 86400.0, 7 * 86400.0)
"""Times in seconds that a time scale names."""


def logarithmic(axis: Axis, write: Callable[[float], str], fine: bool = False) -> None:
    """Make a scale logarithmic; a `fine` one names 1, 2 and 5 of each decade."""
    (axis.axes.set_xscale if isinstance(axis, XAxis) else axis.axes.set_yscale)("log")
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if fine else (1.0,), numticks=8))
    axis.set_major_formatter(FuncFormatter(lambda value, _: write(value)))
    axis.set_minor_locator(NullLocator())


def times(axes: Axes, first: float, last: float) -> None:
    """Make the horizontal scale one of times, from `first` to `last` in seconds, logarithmic; round times are named."""
    axes.set_xscale("log")
    axes.set_xlim(first, last)
    named = [time for time in TIMES if first <= time <= last]
    if len(named) < 2:
        named = [float(time) for time in np.geomspace(first, last, 3)]
    axes.xaxis.set_major_locator(FixedLocator(named))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: notation.duration(value)))
    axes.xaxis.set_minor_locator(NullLocator())
