"""Where a strategy counts as hedged, and where it counts as failed."""

from dataclasses import dataclass

from lastresort.plugins.errors import one_of
from lastresort.simulation.recording.column_families import LEVELS


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lines of market-neutral failure.

    `neutrality` (net delta over gross at the start, at most), `naked_seconds` (longest spell with net delta above
    `delta` of gross, at least), `cost` (share of its capital that the rule took, more than). `delta` is one of the
    levels whose spells are recorded: 0.05, 0.1, 0.2, 0.3 or 0.5; ValueError for another.
    """

    neutrality: float = 0.02
    naked_seconds: float = 60.0
    cost: float = 0.02
    delta: float = 0.20

    def __post_init__(self) -> None:
        if self.delta not in LEVELS.values():
            raise ValueError(f"found the net delta {self.delta}; allowed: {one_of(map(str, sorted(LEVELS.values())))}")


DEFAULT = Thresholds()
"""Thresholds of the published scores; delta comes from the 80-125 % corridor of hedge effectiveness (IAS 39)."""
