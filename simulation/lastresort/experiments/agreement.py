"""Do two records of one run agree, though different machines computed the last digits of their numbers?"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lastresort.experiments.store.packing import EFFORT
from lastresort.mechanisms.contract import Floats
from lastresort.simulation.recording.record import TABLES, RunRecord

TOLERANCE = 1e-9
"""Largest relative difference of a number on another platform."""

SMALL = 1e-3
"""Share of the largest number of a column below which a number is held against that share and not against itself: it
may be what remains of large numbers that cancel (assumption)."""

NOISE = frozenset({EFFORT, "conservation_error"})
"""Totals that say something about the machine and its rounding, and nothing about the run."""


def distance(ours: Floats, theirs: Floats) -> float:
    """Largest relative difference of two columns `[n]`; infinite where numbers stand beside NaN or infinity."""
    scale = max((float(np.abs(one[np.isfinite(one)]).max(initial=0.0)) for one in (ours, theirs)), default=0.0)
    different = ~((ours == theirs) | (np.isnan(ours) & np.isnan(theirs)))
    a, b = ours[different], theirs[different]
    if not len(a):
        return 0.0
    if not (np.isfinite(a) & np.isfinite(b)).all():
        return float("inf")
    return float((np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), SMALL * scale)).max())


def disagreements(ours: RunRecord, theirs: RunRecord) -> list[str]:
    """Return where two records differ by more than `TOLERANCE`, a clause per table; texts and whole numbers by nothing.

    Of each table, the column that is furthest off is told.
    """
    named = (ours.scenario, ours.policy, ours.seed) == (theirs.scenario, theirs.policy, theirs.seed)
    found = [] if named else ["names"]
    for table in TABLES:
        apart = _of_tables(getattr(ours, table), getattr(theirs, table))
        found += _told(table, apart)
    return found + _told("totals", _of_totals(ours.totals, theirs.totals))


def _told(table: str, apart: Mapping[str, float]) -> list[str]:
    column = max(apart, key=apart.__getitem__, default="")
    if not apart or apart[column] <= TOLERANCE:
        return []
    return [f"{table} ({column} by {apart[column]:.1e})" if np.isfinite(apart[column]) else f"{table} ({column})"]


def _of_tables(ours: pd.DataFrame, theirs: pd.DataFrame) -> dict[str, float]:
    """How far apart each column is, by name."""
    if list(ours) != list(theirs):
        return {"other columns": float("inf")}
    if len(ours) != len(theirs):
        return {"other rows": float("inf")}
    return dict(_of_columns(ours, theirs))


def _of_columns(ours: pd.DataFrame, theirs: pd.DataFrame) -> Iterator[tuple[str, float]]:
    for name in ours:
        a, b = ours[name], theirs[name]
        if a.dtype.kind == b.dtype.kind == "f":
            yield str(name), distance(a.to_numpy(), b.to_numpy())
        else:
            yield str(name), 0.0 if a.equals(b) else float("inf")


def _of_totals(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, float]:
    """How far apart the totals are, by name; money is held against the largest sum of all."""
    names = ours.keys() - NOISE
    if names != theirs.keys() - NOISE:
        return {"other totals": float("inf")}
    money = [name for name in names if isinstance(ours[name], float)]
    scale = max((abs(float(ours[name])) for name in money), default=0.0)
    apart = {name: 0.0 if ours[name] == theirs[name] else float("inf") for name in names.difference(money)}
    for name in money:
        apart[name] = distance(np.array([ours[name], scale]), np.array([float(theirs[name]), scale]))
    return apart
