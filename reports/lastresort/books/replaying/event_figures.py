"""What an event was: fills, winners, losers, what was needed, the losers' deficit and the winners' capacity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lastresort.books.book import summed
from lastresort.books.replaying.adl_fills import AdlFills
from lastresort.books.replaying.event_waves import EventWaves
from lastresort.mechanisms.contract import Bools, Floats, Ints

NO_LOSER = "no loser under water"
"""Why a wave is dropped."""


@dataclass(frozen=True, slots=True)
class WaveFigures:
    """One wave: `needed` and `signed` are None without marks, `deficit` without equities of losers; money in USD.

    `needed` is |mark - price| x size over its fills; in `signed` what a winner gained by a price counts below 0.
    `deficit` counts each loser once, at its deepest; `capacity` each winner once, at its first fill of the wave.
    `dropped` says why the wave is left out of the comparison; empty where it is kept.
    """

    number: int
    start: int
    end: int
    fills: int
    winners: int
    coins: int
    losers: int
    notional: float
    closed_pnl: float
    needed: float | None
    signed: float | None
    said_needed: float | None
    deficit: float | None
    capacity: float
    dropped: str


@dataclass(frozen=True, slots=True)
class EventFigures:
    """The whole event, fills outside every wave included; those that are `kept_` are of waves that are not dropped.

    The deficit of the losers (USD, equities below 0 only) is summed by row, once per wave and account, and once per
    account, the headline, each at its deepest; None where the file does not say. Capacity is max(0, min(unrealised
    profit, equity)) of the winners' first fill in each kept wave, and of their first fill in any of them.
    """

    fills: int
    outside: int
    winners: int
    coins: int
    losers: int
    notional: float
    closed_pnl: float
    needed: float | None
    signed: float | None
    kept_needed: float | None
    kept_signed: float | None
    said_needed: float | None
    kept_said_needed: float | None
    deficit_by_row: float | None
    deficit_per_wave: float | None
    deficit: float | None
    capacity_per_wave: float
    capacity: float


def needed(fills: AdlFills) -> tuple[Floats, Floats] | None:
    """What each fill cost its winner against the mark, `[F]` USD: its size, and with its sign; None without marks."""
    if fills.mark is None:
        return None
    return np.abs(fills.mark - fills.price) * fills.size, fills.side * (fills.mark - fills.price) * fills.size


def figures_of(fills: AdlFills, waves: EventWaves) -> tuple[EventFigures, tuple[WaveFigures, ...]]:
    """The event's figures, and those of each of its waves."""
    each = _by_wave(fills, waves)
    kept = np.array([not wave.dropped for wave in each], np.bool_)
    return _whole(fills, waves, kept), each


def _by_wave(fills: AdlFills, waves: EventWaves) -> tuple[WaveFigures, ...]:
    inside = waves.of_fill >= 0
    wave, size = waves.of_fill[inside], len(waves)
    costs = needed(fills)
    absolute, signed = costs or (None, None)
    deficits = _deficits(fills, waves)
    columns: Mapping[str, Sequence[Any]] = {
        "number": waves.number.tolist(),
        "start": waves.start.tolist(),
        "end": waves.end.tolist(),
        "fills": np.bincount(wave, minlength=size).tolist(),
        "winners": _distinct(wave, fills.user[inside], size),
        "coins": _distinct(wave, fills.coin[inside], size),
        "losers": _distinct(wave, fills.loser[inside], size),
        "notional": summed(wave, fills.notional[inside], size).tolist(),
        "closed_pnl": summed(wave, fills.closed_pnl[inside], size).tolist(),
        "needed": [None] * size if absolute is None else summed(wave, absolute[inside], size).tolist(),
        "signed": [None] * size if signed is None else summed(wave, signed[inside], size).tolist(),
        "said_needed": [None] * size if waves.said_needed is None else waves.said_needed.tolist(),
        "deficit": deficits,
        "capacity": summed(*_capacities(fills, waves.of_fill, inside), size).tolist(),
        "dropped": [NO_LOSER if deficit is not None and deficit <= 0 else "" for deficit in deficits],
    }
    rows = zip(*columns.values(), strict=True)
    return tuple(WaveFigures(**dict(zip(columns, row, strict=True))) for row in rows)


