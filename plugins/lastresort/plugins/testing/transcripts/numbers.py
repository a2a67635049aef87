"""Numbers as a reader wants them, and the same on every machine."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from math import isfinite

DIGITS = 10
"""Significant digits that do not depend on the machine's rounding."""

LONGEST = 700
"""Digits of the longest number that a float can be."""

CENT = 0.01
ROUNDING = 1e-6
"""Contracts, dollars and shares below this are rounding errors."""


def written(values: Sequence[float]) -> list[str]:
    """Write a column of numbers with as many decimals as its largest needs; "-" where there is none."""
    kept = [_steady(value) for value in values if isfinite(value)]
    places = _places(kept)
    return [_write(value, places) for value in values]


def one(value: float) -> str:
    """Write one number."""
    return written([value])[0]


def _steady(value: float) -> Decimal:
    return Decimal(f"{value:.{DIGITS}g}")


def _places(values: Sequence[Decimal]) -> int:
    """Four significant digits or so, and no zeros at the end that the whole column shares."""
    largest = max(map(abs, values), default=Decimal(0))
    most = next(
        (places for limit, places in ((1000, 0), (100, 1), (10, 2), (Decimal("0.001"), 4)) if largest >= limit), 7
    )
    exact = [max(0, -int(_rounded(value, most).normalize().as_tuple().exponent)) for value in values]
    return max(exact, default=0)


def _rounded(value: Decimal, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = LONGEST
        return value.quantize(Decimal(1).scaleb(-places))


def _write(value: float, places: int) -> str:
    if value != value:
        return "-"
    if not isfinite(value):
        return "unlimited" if value > 0 else "-unlimited"
    rounded = _rounded(_steady(value), places)
    return f"{abs(rounded) if rounded == 0 else rounded:,f}"
