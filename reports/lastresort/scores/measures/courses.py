"""The course of a run in steps of five minutes, as figures show it."""

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.scores.measures.beneficial_owners import numbers
from lastresort.simulation.recording.record import RunRecord

STEP = 300.0
"""Seconds from one value to the next."""

FLOWS = ("liquidated_long", "liquidated_short")
"""Running totals of the record of which the change within a step is kept."""

LEVELS = ("open_interest", "deleveraged", "charged", "fund", "backstop", "inventory", "quoting")
EXTREMES = ("gap_btc", "gap_small")
BY_TIER = ("price", "exogenous", "depth")
EXTREMES_BY_TIER = ("basis",)


def course(run: RunRecord) -> dict[str, NDArray[np.float32]]:
    """Return series `[steps]` under `series_<column of the record>`; `series_time` is the end of each step in seconds.

    Levels are the last sample up to then, gaps between venues and distances from the index the largest within the step
    (what stood at its beginning included), liquidations the notional within it.
    """
    series = run.series
    time = numbers(series, "time")
    steps = min(len(time), max(1.0, np.ceil(time[-1] / STEP)))  # a stranger's last sample may claim any time
    ends: Floats = STEP * np.arange(1.0, steps + 1.0)
    last = np.maximum(np.searchsorted(time, ends, side="right") - 1, 0)
    tiers = sorted(run.books["tier"].unique())
    found: dict[str, Floats] = {"time": ends}
    for name in (*LEVELS, *(f"{kind}_{tier}" for kind in BY_TIER for tier in tiers)):
        found[name] = numbers(series, name)[last]
    for name in (*EXTREMES, *(f"{kind}_{tier}" for kind in EXTREMES_BY_TIER for tier in tiers)):
        found[name] = _largest(numbers(series, name), last)
    for name in FLOWS:
        found[name] = np.diff(numbers(series, name)[last], prepend=0.0)
    return {f"series_{name}": values.astype(np.float32) for name, values in found.items()}


def _largest(values: Floats, last: Ints) -> Floats:
    """Largest value from the last sample of the step before to the last of each step."""
    starts = np.concatenate(([0], last[:-1]))
    largest = np.maximum.reduceat(values, starts)
    return np.maximum(largest, values[last])
