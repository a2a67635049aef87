"""USD per unit of the currencies of a book: dollars count one, coins are worth their mark, others need a rate."""

import re
from collections.abc import Callable, Collection, Mapping

import numpy as np

from lastresort.books.reading.id_cells import Coded
from lastresort.books.reading.raw_table import quoted
from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError

DOLLARS = ("USD", "USDT", "USDC", "FDUSD", "USDE", "BUSD", "TUSD", "PYUSD", "DAI", "USDS", "RLUSD", "USDP")
"""Taken as one USD each unless a rate is given; all but the first are noted."""


def rates_given(rates: Mapping[str, float] | None) -> dict[str, float]:
    """Return rates by upper-case currency; InputError for one that is not above 0, and for one of USD."""
    for name, rate in (rates or {}).items():
        if name.upper() == "USD" or not re.fullmatch(r"[^\s=,;:]+", name):
            raise InputError(
                f"--fx: found a rate of {quoted(name)}; allowed: one of another currency than USD, such as EUR"
            )
        if not 1e-100 < rate < 1e100:
            raise InputError(f"--fx {name}: found {rate!r}; allowed: a number above 0, USD per {name}")
    return {name.upper(): float(rate) for name, rate in (rates or {}).items()}


def currency_factors(
    currency: Coded, counted: Ints, marks: Mapping[str, float], rates: Mapping[str, float], place: Callable[[int], str]
) -> tuple[Floats, list[str]]:
    """Return USD per unit of each row's currency `[N]`, and notes on what was assumed.

    `counted` are rows that have prices or money, `marks` are those of coins, `place` says where a row's currency
    stands. InputError for a currency without a rate.
    """
    names = [str(name).upper() for name in currency.names]
    factors = np.ones(len(names) + 1)
    notes = []
    needed = {*currency.codes[counted].tolist()}
    for code, name in enumerate(names):
        if code not in needed:
            continue
        if name in rates:
            notes.append(f"1 {name} is {rates[name]:g} USD, as given")
        elif name in marks:
            notes.append(f"money in {name} is valued at the mark of {name}, {marks[name]:,.2f} USD")
        elif name in DOLLARS[1:]:
            notes.append(f"1 {name} is taken as 1 USD")
        elif name != "USD":
            row = int(counted[np.argmax(currency.codes[counted] == code)])
            raise InputError(
                f"{place(row)}: found {quoted(str(currency.names[code]))}; allowed: USD, or a "
                f"currency with a rate: give --fx {name}=... (USD per {name})"
            )
        factors[code] = rates.get(name, marks.get(name, 1.0))
    return factors[currency.codes], [
        *dict.fromkeys(notes),
        *unused(rates, {names[code] for code in needed if code >= 0}),
    ]


def unused(rates: Mapping[str, float], needed: Collection[str] = ()) -> list[str]:
    """Notes on rates of currencies that no row has."""
    return [f"the rate of {name} is not used, as no row is in {name}" for name in rates if name not in needed]


def coins(market: Coded, mark: Floats, preferred: list[Bools]) -> dict[str, float]:
    """Marks in USD by upper-case name of the market, of the first of the `preferred` groups of rows that has it."""
    found: dict[str, float] = {}
    for rows in preferred:
        chosen = np.flatnonzero(rows & np.isfinite(mark))
        for code, at in zip(*np.unique(market.codes[chosen], return_index=True), strict=True):
            if code >= 0:
                found.setdefault(str(market.names[code]).upper(), float(mark[chosen[at]]))
    return found
