"""Waves: fills that follow each other closely, or that a table says belong together."""

import math
from dataclasses import dataclass

import numpy as np

from lastresort.books.book import summed
from lastresort.books.replaying.adl_fills import AdlFills
from lastresort.books.replaying.gap_table import CLOSE, GapTable
from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError

GAP = 5.0
"""Seconds without a fill that a wave may last."""


@dataclass(frozen=True, eq=False)
class EventWaves:
    """Waves `[W]` in the order of time, from `start` to `end` (ms since 1970), and the wave of each fill `[F]`.

    `number` is what a wave is called, and `of_fill` a row of the waves, -1 of a fill that is in none. `said_needed` is
    what a table says was needed in each wave, in USD: None without a table.
    """

    number: Ints
    start: Ints
    end: Ints
    of_fill: Ints
    said_needed: Floats | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.number)


def waves_by_gap(fills: AdlFills, gap: float = GAP) -> EventWaves:
    """A wave starts where the time since the fill before exceeds `gap` seconds; InputError for a gap below 0."""
    if not (math.isfinite(gap) and gap >= 0):
        raise InputError(f"--gap: found {gap!r}; allowed: seconds, 0 or more")
    opens = np.insert(np.diff(fills.time) > round(gap * 1000, 6), 0, True)
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(fills)) - 1
    number = np.arange(1, len(first) + 1, dtype=np.int64)
    return EventWaves(number, fills.time[first], fills.time[last], np.cumsum(opens) - 1)


def waves_by_table(fills: AdlFills, table: GapTable) -> EventWaves:
    """The waves of a table; fills outside every one of them are counted in a note, and so is what differs."""
    at = np.searchsorted(table.start, fills.time, "right") - 1
    inside = (at >= 0) & (fills.time <= table.end[np.maximum(at, 0)])
    of_fill = np.where(inside, at, -1)
    said = summed(table.wave, table.needed, len(table.number))
    notes = (*_outside(table, inside), *_other_contracts(fills, table, of_fill))
    return EventWaves(table.number, table.start, table.end, of_fill, said, notes)


def _outside(table: GapTable, inside: Bools) -> tuple[str, ...]:
    outside = int((~inside).sum())
    if outside == len(inside):
        raise InputError(f"{table.path}: no fill of the event is in one of its waves; allowed: the table of this event")
    words = f"{outside:,} fill{'s' * (outside != 1)} outside every wave of {table.path}: in the totals, in no wave"
    return (words,) if outside else ()


def _other_contracts(fills: AdlFills, table: GapTable, of_fill: Ints) -> tuple[str, ...]:
    """A note where table and event disagree about how many contracts were closed in a wave and coin."""
    row_of = {pair: row for row, pair in enumerate(zip(table.wave.tolist(), table.coin.tolist(), strict=True))}
    key, back = np.unique(of_fill * len(fills.coins) + fills.coin, return_inverse=True)
    closed = summed(back, fills.size)
    found = np.zeros(len(table.contracts))
    absent = 0
    for code, contracts in zip(key.tolist(), closed.tolist(), strict=True):
        wave, coin = divmod(code, len(fills.coins))
        row = row_of.get((wave, fills.coins[coin]))
        if row is not None:
            found[row] = contracts
        absent += wave >= 0 and row is None
    other = int((np.abs(found - table.contracts) > CLOSE * table.contracts).sum())
    counted = (
        (absent, "of the event that the table does not have: nothing is said to be needed there"),
        (other, "whose qty_contracts is not what the event closed: perhaps another version of the public set"),
    )
    return tuple(
        f"{count:,} wave-and-coin {'pairs' if count != 1 else 'pair'} {words}" for count, words in counted if count
    )