def _distinct(wave: Ints, ids: Ints, size: int) -> list[int]:
    """How many ids each wave has; -1 is none."""
    named = ids >= 0
    pairs = np.unique(np.stack([wave[named], ids[named]]), axis=1) if named.any() else np.zeros((2, 0), np.int64)
    counted: list[int] = np.bincount(pairs[0], minlength=size).tolist()
    return counted


def _deficits(fills: AdlFills, waves: EventWaves) -> list[float | None]:
    if fills.loser_equity is None:
        return [None] * len(waves)
    inside = waves.of_fill >= 0
    group, deepest = _deepest(_keys(waves.of_fill, fills.loser)[inside], _deficit(fills)[inside])
    counted: list[float | None] = summed(group // _WIDE, deepest, len(waves)).tolist()
    return counted


_WIDE = 1 << 32
"""More than there are ids."""


def _keys(wave: Ints, ids: Ints) -> Ints:
    """One number for each wave and id; those without a name are one id."""
    return np.asarray(wave * _WIDE + (ids + 1))


def _deficit(fills: AdlFills) -> Floats:
    equity = np.zeros(len(fills)) if fills.loser_equity is None else fills.loser_equity
    return np.maximum(-np.nan_to_num(equity), 0.0)


def _deepest(key: Ints, deficit: Floats) -> tuple[Ints, Floats]:
    """The largest deficit of each key."""
    keys, back = np.unique(key, return_inverse=True)
    most = np.zeros(len(keys))
    np.maximum.at(most, back, deficit)
    return keys, most


def _capacities(fills: AdlFills, group: Ints, asked: Bools) -> tuple[Ints, Floats]:
    """The group and the capacity (USD) of each winner's first fill in each group, of those fills that are asked for."""
    rows = np.flatnonzero(asked)
    _, first = np.unique(_keys(group[rows], fills.user[rows]), return_index=True)
    able = np.maximum(np.minimum(fills.unrealized, fills.equity), 0.0)
    return group[rows[first]], able[rows[first]]


def _whole(fills: AdlFills, waves: EventWaves, kept: Bools) -> EventFigures:
    inside = (waves.of_fill >= 0) & kept[waves.of_fill]
    costs = needed(fills)
    said = waves.said_needed
    everything = np.zeros(len(fills), np.int64)
    absolute, signed = costs or (None, None)
    by_row, per_wave, once = _three_deficits(fills, waves)
    return EventFigures(
        fills=len(fills),
        outside=int((waves.of_fill < 0).sum()),
        winners=len(fills.users),
        coins=len(fills.coins),
        losers=len(fills.losers),
        notional=float(fills.notional.sum()),
        closed_pnl=float(fills.closed_pnl.sum()),
        needed=None if absolute is None else float(absolute.sum()),
        signed=None if signed is None else float(signed.sum()),
        kept_needed=None if absolute is None else float(absolute[inside].sum()),
        kept_signed=None if signed is None else float(signed[inside].sum()),
        said_needed=None if said is None else float(said.sum()),
        kept_said_needed=None if said is None else float(said[kept].sum()),
        deficit_by_row=by_row,
        deficit_per_wave=per_wave,
        deficit=once,
        capacity_per_wave=float(_capacities(fills, waves.of_fill, inside)[1].sum()),
        capacity=float(_capacities(fills, everything, inside)[1].sum()),
    )


def _three_deficits(fills: AdlFills, waves: EventWaves) -> tuple[float, float, float] | tuple[None, None, None]:
    """By row, once per wave and account, and once per account."""
    if fills.loser_equity is None:
        return None, None, None
    deficit = _deficit(fills)
    per_wave = _deepest(_keys(waves.of_fill, fills.loser), deficit)[1]
    per_account = _deepest(fills.loser, deficit)[1]
    return float(deficit.sum()), float(per_wave.sum()), float(per_account.sum())
