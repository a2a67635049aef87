"""Whether one policy is more equal than another by every measure, or only by some: do their Lorenz curves cross?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.measurement import LORENZ_GRID, Profile
from lastresort.scores.statistics import ratio

TOUCHING = 1e-9
"""Distance of Lorenz curves below which they are taken to touch."""

MEASURES = ("gini", "hoover", "entropy_half", "theil", "entropy_two", "atkinson")
"""Columns of the score table that may disagree where curves cross: GE(1/2), GE(1) and GE(2) among them."""


@dataclass(frozen=True, slots=True)
class LorenzOrder:
    """Two policies' mean Lorenz curves: where they cross, and what each measure says of the two.

    `crossings` are shares of endowment in (0, 1). `measures` holds (first, second) for each of `MEASURES`, weighted by
    loss over seeds. Without a crossing every Schur-convex measure gives the same order, `more_equal`: "first",
    "second" or "neither"; with one the order depends on the measure, and `more_equal` is "".
    """

    crossings: tuple[float, ...]
    more_equal: str
    measures: Mapping[str, tuple[float, float]]

    @property
    def agreed(self) -> bool:
        """Whether these measures give the same order, whatever the curves do."""
        signs = {float(np.sign(one - other)) for one, other in self.measures.values()} - {0.0}
        return len(signs) < 2


def lorenz_order(
    first: Sequence[Profile], second: Sequence[Profile], first_rows: pd.DataFrame, second_rows: pd.DataFrame
) -> LorenzOrder | None:
    """Compare two policies by their profiles and rows of the score table; None where one placed no loss on users."""
    curves = [mean_lorenz(profiles) for profiles in (first, second)]
    if any(np.isnan(curve).any() for curve in curves):
        return None
    measured = {name: (_mean(first_rows, name), _mean(second_rows, name)) for name in MEASURES}
    places = crossing(curves[0], curves[1])
    return LorenzOrder(places, "" if places else _order(curves[0] - curves[1]), measured)


def mean_lorenz(profiles: Sequence[Profile]) -> Floats:
    """Mean Lorenz curve of runs at `LORENZ_GRID`, weighted by their loss; NaN where no run has any.

    Weighted like that, twice its distance from the diagonal is LC, up to the grid.
    """
    weight = np.array([float(profile["loss_by_cohort"].sum()) for profile in profiles])
    curves = [profile["lorenz"] for profile, loss in zip(profiles, weight, strict=True) if loss > 0]
    if not curves:
        return np.full(len(LORENZ_GRID), np.nan)
    return np.asarray(np.average(curves, axis=0, weights=weight[weight > 0]))


def crossing(first: Floats, second: Floats) -> tuple[float, ...]:
    """Shares of endowment at which two curves at `LORENZ_GRID` cross; where they only touch, they do not."""
    distance = first - second
    apart = np.flatnonzero(np.abs(distance) > TOUCHING)
    turns = np.flatnonzero(np.diff(np.sign(distance[apart])) != 0)
    found = []
    for before, after in zip(apart[turns], apart[turns + 1], strict=True):
        share = distance[before] / (distance[before] - distance[after])
        found.append(float(LORENZ_GRID[before] + share * (LORENZ_GRID[after] - LORENZ_GRID[before])))
    return tuple(found)


def _order(distance: Floats) -> str:
    """Whose curve is higher, and thus nearer to pro rata."""
    if np.max(np.abs(distance)) <= TOUCHING:
        return "neither"
    return "first" if distance[np.argmax(np.abs(distance))] > 0 else "second"


def _mean(rows: pd.DataFrame, name: str) -> float:
    weight = rows["loss"].to_numpy(np.float64)
    values = np.where(weight > 0, rows[name].to_numpy(np.float64), 0.0)
    return float(ratio(weight * values, weight))
