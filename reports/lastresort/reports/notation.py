"""How numbers are written in the report: fixed digits, a true minus sign, a dash for what is not defined."""

import math
from typing import Any

MISSING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int = 3, sign: bool = False) -> str:
    """Write `value` with `digits` decimals; `sign` also marks gains with a plus."""
    if not math.isfinite(value):
        return MISSING
    rounded = round(value, digits) + 0.0
    return f"{rounded:{'+' if sign else ''},.{digits}f}".replace("-", MINUS)


def bracket(low: float, high: float, digits: int = 3, sign: bool = False) -> str:
    """Write the two ends of an interval on one line, and nothing where there is none (a single seed gives none)."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"[{number(low, digits, sign)},\N{NO-BREAK SPACE}{number(high, digits, sign)}]"


def with_interval(value: float, low: float, high: float, digits: int = 3, sign: bool = False) -> str:
    """Write an estimate and its interval, as in `0.310 [0.272, 0.361]`."""
    if not math.isfinite(value):
        return MISSING
    return f"{number(value, digits, sign)} {bracket(low, high, digits, sign)}".rstrip()


def percent(value: float, digits: int = 1) -> str:
    """Write a fraction as per cent, unit included."""
    return f"{number(100 * value, digits)} %" if math.isfinite(value) else MISSING


def billions(value: float, digits: int = 2) -> str:
    """Write USD in billions, without the unit."""
    return number(value / 1e9, digits)


def dollars(value: float) -> str:
    """Write USD as people do: `$0.63 bn`, `$4.1 M`, `$1,592`."""
    if not math.isfinite(value):
        return MISSING
    size, minus = abs(value), MINUS if value <= -0.5 else ""
    if size >= 99.5e6:
        return f"{minus}${size / 1e9:,.2f} bn"
    if size >= 99.5e3:
        return f"{minus}${size / 1e6:.{0 if size >= 9.95e6 else 1}f} M"
    return f"{minus}${size:,.0f}"


def share(value: float) -> str:
    """Write a fraction as per cent with the figures that matter: `36 %`, `1.8 %`, and never 0 for what is not."""
    if not math.isfinite(value):
        return MISSING
    if 0 < value < 0.0005:
        return "under 0.1 %"
    return "0 %" if value == 0 else percent(value, 1 if value < 0.0995 else 0)


def books(value: float) -> str:
    """Write a difference between two shares of hedged books: `0.5 in a hundred books`."""
    return f"{number(100 * value, 1)} in a hundred books"


def verdict(found: str) -> str:
    """Write a verdict: `open` where these runs do not decide."""
    return "open" if found == "inconclusive" else str(found)


def rule(title: str) -> str:
    """Write a policy's title inside a sentence: without the fund that comes first, or set apart."""
    short = title.removeprefix("Fund, then ").removeprefix("Fund, ")
    return short if short != title and " and " not in short else quoted(short)


def cents(value: float) -> str:
    """Write USD to the cent, without the unit."""
    return number(value, 2)


def millions(value: float) -> str:
    """Write USD in millions, without the unit; a decimal below ten, and a bare 0 for what rounds to it."""
    return number(value / 1e6, 1 if 5e4 <= abs(value) < 1e7 else 0)


def multiplier(value: float) -> str:
    """Write a number that multiplies something: `x 1.0`, `x 0.25`."""
    return f"x {value:.3g}" if value % 1 else f"x {value:.1f}"


def plain(name: str) -> str:
    """Write an identifier as words: `market-maker` and `basis_desk` without their joints."""
    return name.replace("-", " ").replace("_", " ")


def quoted(title: str) -> str:
    """Set a policy's title, which may hold commas, apart from the sentence around it."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{title}\N{RIGHT DOUBLE QUOTATION MARK}"


def tier(name: str) -> str:
    """Write the name of a price tier as a reader knows it."""
    return {"btc": "BTC", "eth": "ETH", "large": "large caps", "small": "small caps"}.get(name, name)


def listed(words: list[str]) -> str:
    """Join `words` as a sentence would: `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def probability(value: float) -> str:
    """Write a p value: three digits, and nothing below a thousandth."""
    return "< 0.001" if value < 0.001 else number(value)


def tip(title: str, what: str, value: float, low: float = math.nan, high: float = math.nan, digits: int = 3) -> str:
    """Write an estimate and its interval, as in `Fund, then queue ADL: LC* 0.032 [0.029, 0.035]`."""
    said = f"{what} {with_interval(value, low, high, digits)}".strip()
    return f"{title}: {said}" if title else said


def decimals(largest: float, most: int = 4) -> int:
    """Decimals that leave about three figures of the largest of some values."""
    if not (math.isfinite(largest) and largest):
        return 2
    return min(most, max(0, 2 - math.floor(math.log10(abs(largest)))))


def duration(value: float) -> str:
    """Write a time as a reader would: `5 s`, `2 min`, `3 h`."""
    if not math.isfinite(value):
        return MISSING
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} s"


def parameter(value: Any) -> str:
    """Write the value of a mechanism's parameter as people do."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,.10g}" if abs(value) >= 1 else f"{value:.4g}"
        case list() | tuple():
            return f"[{', '.join(map(parameter, value))}]"
        case dict():
            return f"({', '.join(f'{name} {parameter(part)}' for name, part in value.items())})"
    return str(value)
