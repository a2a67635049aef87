"""What tips say: a policy, what was measured, and how it came out."""

import math

from lastresort.reports import notation


def tip(title: str, what: str, value: float, low: float = math.nan, high: float = math.nan, digits: int = 3) -> str:
    """Write an estimate and its interval, as in `Fund, then queue ADL: LC* 0.032 [0.029, 0.035]`."""
    said = f"{what} {notation.with_interval(value, low, high, digits)}".strip()
    return f"{title}: {said}" if title else said


def digits(largest: float, most: int = 4) -> int:
    """Decimals that leave about three figures of the largest of some values."""
    if not (math.isfinite(largest) and largest):
        return 2
    return min(most, max(0, 2 - math.floor(math.log10(abs(largest)))))


def seconds(value: float) -> str:
    """Write a time as a reader would: `5 s`, `2 min`, `3 h`."""
    if not math.isfinite(value):
        return notation.MISSING
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} s"
