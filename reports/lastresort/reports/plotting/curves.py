"""Lines and bands with no more points than a reader can see."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.path import Path

from lastresort.mechanisms.contract import Floats
from lastresort.reports.plotting.bands import Band
from lastresort.reports.plotting.marks import mark

MOST = 300
"""Most points of a line; a longer one keeps the highest and the lowest of each stretch."""

ACROSS, UP = 250.0, 75.0
"""Size of a small panel in units of the drawing: what is straight within a fraction of a unit becomes straight."""


def line(
    axes: Axes, at: Floats, values: Floats, policy: str = "", tip: str = "", most: int = MOST, **looks: Any
) -> Line2D | None:
    """Draw a line through the points that are known; None where there are none."""
    at, values = _known(at, values)
    if not len(at):
        return None
    (drawn,) = axes.plot(*simplified(*thinned(at, values, most)), **looks)
    return mark(drawn, policy, tip)


def shade(axes: Axes, band: Band, policy: str = "", tip: str = "", **looks: Any) -> Polygon | None:
    """Fill a band between its two ends; None where it has none, as with a single seed."""
    at, low, high = _known(band.at, band.low, band.high)
    if not len(at) or np.array_equal(low, high):
        return None
    lower, upper = _envelope(at, low, np.minimum), _envelope(at, high, np.maximum)
    there, back = simplified(*lower), simplified(*upper)
    return mark(outlined(axes, there, back, **looks), policy, tip)


def outlined(axes: Axes, lower: tuple[Floats, Floats], upper: tuple[Floats, Floats], **looks: Any) -> Polygon:
    """Fill what lies between two lines, each given by its places and values."""
    corners = np.concatenate([np.column_stack(lower), np.column_stack(upper)[::-1]])
    drawn = Polygon(corners, closed=True, **({"linewidth": 0} | looks))
    axes.add_artist(drawn)  # as a patch, matplotlib would look for the extent of each of its edges
    axes.update_datalim(corners)
    return drawn


def steps(at: Floats, values: Floats, start: float) -> tuple[Floats, Floats]:
    """Corners of a step function that has `start` before the first place and each value from its place on."""
    before = np.concatenate([[start], values[:-1]]) if len(values) else values
    return np.repeat(at, 2), np.column_stack([before, values]).ravel()


def thinned(at: Floats, values: Floats, most: int = MOST) -> tuple[Floats, Floats]:
    """Keep at most so many points: the first, the last, and the lowest and highest of each stretch between."""
    if len(at) <= most:
        return at, values
    kept = {0, len(at) - 1}
    for stretch in np.array_split(np.arange(len(at)), most // 2 - 1):
        kept |= {int(stretch[values[stretch].argmin()]), int(stretch[values[stretch].argmax()])}
    places = sorted(kept)
    return at[places], values[places]


def simplified(at: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Leave out points that lie on the line between others, as closely as a reader can see in a small panel."""
    if len(at) < 3:
        return at, values
    (left, width), (bottom, height) = _extent(at), _extent(values)
    drawn = Path(np.column_stack([(at - left) * ACROSS / width, (values - bottom) * UP / height]))
    drawn.simplify_threshold = 0.25
    kept = drawn.cleaned(simplify=True)
    corners = np.asarray(kept.vertices)[np.asarray(kept.codes) != Path.STOP]
    return corners[:, 0] * width / ACROSS + left, corners[:, 1] * height / UP + bottom


def _envelope(at: Floats, values: Floats, outer: np.ufunc) -> tuple[Floats, Floats]:
    """The outermost value of each stretch, at the places where the stretches begin; the last place is kept."""
    if len(at) <= MOST:
        return at, values
    begins = np.linspace(0, len(at) - 1, MOST // 2 + 1).astype(np.int64)
    reduced = outer.reduceat(values, begins)
    reduced[1:] = outer(reduced[1:], reduced[:-1])  # each edge belongs to the stretches on both of its sides
    return at[begins], reduced


def _known(at: Floats, *columns: Floats) -> tuple[Floats, ...]:
    known = np.isfinite(np.stack([at, *columns])).all(axis=0) if len(at) else np.zeros(0, dtype=np.bool_)
    return tuple(np.asarray(column)[known] for column in (at, *columns))


def _extent(values: Floats) -> tuple[float, float]:
    return float(values.min()), float(np.ptp(values)) or 1.0
