"""Quantities that venues build their deleveraging ranks from, one value per candidate `[n]`."""

import numpy as np

from lastresort.mechanisms.contract import Candidates, Floats, Ints


def ratio(part: Floats, whole: Floats, otherwise: float = 0.0) -> Floats:
    """Part over whole, `otherwise` where the whole is not positive."""
    return np.divide(part, whole, out=np.full_like(part, otherwise), where=whole > 0)


def profit_rate(holders: Candidates) -> Floats:
    """Unrealised profit over entry value of the position, signed."""
    return ratio(holders.profit, holders.entry_value)


def profit_times_leverage(holders: Candidates) -> Floats:
    """Profit rate x leverage where in profit, profit rate / leverage otherwise (BitMEX, support 18589621443357)."""
    rate = profit_rate(holders)
    return np.where(rate > 0, rate * holders.leverage, rate / np.maximum(holders.leverage, 1e-12))


def margin_ratio(holders: Candidates) -> Floats:
    """Maintenance margin over equity of the margin unit: 1 at liquidation, larger is riskier."""
    return ratio(holders.maintenance, holders.equity, otherwise=1e6)


def balance(holders: Candidates) -> Floats:
    """Equity of the margin unit without its unrealised profit, USD, at least one dollar (Aevo's floor)."""
    return np.maximum(holders.equity - holders.unit_profit, 1.0)


def unhedged(holders: Candidates, attested: bool) -> Floats:
    """Contracts of each position that no other leg offsets; with `attested`, legs held elsewhere count too."""
    hedged = holders.hedge + holders.attested_hedge if attested else holders.hedge
    return np.maximum(np.abs(holders.quantity) - hedged, 0.0)


def lexicographic(*keys: Floats) -> Floats:
    """Scores that rank rows by the first key, ties by the second and so on, highest first; equal rows tie.

    Each further key is looked at only where all keys before it tie.
    """
    place = np.zeros(len(keys[0]), dtype=np.int64)
    tied = np.arange(len(place))
    for key in keys:
        place[tied] += _place_within(place[tied], key[tied])
        tied = tied[np.bincount(place[tied])[place[tied]] > 1]
    return -place.astype(np.float64)


def _place_within(group: Ints, key: Floats) -> Ints:
    """How many rows of its own group have a larger key, for each row."""
    order = np.lexsort((-key, group)) if group.any() else np.argsort(-key)
    group, key = group[order], key[order]
    row = np.arange(len(order))
    opens = np.append(True, group[1:] != group[:-1])[: len(order)]
    differs = opens | np.append(True, key[1:] != key[:-1])[: len(order)]
    larger = np.empty_like(row)
    larger[order] = np.maximum.accumulate(row * differs) - np.maximum.accumulate(row * opens)
    return larger
