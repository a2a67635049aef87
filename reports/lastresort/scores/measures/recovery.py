"""How long a market takes to be itself again: from the worst moment of depth and basis until they are back."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.scores.measures.beneficial_owners import by_group, numbered, numbers
from lastresort.simulation.recording.record import RunRecord

NORMAL_DEPTH = 0.8
"""Share of normal depth from which a book counts as recovered (an assumption)."""

NORMAL_BASIS = 0.002
"""Distance of prices from the index below which they count as recovered (an assumption)."""


def recoveries(run: RunRecord) -> dict[str, float]:
    """Seconds from the lowest depth and from the largest basis, both weighted by open interest, until they were back.

    0 where they never left. Where they are not back by the end, the seconds left from the worst moment, and
    `..._censored` is 1: the true time is longer.
    """
    time = numbers(run.series, "time")
    depth, basis = weighted(run, "depth"), weighted(run, "basis")
    found = {
        "depth_recovery": _recovery(time, int(np.argmin(depth)), depth >= NORMAL_DEPTH),
        "basis_recovery": _recovery(time, int(np.argmax(basis)), basis < NORMAL_BASIS),
    }
    seconds = {name: lasted for name, (lasted, _) in found.items()}
    return seconds | {f"{name}_censored": float(censored) for name, (_, censored) in found.items()}


def weighted(run: RunRecord, kind: str) -> Floats:
    """Mean over the tiers of a series that comes once per tier, by open interest at the start, `[t]`."""
    tier, tiers = numbered(run.books["tier"])
    interest = by_group(numbers(run.books, "open_interest_start"), tier)
    series = np.stack([numbers(run.series, f"{kind}_{name}") for name in tiers])
    total = float(interest.sum())
    return np.asarray((series * interest[:, None]).sum(axis=0) / (total if total > 0 else np.nan), np.float64)


def _recovery(time: Floats, worst: int, fine: Bools) -> tuple[float, bool]:
    """Seconds from the worst sample to the first that is fine, and whether there is none by the end."""
    after = np.flatnonzero(fine[worst:])
    if len(after):
        return float(time[worst + after[0]] - time[worst]), False
    return float(time[-1] - time[worst]), True
