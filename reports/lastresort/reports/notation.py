"""How numbers are written in the report: fixed digits, a true minus sign, a dash for what is not defined."""

import math

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
