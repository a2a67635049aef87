"""Prices and money of rows in USD, and contracts in units of the base."""

from collections.abc import Mapping

import numpy as np

from lastresort.books.book import Kind
from lastresort.books.reading.currency_factors import DOLLARS, coins, currency_factors, rates_given, unused
from lastresort.books.reading.position_rows import PositionRows
from lastresort.books.reading.sourced_columns import SourcedColumns
from lastresort.books.reading.table_columns import BY_NAME, Unit
from lastresort.mechanisms.contract import Bools


def in_usd(columns: SourcedColumns, found: PositionRows, fx: Mapping[str, float] | None) -> list[str]:
    """Convert the numbers of rows in place, and return notes on the rates that were assumed.

    A currency is that of a row's prices and money, except that inverse contracts are quoted in USD. Text 'coin' of a
    row is its currency where that is valued at a mark.
    """
    _multiply(found)
    rates, currency = rates_given(fx), found.texts["currency"]
    if not columns.has("currency"):
        return unused(rates)
    marks = coins(found.texts["market"], found.numbers["mark_price"], _in_dollars(found))
    counted = np.flatnonzero(~found.flat | _has_money(found))
    factors, notes = currency_factors(
        currency, counted, marks, rates, lambda row: _place(columns, int(found.rows[row]))
    )
    names = [str(name).upper() for name in currency.names]
    if coins_used := {*names} & {*marks} - {*rates}:
        found.texts["coin"] = currency.renamed([name if name in coins_used else "" for name in names])
    if (factors != 1).any():
        for name, values in found.numbers.items():
            if BY_NAME[name].unit is Unit.MONEY:
                found.numbers[name] = values * factors
            elif BY_NAME[name].unit is Unit.PRICE:
                found.numbers[name] = np.where(found.kind == Kind.INVERSE, values, values * factors)
    return notes


def _multiply(found: PositionRows) -> None:
    if "multiplier" in found.numbers:
        times = np.where(np.isnan(found.numbers["multiplier"]), 1.0, found.numbers["multiplier"])
        for name, values in found.numbers.items():
            if BY_NAME[name].unit is Unit.CONTRACTS:
                found.numbers[name] = values * times


def _in_dollars(found: PositionRows) -> list[Bools]:
    """Rows whose mark is in USD: inverse contracts, spot, and then perps."""
    names = found.texts["currency"]
    dollars = np.array([*(str(name).upper() in DOLLARS for name in names.names), True], dtype=bool)[names.codes]
    inverse, spot = found.kind == Kind.INVERSE, found.kind == Kind.SPOT
    return [inverse & ~found.flat, spot & dollars & ~found.flat, dollars & ~found.flat]


def _has_money(found: PositionRows) -> Bools:
    money = [values for name, values in found.numbers.items() if BY_NAME[name].unit is Unit.MONEY]
    return np.asarray(np.any([~np.isnan(one) & (one != 0) for one in money], axis=0)) if money else found.flat & False


def _place(columns: SourcedColumns, row: int) -> str:
    return f"{columns.table.where(row)}, column '{columns.header('currency', row)}'"
