"""A stress test as people type it: `BTC=105000`, `BTC:+8@108500`, `EUR=1.08`, a sum of USD."""

import re
from collections.abc import Iterable

from lastresort.books.book import LEAST, MOST
from lastresort.books.lost_positions import OutsideDeficit, OutsidePosition
from lastresort.plugins.errors import InputError

SIZES = f" (from {LEAST:g} to {MOST:g})"
"""Of numbers, in words."""

POSITION = re.compile(r"(?P<market>.+):(?P<contracts>[^:@]+)@(?P<price>[^:@]+)")


def named_numbers(texts: Iterable[str], where: str, example: str) -> dict[str, float]:
    """Return numbers above 0 by name, of texts such as `BTC=105000`; InputError, also for a name given twice."""
    found: dict[str, float] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        number = _number(value)
        if not (equals and name.strip() and number is not None and number > 0):
            raise InputError(
                f"{where}: found '{text}'; allowed: NAME=NUMBER with a number above 0{SIZES}, as in {example}"
            )
        if name.strip() in found:
            raise InputError(f"{where}: '{name.strip()}' is given twice; allowed: each name once")
        found[name.strip()] = number
    return found


def positions_in(texts: Iterable[str]) -> tuple[OutsidePosition, ...]:
    """Return bankrupt positions, of texts such as `BTC:+8@108500`: market, signed contracts, bankruptcy price."""
    return tuple(map(_position, texts))


def deficits_in(texts: Iterable[str]) -> tuple[OutsideDeficit, ...]:
    """Return deficits, of texts such as `4000` or `BTC=4000`."""
    return tuple(map(_deficit, texts))


def purse(amount: float, where: str) -> float:
    """Return an amount of USD that somebody may hold; InputError for any other."""
    if not 0 <= amount <= MOST:
        raise InputError(f"{where}: found {amount:g}; allowed: 0 or more, in USD, up to {MOST:g}")
    return amount


def _position(text: str) -> OutsidePosition:
    match = POSITION.fullmatch(text.strip())
    contracts, price = (_number(match[name]) if match else None for name in ("contracts", "price"))
    if match is None or not contracts or price is None or price <= 0:
        allowed = f"MARKET:CONTRACTS@PRICE{SIZES}, as in BTC:+8@108500 or BTC:-3@112000"
        raise InputError(f"--position: found '{text}'; allowed: {allowed}")
    return OutsidePosition(match["market"].strip(), contracts, price)


def _deficit(text: str) -> OutsideDeficit:
    market, _, value = text.rpartition("=")
    dollars = _number(value)
    if dollars is None or dollars <= 0:
        raise InputError(
            f"--deficit: found '{text}'; allowed: USD above 0, or MARKET=USD{SIZES}, as in 4000 or BTC=4000"
        )
    return OutsideDeficit(dollars, market.strip())


def _number(text: str) -> float | None:
    """A number in plain ASCII that can be reckoned with; None for anything else."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", plain, re.ASCII):
        return None
    value = float(plain)
    return value if value == 0 or LEAST <= abs(value) <= MOST else None
